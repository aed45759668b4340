package provider_test

import (
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

func TestRule_isReadByItsIdWhateverElseExists(t *testing.T) {
	d := ruleTest(t, more, existing(oss.Rule{ID: "first", Destination: "orders-b"}))
	d.write(ruleBlock("a")).apply().ok()
	id, _ := d.state("srr_rule", "a")["rule_id"].(string)
	d.cloud.change(existing(oss.Rule{ID: "last", Destination: "orders-c"}))
	d.plan().empty()

	// Out of band the rule is deleted, and a stranger's takes its place.
	d.cloud.change(func(w *emulator.World) {
		b := bucketOf(w, emulator.SourceBucket)
		for i := range b.Rules {
			if b.Rules[i].ID == id {
				b.Rules[i].ID, b.Rules[i].Destination = "replaced", "versioned"
			}
		}
	})
	d.plan().plans("a create").warns("Rule is gone", id, "The next apply creates it again")
	d.apply().plans("a create")
	d.plan().empty()
	d.destroy().ok()
	if left := d.cloud.rules(); len(left) != 3 {
		t.Errorf("left are %v, want the three of others", left)
	}
}

func TestRule_closingIsGone(t *testing.T) {
	d := ruleTest(t)
	d.write(ruleBlock("a")).apply().ok()
	d.cloud.change(func(w *emulator.World) {
		w.Switches.ClosingTime = never
		bucketOf(w, emulator.SourceBucket).Rules[0].Closed = d.cloud.Clock().Now()
	})
	d.plan().plans("a create").warns("Rule is gone")
	d.cloud.AfterNext(emulator.Fault{Operation: putRule}, func() { d.cloud.Advance(never) })
	d.apply().plans("a create").warns("Rule is gone")
	d.plan().empty()
}

func TestRule_goneWithItsBucket(t *testing.T) {
	d := ruleTest(t)
	d.write(ruleBlock("a")).apply().ok()
	d.cloud.change(func(w *emulator.World) { w.OSS.Buckets = w.OSS.Buckets[1:] })
	d.plan().plans("a create").warns("Rule is gone")
	d.destroy()
	if d.state("srr_rule", "a") != nil {
		t.Error("the rule is still in the state")
	}
}

func TestRule_failedReadsKeepTheState(t *testing.T) {
	d := ruleTest(t)
	d.write(ruleBlock("a")).apply().ok()
	for _, fault := range []emulator.Fault{
		{Kind: emulator.FaultError, Status: 403, Code: "AccessDenied"},
		{Kind: emulator.FaultError, Status: 500, Code: "InternalError", Count: 2},
		{Kind: emulator.FaultError, Status: 404, Code: "NoSuchKey"},
		{Kind: emulator.FaultReset, Count: 9},
		{Kind: emulator.FaultEmpty, Count: 2},
		{Kind: emulator.FaultMalformed, Count: 2},
	} {
		fault.Operation = getRules
		d.inject(fault)
		if got := d.apply("-refresh-only"); got.exit != 1 {
			t.Errorf("%+v: the refresh ended with %d and %s", fault, got.exit, got.said())
		}
		d.cloud.ClearFaults()
		if d.state("srr_rule", "a") == nil {
			t.Fatalf("%+v: the rule left the state", fault)
		}
	}
	d.plan().empty()
}

func TestRule_otherAccountsCredentialsAreNoReasonToForget(t *testing.T) {
	d := ruleTest(t)
	d.write(ruleBlock("a")).apply().ok()
	swapped := ruleBlock("a", arguments{"provider": "srralt"})
	d.write(swapped)
	d.plan().fails("Credentials of another account", "Check whether two provider blocks")
}

func TestRule_isQuietWhileItAdvances(t *testing.T) {
	d := ruleTest(t)
	d.write(ruleBlock("a")).apply().ok()
	for range 10 {
		d.plan("-refresh-only").empty()
		d.cloud.Advance(30 * time.Second)
	}
}

func TestRule_whatTheServiceLeavesOutIsNoDrift(t *testing.T) {
	for _, omit := range []bool{false, true} {
		d := newCloud(t, silent, func(w *emulator.World) { w.Switches.OmitSyncRole = omit }).terraform()
		d.write(ruleBlock("a", arguments{"role": `"acs:ram::1000000000000001:role/OSS-SRR-Orders"`, "prefixes": `["b/", "a/"]`})).apply().ok()
		d.plan().empty()
		d.plan("-refresh-only").empty()
		d.cloud.change(func(w *emulator.World) { bucketOf(w, emulator.SourceBucket).Rules[0].Role = "by-hand" })
		if omit {
			d.plan().empty()
		} else {
			d.plan().plans("a replace").warns("a change of role")
		}
	}
}

func TestRule_driftShowsFieldByField(t *testing.T) {
	d := ruleTest(t)
	d.write(ruleBlock("a", arguments{"tag_filter": tagFilter("all", "k|1", "l|2")})).apply().ok()
	for field, edit := range map[string]func(*oss.Rule){
		"prefixes":           func(r *oss.Rule) { r.Prefixes = []string{"a/"} },
		"replicate_history":  func(r *oss.Rule) { r.ReplicateHistory = false },
		"tag_filter":         func(r *oss.Rule) { r.TagFilter = &oss.TagFilter{Match: "OR", Tags: r.TagFilter.Tags} },
		"replica_kms_key_id": func(r *oss.Rule) { r.ReplicateKMS, r.ReplicaKMSKeyID = true, emulator.ReplicaKeyARN() },
	} {
		before := d.cloud.onlyRule()
		d.cloud.change(func(w *emulator.World) { edit(&bucketOf(w, emulator.SourceBucket).Rules[0]) })
		d.plan().plans("a replace").warns("a change of " + field + " deletes")
		d.cloud.change(func(w *emulator.World) { bucketOf(w, emulator.SourceBucket).Rules[0] = before })
		d.plan().empty()
	}
}

func TestRule_tagFilterEndToEnd(t *testing.T) {
	ten := []string{"k0|a b", "k1|+-=._:/", "k2|", "k3|3", "k4|4", "k5|5", "k6|6", "k7|7", "k8|8", "K8|8"}
	for match, wire := range map[string]string{"all": "AND", "any": "OR"} {
		d := newCloud(t, silent).terraform()
		body := ruleBlock("a", arguments{"tag_filter": tagFilter(match, ten...)})
		d.write(body).apply().ok()
		if got := d.cloud.onlyRule(); got.TagFilter == nil || got.TagFilter.Match != wire || len(got.TagFilter.Tags) != 10 || got.Action != "PUT" {
			t.Errorf("the rule is %+v", got)
		}
		d.plan().empty()
		d.text("state", "rm", "srr_rule.a")
		d.write(body + "import {\n  to = srr_rule.a\n  id = \"orders=>orders-backup\"\n}\n").apply().ok().plans("a import")
		d.plan().empty()
		// A replacement keeps the filter.
		d.write(ruleBlock("a", arguments{"tag_filter": tagFilter(match, ten...), "replicate_history": "false"})).apply().plans("a replace")
		if got := d.cloud.onlyRule(); got.TagFilter == nil || got.TagFilter.Match != wire || len(got.TagFilter.Tags) != 10 {
			t.Errorf("after the replacement the rule is %+v", got)
		}
	}
}
