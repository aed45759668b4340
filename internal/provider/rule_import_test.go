package provider_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

func importing(name, id string) string {
	return "import {\n  to = srr_rule." + name + "\n  id = \"" + id + "\"\n}\n"
}

func TestRule_importByEveryFormEndsWithAnEmptyPlan(t *testing.T) {
	for _, id := range []string{"orders,stranger", "orders,stranger,oss-srr-orders", "orders,stranger,acs:ram::1000000000000001:role/oss-srr-orders", "orders=>orders-backup", "orders => orders-backup"} {
		t.Run(id, func(t *testing.T) {
			d := ruleTest(t, more, existing(oss.Rule{ID: "first", Destination: "orders-b"}, oss.Rule{ReplicateHistory: true, Prefixes: []string{"b/", "a/"}}))
			body := ruleBlock("a", arguments{"prefixes": `["a/", "b/"]`})
			for _, role := range roleSpellings() {
				d.write(ruleBlock("a", arguments{"prefixes": `["a/", "b/"]`, "role": role}) + importing("a", id)).plan().ok().plans("a import")
			}
			d.write(body + importing("a", id)).apply().ok()
			d.write(body).plan().empty()
			if got := d.cloud.ruleWrites(); got != 0 {
				t.Errorf("%d writes", got)
			}
		})
	}
}

func TestRule_importIdsThatNameNothing(t *testing.T) {
	d := ruleTest(t, existing(oss.Rule{}))
	for id, want := range map[string]string{
		"orders":                  "does not name a rule",
		"orders,":                 "does not name a rule",
		",stranger":               "does not name a rule",
		"Orders,stranger":         "lower-case",
		"Orders,by,hand":          "lower-case",
		"orders=>Backup":          "lower-case",
		"orders,stranger,a_b":     "may hold only letters",
		"orders,unknown":          "has no rule with the id unknown",
		"orders=>orders-c":        "has no rule to orders-c",
		"absent,stranger":         "has no rule with the id stranger",
		"orders-backup,stranger":  "Cannot read the rule",
		"orders-backup=>orders-c": "Cannot read the rules of bucket orders-backup",
	} {
		d.write(ruleBlock("a") + importing("a", id)).plan().fails(want)
	}
	d.cloud.change(func(w *emulator.World) {
		w.Switches.ClosingTime = time.Hour * 24
		bucketOf(w, emulator.SourceBucket).Rules[0].Closed = d.cloud.Clock().Now()
	})
	d.write(ruleBlock("a")+importing("a", "orders,stranger")).plan().
		fails("Rule does not exist any more", "The rule stranger of bucket orders is closing: its deletion was accepted, and it disappears within minutes.")
	d.write(ruleBlock("a") + importing("a", "orders=>orders-backup")).plan().fails("has no rule to orders-backup")
}

func TestRule_importOfAnIdWithCommas(t *testing.T) {
	d := ruleTest(t, existing(oss.Rule{ID: "by hand, 2025=>2026", ReplicateHistory: true}))
	for _, id := range []string{"orders,by hand, 2025=>2026", "orders,by hand, 2025=>2026,oss-srr-orders"} {
		if got := d.write(ruleBlock("a") + importing("a", id)).plan(); got.exit == 1 || len(got.problems) > 0 {
			t.Errorf("%s: %s", id, got.said())
		}
	}
}

// What could not be read is not "no such rule": the id may end elsewhere.
func TestRule_importOfAnIdWithCommasThatCannotBeLookedUp(t *testing.T) {
	d := ruleTest(t, more, existing(oss.Rule{ID: "a", Destination: "orders-b", ReplicateHistory: true}, oss.Rule{ID: "a,b", ReplicateHistory: true}))
	d.inject(denied(getRules, 0))
	d.write(ruleBlock("a")+importing("a", "orders,a,b")).plan().fails("Cannot read the rules of bucket orders", "AccessDenied", "request id")
	d.apply().ok()
	if got := d.state("srr_rule", "a")["rule_id"]; got != "a,b" {
		t.Errorf("the rule %v was imported", got)
	}
}

func TestRule_importRefusesWhatItCannotManage(t *testing.T) {
	for _, c := range map[string]struct {
		rule oss.Rule
		want string
	}{
		"time control": {oss.Rule{RTC: true}, "uses replication time control"},
		"acceleration": {oss.Rule{TransferType: "oss_acc"}, "uses transfer acceleration"},
		"other region": {oss.Rule{Location: "oss-cn-beijing"}, "goes from oss-cn-hangzhou to oss-cn-beijing; this provider manages rules within one region."},
	} {
		d := newCloud(t, silent, existing(c.rule)).terraform()
		d.write(ruleBlock("a")+importing("a", "orders,stranger")).plan().fails("Rule cannot be imported", c.want)
	}
}

func TestRule_importOfARuleWithoutRole(t *testing.T) {
	d := ruleTest(t, func(w *emulator.World) {
		w.OSS.Buckets = append(w.OSS.Buckets, oss.Bucket{Name: "orders-copy", Owner: emulator.SourceAccount, Region: emulator.Region})
	}, existing(oss.Rule{Destination: "orders-copy", ReplicateHistory: true}))
	d.cloud.change(func(w *emulator.World) { bucketOf(w, emulator.SourceBucket).Rules[0].Role = "" })
	body := ruleBlock("a", arguments{"destination_bucket": `"orders-copy"`})
	d.write(body+importing("a", "orders,stranger")).plan().fails("Rule cannot be imported", "shows no role", "source_bucket,rule_id,role")
	d.write(body + importing("a", "orders,stranger,oss-srr-orders")).apply().ok()
	d.plan().empty()
}

func TestRule_importWhereTheServiceIsSilentAboutTheRole(t *testing.T) {
	d := ruleTest(t, func(w *emulator.World) { w.Switches.OmitSyncRole = true }, existing(oss.Rule{ReplicateHistory: true}))
	d.write(ruleBlock("a") + importing("a", "orders,stranger")).apply().ok().plans("a update")
	if got := d.state("srr_rule", "a")["role"]; got != "oss-srr-orders" {
		t.Errorf("the role is %v", got)
	}
	if got := d.cloud.ruleWrites(); got != 0 {
		t.Errorf("%d writes", got)
	}
	d.plan().empty()
}

func TestRule_importOfACommaListOfActions(t *testing.T) {
	d := ruleTest(t, existing(oss.Rule{Action: "PUT,DELETE", ReplicateHistory: true}))
	deletes := arguments{"replicate_deletes": "true"}
	if got := d.write(ruleBlock("a", deletes) + importing("a", "orders,stranger")).apply(); got.exit != 0 {
		t.Fatal(got.said())
	}
	d.plan().empty()
	d.write(ruleBlock("a", deletes, arguments{"replicate_history": "false"})).plan().plans("a replace").
		warns("The old rule has the action PUT,DELETE; the new one is sent with ALL")
}

func TestRule_importedBareKeyIsKeptWithAWarning(t *testing.T) {
	d := ruleTest(t, existing(oss.Rule{ReplicateHistory: true, ReplicateKMS: true, ReplicaKMSKeyID: "key-x"}))
	bare := arguments{"replica_kms_key_id": `"key-x"`}
	d.write(ruleBlock("a", bare)+importing("a", "orders,stranger")).apply().warns("Replica key without an account",
		"The rule names the key key-x by its id alone. KMS looks an id up in the account of the caller, so nothing encrypted is copied to another account.")
	plan := d.plan().warns("Replica key without an account")
	if plan.exit != 0 {
		t.Errorf("the plan has the changes %v", plan.changes)
	}
	if got := d.write(ruleBlock("a", bare, arguments{"replicate_history": "false"})).plan(); got.exit != 1 {
		t.Error("a new rule with a bare key was planned")
	}
}

func TestRule_importReplaceKeepsTheFilter(t *testing.T) {
	d := ruleTest(t, existing(oss.Rule{ReplicateHistory: true, TagFilter: &oss.TagFilter{Match: "OR", Tags: []oss.Tag{{Key: "b", Value: "2"}, {Key: "a", Value: "1"}}}}))
	body := arguments{"tag_filter": tagFilter("any", "a|1", "b|2")}
	if got := d.write(ruleBlock("a", body) + importing("a", "orders=>orders-backup")).apply(); got.exit != 0 || len(got.problems) > 0 {
		t.Fatal(got.said())
	}
	d.plan().empty()
	if got := d.apply("-replace=srr_rule.a"); got.exit != 0 {
		t.Fatal(got.said())
	}
	if r := d.cloud.onlyRule(); r.ID == "stranger" || r.TagFilter == nil || r.TagFilter.Match != "OR" || len(r.TagFilter.Tags) != 2 {
		t.Errorf("the new rule is %+v", r)
	}
	d.plan().empty()
}

// An account with a raised quota has rules with more prefixes than a block allows
// that does not say so. Such a rule can be had, but not made.
func TestRule_importWithMorePrefixesThanTheBlockAllows(t *testing.T) {
	names := make([]string, 12)
	for i := range names {
		names[i] = fmt.Sprintf("p%02d/", i)
	}
	d := ruleTest(t, existing(oss.Rule{ReplicateHistory: true, Prefixes: names}))
	d.write(ruleBlock("a", arguments{"prefixes": `["` + strings.Join(names, `", "`) + `"]`}))
	d.text("import", "srr_rule.a", "orders=>orders-backup")
	d.plan().empty()
	d.plan("-replace=srr_rule.a").fails("Too many prefixes", "12 prefixes are given, OSS accepts 10")
}

// A key of another region is refused for a new rule; one that has it can be had.
func TestRule_importWithAKeyOfAnotherRegion(t *testing.T) {
	const far = "acs:kms:cn-beijing:2000000000000002:key/x"
	d := ruleTest(t, existing(oss.Rule{ReplicateHistory: true, ReplicateKMS: true, ReplicaKMSKeyID: far}))
	key := arguments{"replica_kms_key_id": `"` + far + `"`}
	d.write(ruleBlock("a", key) + importing("a", "orders,stranger")).apply().ok()
	d.plan().empty()
	d.plan("-replace=srr_rule.a").fails("Key of another region", "The key is in cn-beijing, the buckets are in cn-hangzhou.")
	d.write(ruleBlock("a", key, arguments{"replicate_history": "false"})).plan().says("error", "Key of another region")
}

// A RAM user who may only look at the source bucket gets the same refusal for a
// bucket of the own account as for a stranger's.
func TestRule_importOfARuleWithoutRoleByAUserOfTheSourceAlone(t *testing.T) {
	d := ruleTest(t, bucketNamed("orders-copy", emulator.SourceAccount), existing(oss.Rule{Destination: "orders-copy", ReplicateHistory: true}))
	d.cloud.change(func(w *emulator.World) { bucketOf(w, emulator.SourceBucket).Rules[0].Role = "" })
	d.inject(emulator.Fault{Kind: emulator.FaultError, Operation: "GetBucketInfo", Object: "orders-copy*", Status: 403, Code: "AccessDenied", Count: 1000})
	body := ruleBlock("a", arguments{"destination_bucket": `"orders-copy"`})
	d.write(body+importing("a", "orders,stranger")).plan().fails("Rule cannot be imported", "shows no role")
	if got := d.cloud.calls("ListBuckets"); got != 1 {
		t.Errorf("%d lists of buckets", got)
	}
}
