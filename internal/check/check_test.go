package check_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/check"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

func TestCheck_everythingRight(t *testing.T) {
	t.Parallel()
	c := start(t, rightWorld())
	for id, v := range c.both(input()) {
		if v.Status != check.OK {
			t.Errorf("%s is %s: %s", id, v.Status, v.Seen)
		}
	}
	if reason := c.explained(ruleID, firstKey); reason != "" {
		t.Errorf("the object was not copied: %s", reason)
	}
}

// TestCheck_rightInOtherWays: no verdict complains of another way to do the same,
// and the object arrives.
func TestCheck_rightInOtherWays(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(w *world)
		ask    func(in *check.Input)
	}{
		"keys by the role's own policy":  {change: keyStatement(sourceKeyARN, emulator.ReplicaKeyARN())},
		"the source's key by its policy": {change: keyStatement(emulator.ReplicaKeyARN())},
		"the source's key has no policy": {change: func(w *world) { sourceKey(w).InstanceID, sourceKey(w).Policy = "", "" }},
		"the replica key is of the role's account": {change: func(w *world) { w.rule().ReplicaKMSKeyID = sourceKeyARN }, ask: func(in *check.Input) {
			key, _ := replication.ParseKeyARN(sourceKeyARN)
			in.ReplicaKey = &key
		}},
		"trusted without and with a condition": {change: func(w *world) {
			const service = `{"Service":["oss.aliyuncs.com"]}`
			w.role().TrustPolicy = `{"Version":"1","Statement":[` + trusting("Allow", service, "") + "," + trusting("Allow", service, ","+unmet) + `]}`
		}},
		"trusted by a wildcard": {change: func(w *world) {
			w.role().TrustPolicy = strings.Replace(replication.TrustPolicy(), "sts:AssumeRole", "sts:Assume*", 1)
		}},
		"deletions denied that nobody wants": {
			change: func(w *world) {
				w.rule().Action = "PUT"
				addStatement(w.destination(), `{"Effect":"Deny","Action":["oss:DeleteObject"],"Principal":["*"],"Resource":["`+objects+`"]}`)
			},
			ask: func(in *check.Input) { no := false; in.Deletes = &no },
		},
		"no Block Public Access": {change: func(w *world) { w.destination().BlockPublicAccess = false }},
		"the source's policy allows": {change: func(w *world) {
			w.role().Attached = w.role().Attached[1:]
			addStatement(w.source(), `{"Effect":"Allow","Action":["oss:Replicate*"],"Principal":["`+principal+`"],"Resource":["acs:oss:*:*:orders","acs:oss:*:*:orders/*"]}`)
		}},
		"wide statements": {change: func(w *world) {
			w.setRolePolicy(`{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:*","Resource":"*"}]}`)
			w.replace(`["oss:ReplicateList","oss:ReplicateGet","oss:ReplicatePut","oss:ReplicateDelete"]`, `["oss:*"]`)
			w.replace(principal, emulator.SourceAccount)
		}},
		"the key policy names the account": {change: func(w *world) {
			w.setKeyPolicy(strings.ReplaceAll(keyPolicy("Allow", roleARN), roleARN, "acs:ram::"+emulator.SourceAccount+":*"))
		}},
		"just the wanted prefix": {
			change: func(w *world) {
				w.rule().Prefixes = []string{"2026/"}
				w.setRolePolicy(reading(`"acs:oss:*:*:orders","acs:oss:*:*:orders/2026/*"`))
				w.replace(":orders-backup/*", ":orders-backup/2026/*")
			},
			ask: func(in *check.Input) { in.Prefixes = []string{"2026/"} },
		},
		"a Deny for somebody else": {change: func(w *world) {
			addStatement(w.destination(), `{"Effect":"Deny","Action":["oss:*"],"Principal":["3000000000000003"],"Resource":["`+objects+`"]}`)
		}},
		"versioned": {change: func(w *world) { w.source().Versioning, w.destination().Versioning = "Enabled", "Enabled" }},
	} {
		t.Run(name, func(t *testing.T) {
			w, in := rightWorld(), input()
			c.change(&w)
			if c.ask != nil {
				c.ask(&in)
			}
			cloud := start(t, w)
			for id, v := range cloud.both(in) {
				if v.Status != check.OK {
					t.Errorf("%s is %s: %s", id, v.Status, v.Seen)
				}
			}
			if reason := cloud.explained(ruleID, firstKey); reason != "" {
				t.Errorf("the object was not copied: %s", reason)
			}
		})
	}
}

func TestCheck_eachSideLeavesTheOtherUnknown(t *testing.T) {
	t.Parallel()
	c := start(t, rightWorld())
	for _, side := range []struct {
		name           string
		key            emulator.KeyPair
		own, elsewhere string
	}{
		{"source", emulator.SourceKeyPair(), "role_trust", "destination_statement"},
		{"destination", emulator.DestinationKeyPair(), "destination_statement", "role_trust"},
	} {
		report := c.run(side.key, input())
		seen := map[string]check.Status{}
		for _, v := range report {
			if _, twice := seen[v.ID]; twice {
				t.Errorf("%s: %s is there twice", side.name, v.ID)
			}
			seen[v.ID] = v.Status
			if v.Status != check.OK && v.Status != check.Unknown {
				t.Errorf("%s: %s is %s: %s", side.name, v.ID, v.Status, v.Seen)
			}
			if v.Status != check.OK && v.Advice == "" || v.Seen == "" {
				t.Errorf("%s: %s says nothing: %+v", side.name, v.ID, v)
			}
		}
		if seen[side.own] != check.OK || seen[side.elsewhere] != check.Unknown {
			t.Errorf("%s: %s is %s, %s is %s", side.name, side.own, seen[side.own], side.elsewhere, seen[side.elsewhere])
		}
		if !report.Ready() || report.Complete() {
			t.Errorf("%s: ready %v, complete %v", side.name, report.Ready(), report.Complete())
		}
	}
}

func TestCheck_writesNothing(t *testing.T) {
	t.Parallel()
	c := start(t, rightWorld())
	c.both(input())
	read := 0
	for _, r := range c.Requests(0) {
		switch {
		case strings.HasPrefix(r.Operation, "Get"), strings.HasPrefix(r.Operation, "List"), strings.HasPrefix(r.Operation, "Describe"):
			read++
		default:
			t.Errorf("%s %s was called", r.Service, r.Operation)
		}
	}
	if read < 15 {
		t.Errorf("only %d calls were logged", read)
	}
}

func find(t *testing.T, report check.Report, id string) check.Verdict {
	t.Helper()
	for _, v := range report {
		if v.ID == id {
			return v
		}
	}
	t.Fatalf("no verdict %s", id)
	return check.Verdict{}
}

func TestCheck_roleByName(t *testing.T) {
	t.Parallel()
	c := start(t, rightWorld())
	in := input()
	in.Role.AccountID = ""
	if v := find(t, c.run(emulator.SourceKeyPair(), in), "role_trust"); v.Status != check.OK {
		t.Errorf("source: %+v", v)
	}
	for _, id := range []string{"destination_statement", "destination_deny", "key_policy", "role"} {
		if v := find(t, c.run(emulator.DestinationKeyPair(), in), id); v.Status != check.Unknown {
			t.Errorf("destination: %+v", v)
		}
	}
}

func TestRead_endsWithTheContext(t *testing.T) {
	t.Parallel()
	c := start(t, rightWorld())
	client := c.client(emulator.SourceKeyPair())
	who, err := client.Account(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := check.Read(ctx, client, who, input()); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

func TestCheck_quotaIsWhatTheServiceAsksFor(t *testing.T) {
	t.Parallel()
	for quantity, want := range map[int]check.Status{1: check.Fail, 2: check.OK} {
		w := rightWorld()
		w.setKeyPolicy("")
		w.KMS.Instances[1].AccessManagementQuantity = quantity
		c := start(t, w)
		if v := find(t, c.run(emulator.DestinationKeyPair(), input()), "key_quota"); v.Status != want {
			t.Errorf("with %d: %+v", quantity, v)
		}
		err := c.client(emulator.DestinationKeyPair()).SetKeyPolicy(t.Context(), emulator.ReplicaKeyARN(), []byte(keyPolicy("Allow", roleARN)))
		if refused := alicloud.HasCode(err, "Rejected.LimitExceeded"); refused != (want == check.Fail) {
			t.Errorf("with %d the service says %v", quantity, err)
		}
	}
}

func TestCheck_principalForms(t *testing.T) {
	t.Parallel()
	// The emulator, like OSS, stores no principal of another grammar, so the
	// policy is handed over instead of read.
	for wrong, want := range map[string]string{
		roleARN: "destination_principal_form", "arn:acs:ram::1000000000000001:role/oss-srr-orders": "destination_principal_form",
		"oss-srr-orders": "destination_principal_form", "arn:sts::1000000000000001:assumed-role/oss-srr-orders/session": "destination_principal_form",
		"arn:sts::1000000000000001:assumed-role/OSS-SRR-orders/*": "destination_principal_case",
		"arn:sts::1000000000000002:assumed-role/Oss-srr-orders/*": "destination_principal_account",
		"arn:sts::1000000000000001:assumed-role/oss-srr-items/*":  "destination_statement",
		"1000000000000009": "destination_statement",
	} {
		facts := check.Facts{RoleAccount: emulator.SourceAccount, Caller: alicloud.Account{ID: emulator.DestinationAccount}, Region: emulator.Region}
		facts.Destination.Value = alicloud.BucketInfo{Name: emulator.DestinationBucket, OwnerID: emulator.DestinationAccount, Region: emulator.Region}
		w := rightWorld()
		facts.DestinationPolicy.Value = []byte(strings.ReplaceAll(w.destination().Policy, principal, wrong))
		for _, id := range []string{"destination_statement", "destination_principal_form", "destination_principal_case", "destination_principal_account"} {
			if v := find(t, check.Judge(input(), facts), id); (v.Status == check.Fail) != (id == want) {
				t.Errorf("%s: %+v", wrong, v)
			}
		}
	}
}
