package provider_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// TestDestinationGrant_statementsOfOthers warns about what allows or denies the
// same, and leaves it alone.
func TestDestinationGrant_statementsOfOthers(t *testing.T) {
	t.Parallel()
	denies := func(actions, more string) string {
		return `{"Effect":"Deny","Action":[` + actions + `],"Principal":["` + grantPrincipal + `"],"Resource":["` + grantBucket + `/*"]` + more + `}`
	}
	const condition = `,"Condition":{"Bool":{"acs:SecureTransport":["false"]}}`
	for name, c := range map[string]struct {
		other   string
		create  string
		forever bool // the warning is one of every plan
	}{
		"all actions":       {allows(`"oss:*"`, `"`+grantPrincipal+`"`, wholeBucket), "Statement 2 of the policy of bucket orders-backup allows the role all of this already", false},
		"replicate actions": {allows(`"oss:Replicate*"`, `"`+grantPrincipal+`"`, wholeBucket), "Already allowed by another statement", false},
		"every resource":    {allows(grantActions, `"`+grantPrincipal+`"`, `"*"`), "Already allowed by another statement", false},
		"whole account":     {allows(grantActions, `"`+emulator.SourceAccount+`"`, wholeBucket), "Already allowed by another statement", false},
		"deny":              {denies(`"oss:ReplicatePut"`, ""), "Statement 2 of the policy of bucket orders-backup denies the role oss:ReplicatePut.", true},
		"deny all":          {denies(`"oss:*"`, ""), "denies the role oss:ReplicateList, oss:ReplicateGet, oss:ReplicatePut, oss:ReplicateDelete", true},
		"deny if":           {denies(`"oss:ReplicateGet"`, condition), "may deny, depending on its conditions, the role oss:ReplicateGet", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := documentOf(foreign, c.other)
			cloud := newCloud(t, withPolicy(before))
			dir := cloud.terraform().write(bucketGrant(""))
			applied := dir.apply()
			if applied.exit != 0 || !strings.Contains(applied.said(), c.create) {
				t.Fatalf("apply ended with %d and said: %s", applied.exit, applied.said())
			}
			if err := grownAtOnePlace(before, cloud.policy(emulator.DestinationBucket)); err != nil {
				t.Error(err)
			}
			planned := dir.plan().plans()
			if warned := strings.Contains(planned.said(), c.create); warned != c.forever {
				t.Errorf("the plan after it says: %s", planned.said())
			}
			dir.destroy()
			if after := cloud.policy(emulator.DestinationBucket); after != before {
				t.Errorf("the policy was\n%s\nand is\n%s", before, after)
			}
		})
	}
}

// fullPolicy is a policy with less room than a grant needs.
func fullPolicy() string {
	var resources []string
	for i := range 300 {
		resources = append(resources, fmt.Sprintf(`"%s/%040d/*"`, grantBucket, i))
	}
	var statements []string
	size := len(documentOf())
	for part := 0; size+4000 < 16*1024-20; part++ {
		statements = append(statements, allows(`"oss:GetObject"`, `"3000000000000003"`, strings.Join(resources[part*32:part*32+32], ",")))
		size += len(statements[part]) + 1
	}
	return documentOf(append(statements, allows(`"oss:GetObject"`, `"3000000000000003"`, `"`+grantBucket+`/`+strings.Repeat("x", 16*1024-size-220)+`"`))...)
}

// TestDestinationGrant_refuses says why it cannot own a grant safely and how to
// change that, and writes nothing.
func TestDestinationGrant_refuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		world func(*emulator.World)
		want  []string
		tried int // writes that the service itself refuses
	}{
		"repeated field":                {withPolicy(strings.Replace(documentOf(foreign), `"Version":"1"`, `"Version":"1","Version":"1"`, 1)), []string{"never written", "Correct it by hand"}, 0},
		"repeated field in a statement": {withPolicy(documentOf(strings.Replace(foreign, `"Effect":"Allow"`, `"Effect":"Deny","Effect":"Allow"`, 1))), []string{"never written", "Correct it by hand"}, 0},
		"bucket of another account":     {func(w *emulator.World) { destination(w).Owner = emulator.SourceAccount }, []string{"Bucket of another account", "each other's credentials"}, 0},
		"bucket of another region":      {func(w *emulator.World) { destination(w).Region = "cn-beijing" }, []string{"Bucket in another region", "provider block of its region"}, 0},
		"public policy":                 {withPolicy(documentOf(allows(`"oss:GetObject"`, `"*"`, wholeBucket))), []string{"Put public bucket policy is not allowed", "Block Public Access"}, 1},
		"full document":                 {withPolicy(fullPolicy()), []string{"of at most 16384", "% full", "nothing was written", "remove statements"}, 0},
		"missing bucket":                {func(w *emulator.World) { w.OSS.Buckets = w.OSS.Buckets[:1] }, []string{"NoSuchBucket", "Create the bucket first"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := newCloud(t, c.world)
			before := cloud.World().OSS.Buckets
			cloud.terraform().write(bucketGrant("")).apply().fails(c.want...)
			after := cloud.World().OSS.Buckets
			if cloud.writes() != c.tried || len(before) > 1 && before[1].Policy != after[1].Policy {
				t.Errorf("%d writes, the policy is now %s", cloud.writes(), after[1].Policy)
			}
		})
	}
}

// TestDestinationGrant_badInput finds mistakes where they were made, before any
// call.
func TestDestinationGrant_badInput(t *testing.T) {
	t.Parallel()
	cloud := newGrantCloud(t)
	var steps []resource.TestStep
	for _, c := range []struct{ bucket, role, want string }{
		{"orders-backup", "acs:ram::" + emulator.SourceAccount + ":user/admin", `names a user, not a role`},
		{"orders-backup", "acs:ram::" + emulator.SourceAccount + ":assumed-role/oss-srr-orders/session", `names a role\s+session`},
		{"orders-backup", grantPrincipal, `names a role\s+session`},
		{"orders-backup", "oss-srr-orders", `is not a RAM ARN`},
		{"orders-backup", "acs:ram::123:role/oss-srr-orders", `has no usable account`},
		{"orders-backup", "acs:ram::" + emulator.SourceAccount + ":role/*", `no usable role name`},
		{"orders-*", roleOfSource, `Value is not a bucket name`},
		{"", roleOfSource, `Value is not a bucket name`},
	} {
		steps = append(steps, resource.TestStep{PlanOnly: true, ExpectError: regexp.MustCompile(c.want), Config: fmt.Sprintf(
			"resource \"srr_destination_grant\" \"orders\" {\n  provider = srralt\n  bucket = %q\n  role_arn = %q\n}\n", c.bucket, c.role)})
	}
	cloud.run(steps...)
	if requests := cloud.Requests(0); len(requests) > 0 {
		t.Errorf("calls for mistakes that show without: %v", requests)
	}
}

// TestDestinationGrant_swappedAliases is what a mix-up of the two provider
// blocks comes to: an error before the first write.
func TestDestinationGrant_swappedAliases(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	dir := cloud.terraform().write(bucketGrant(""))
	dir.apply().ok()
	cloud.ClearRequests()
	dir.write(strings.Replace(bucketGrant(""), "srralt", "srr", 1))
	dir.plan().fails("Credentials of another account", emulator.DestinationAccount, emulator.SourceAccount)
	dir.destroy().fails("Credentials of another account")
	if cloud.writes() != 0 || !strings.Contains(cloud.policy(emulator.DestinationBucket), grantPrincipal) {
		t.Error("the wrong account's credentials wrote")
	}
	fresh := newCloud(t)
	fresh.terraform().write(strings.Replace(bucketGrant(""), "srralt", "srr", 1)).apply().fails("Bucket of another account")
	if fresh.writes() != 0 {
		t.Error("the wrong account's credentials wrote")
	}
}

// TestDestinationGrant_missingBucket says nothing at plan: the bucket may be
// made in the same run. A bucket that is deleted later takes the grant along.
func TestDestinationGrant_missingBucket(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	whole := cloud.World()
	cloud.change(func(w *emulator.World) { w.OSS.Buckets = w.OSS.Buckets[:1] })
	dir := cloud.terraform().write(bucketGrant(""))
	dir.plan().ok().plans(grantAddress + " create")
	if err := cloud.SetWorld(whole); err != nil {
		t.Fatal(err)
	}
	dir.apply().ok()
	cloud.change(func(w *emulator.World) { w.OSS.Buckets = w.OSS.Buckets[:1] })
	dir.plan().warns("Grant is gone", "bucket orders-backup does not exist any more").plans(grantAddress + " create")
	if err := cloud.SetWorld(whole); err != nil {
		t.Fatal(err)
	}
	dir.apply()
	dir.plan().empty()
	cloud.change(func(w *emulator.World) { w.OSS.Buckets = w.OSS.Buckets[:1] })
	if gone := dir.destroy(); gone.exit != 0 {
		t.Errorf("nothing is left to remove, yet: %s", gone.said())
	}
}
