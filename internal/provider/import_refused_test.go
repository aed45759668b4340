package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// What a configuration cannot say is an error that names it: an apply after the
// import would take rights away, or give more.
func TestImport_refusesGrantsItCannotExpress(t *testing.T) {
	t.Parallel()
	ourselves := `"` + grantPrincipal + `"`
	id := "orders-backup," + roleOfSource
	for want, policy := range map[string]string{
		"holds oss:GetObject":              allows(grantActions+`,"oss:GetObject"`, ourselves, wholeBucket),
		"holds " + grantBucket + "/in/*, ": allows(grantActions, ourselves, `"`+grantBucket+`","`+grantBucket+`/in/*"`),
	} {
		found := newCloud(t, withPolicy(documentOf(foreign, policy))).speakForDestination().importByID("srr_destination_grant", id)
		if got := said(found); !strings.Contains(got, "ERROR: Grant cannot be imported") || !strings.Contains(got, want) {
			t.Errorf("%s: %s", want, got)
		}
	}
	for _, policy := range []string{
		allows(grantActions, ourselves, wholeBucket+`,"`+grantBucket+`/in/*"`),
		ours() + "," + allows(`"oss:GetObject"`, ourselves, `"`+grantBucket+`/*"`), // a statement of its own is not ours
	} {
		found := newCloud(t, withPolicy(documentOf(foreign, policy))).speakForDestination().importByID("srr_destination_grant", id)
		if len(found.problems) > 0 || found.object == nil {
			t.Errorf("%s: %s", policy, said(found))
		}
	}
	for _, less := range []string{ // it is repaired, and the plan shows it
		allows(`"oss:ReplicatePut"`, ourselves, wholeBucket), allows(grantActions, ourselves, `"`+grantBucket+`/*"`),
		allows(grantActions, ourselves, strings.ReplaceAll(wholeBucket, ":*:", ":oss-cn-hangzhou:")),
	} {
		found := newCloud(t, withPolicy(documentOf(foreign, less))).speakForDestination().importByID("srr_destination_grant", id)
		if got := said(found); !strings.HasPrefix(got, "WARNING: Import plans a change") || found.object == nil {
			t.Errorf("%s: %s", less, got)
		}
	}
	wider := keyAllows("", keyActions+`,"kms:CreateAlias"`, `"`+roleOfSource+`"`)
	found := newCloud(t, withKeyPolicy(documentOf(keyOwner, wider))).speakForDestination().importByID("srr_kms_key_policy", emulator.ReplicaKey+","+roleOfSource)
	if got := said(found); !strings.Contains(got, "ERROR: Grant cannot be imported") || !strings.Contains(got, "holds kms:CreateAlias") {
		t.Errorf("key: %s", got)
	}
}

// A policy that says whoever owns the bucket is judged by the bucket, before it is
// read.
func TestImport_refusesAGrantOnABucketOfAnotherAccount(t *testing.T) {
	t.Parallel()
	anybody := strings.ReplaceAll(ours(), emulator.DestinationAccount, "*")
	for _, reads := range []string{readableBySource(), allows(`"oss:GetBucketPolicy"`, `"`+emulator.SourceAccount+`"`, `"acs:oss:*:*:orders-backup"`)} {
		cloud := newCloud(t, withPolicy(documentOf(anybody, reads)))
		for what, found := range map[string]identified{
			"string":   cloud.speakForSource().importByID("srr_destination_grant", "orders-backup,"+roleOfSource),
			"identity": cloud.speakForSource().importBy("srr_destination_grant", map[string]any{"bucket": "orders-backup", "role_arn": roleOfSource}),
		} {
			if got := said(found); !strings.HasPrefix(got, `ERROR at AttributeName("bucket"): Bucket of another account`) {
				t.Errorf("by %s: %s", what, got)
			}
		}
		if n := cloud.calls("GetBucketPolicy"); n > 0 {
			t.Errorf("the policy was read %d times", n)
		}
	}
}

// A rule that repeats no writes would be replaced by one that does.
func TestImport_refusesRulesItCannotExpress(t *testing.T) {
	t.Parallel()
	refused := map[string]oss.Rule{}
	for _, action := range []string{"DELETE", "ABORT", "DELETE,ABORT"} {
		refused["repeats "+action+" and no writes"] = oss.Rule{Action: action}
	}
	for _, alias := range []string{"alias/replica", "acs:kms:" + emulator.Region + ":" + emulator.DestinationAccount + ":alias/replica"} {
		refused[fmt.Sprintf("encrypts replicas with %q, which is neither the ARN nor the id of a key.", alias)] = oss.Rule{ReplicateKMS: true, ReplicaKMSKeyID: alias}
	}
	for want, rule := range refused {
		cloud := newCloud(t, silent, existing(rule))
		want = "The rule stranger of bucket orders " + want
		if got := said(cloud.speakForSource().importByID("srr_rule", "orders,stranger")); !strings.Contains(got, "ERROR: Rule cannot be imported: "+want) {
			t.Errorf("imported: %s", got)
		}
		listsExactly(t, cloud.speakForSource().list("srr_rule", nil, 0, true), []string{}, "WARNING: Object is not listed: "+want)
	}
}

// readEncrypted is readOrders with the use of a key.
var readEncrypted = strings.TrimSuffix(readOrders, "]}") + `,{"Effect":"Allow","Action":["kms:DescribeKey","kms:Decrypt","kms:GenerateDataKey"],"Resource":["` + sourceKeyARN + `"]}]}`

const sourceKeyARN = "acs:kms:" + emulator.Region + ":" + emulator.SourceAccount + ":key/" + emulator.SourceKey

// usesEveryKey gives the role of handMade both ways to KMS, of which a configuration
// can have one.
func usesEveryKey(w *emulator.World) {
	a := &w.Accounts[0]
	a.Policies[0].Versions = []identity.Version{{Number: 1, Document: readEncrypted}}
	a.Roles[0].Attached = append(a.Roles[0].Attached, identity.Attachment{Type: "System", Policy: "AliyunKMSCryptoUserAccess"})
}

func TestImport_refusesRolesItCannotExpress(t *testing.T) {
	t.Parallel()
	both := strings.Replace(trustOfOSS, `"oss.aliyuncs.com"`, `"oss.aliyuncs.com","ecs.aliyuncs.com"`, 1)
	for _, row := range []struct{ trust, document, want string }{
		{both, readOrders, "does not let exactly the service oss.aliyuncs.com assume it"},
		{strings.Replace(trustOfOSS, `"Effect"`, `"Condition":{"StringEquals":{"acs:SourceVpc":["vpc-1"]}},"Effect"`, 1), readOrders, "without a condition"},
		{trustOfOSS, strings.Replace(readOrders, `"oss:ReplicateGet"`, `"oss:ReplicateGet","oss:PutObject"`, 1), "which holds oss:PutObject"},
		{trustOfOSS, strings.ReplaceAll(readOrders, ":orders/*", ":orders/in/*"), "/in/*"},
		{trustOfOSS, strings.Replace(readOrders, `"Effect"`, `"Condition":{"Bool":{"acs:SecureTransport":["true"]}},"Effect"`, 1), "which holds Condition"},
		{trustOfOSS, strings.TrimSuffix(readOrders, "]}") + `,{"Effect":"Deny","Action":["oss:ReplicateGet"],"Resource":["acs:oss:*:*:orders/secret/*"]}]}`, `Effect "Deny"`},
		{trustOfOSS, readEncrypted, "every key by the system policy AliyunKMSCryptoUserAccess"},
	} {
		found := newCloud(t, handMade, func(w *emulator.World) {
			w.Accounts[0].Roles[0].TrustPolicy = row.trust
			w.Accounts[0].Policies[0].Versions = []identity.Version{{Number: 1, Document: row.document}}
			if row.document == readEncrypted {
				usesEveryKey(w)
			}
		}).speakForSource().importByID("srr_replication_role", "srr-orders")
		if got := said(found); !strings.Contains(got, "ERROR: Role cannot be imported") || !strings.Contains(got, row.want) {
			t.Errorf("want %q: %s", row.want, got)
		}
	}
}
