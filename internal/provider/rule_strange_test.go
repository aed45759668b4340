package provider_test

import (
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

func TestRule_ruleToAnotherRegionIsNotAdopted(t *testing.T) {
	d := ruleTest(t, existing(oss.Rule{ReplicateHistory: true, Location: "oss-cn-beijing"}))
	d.write(ruleBlock("a", arguments{"adopt_existing": "true"}))
	d.plan().warns("A rule for these buckets exists already", "region of the destination (oss-cn-beijing)")
	d.apply().fails("differs from this configuration in: region of the destination (oss-cn-beijing)", "adopt_existing takes only an equal rule")
}

func TestRule_singleTagIsTheSameWithAnyAndAll(t *testing.T) {
	filter := &oss.TagFilter{Match: "OR", Tags: []oss.Tag{{Key: "k", Value: "v"}}}
	d := ruleTest(t, existing(oss.Rule{ReplicateHistory: true, TagFilter: filter}))
	body := ruleBlock("a", arguments{"tag_filter": tagFilter("all", "k|v")})
	d.write(body + importing("a", "orders,stranger")).apply().ok().plans("a import")
	d.plan().empty()
	d.write(ruleBlock("a", arguments{"tag_filter": tagFilter("any", "k|v")})).plan().empty()
	d.write(ruleBlock("a", arguments{"tag_filter": tagFilter("all", "k|v"), "prevent_replacement": "true"})).apply().ok().plans("a update")
	d.plan().empty()
	d.write(ruleBlock("a", arguments{"tag_filter": tagFilter("all", "k|v", "l|w")})).plan().plans("a replace")
}

func TestRule_ruleThatGoesDuringTheWaitEndsIt(t *testing.T) {
	for name, edit := range map[string]func(*oss.Bucket, time.Time){
		"closing": func(b *oss.Bucket, now time.Time) { b.Rules[0].Closed = now },
		"missing": func(b *oss.Bucket, _ time.Time) { b.Rules = nil },
	} {
		t.Run(name, func(t *testing.T) {
			d := ruleTest(t, func(w *emulator.World) { w.Switches.StartingTime, w.Switches.ClosingTime = 24*time.Hour, 24*time.Hour })
			// Two reads belong to planning; the first of the wait sees the rule.
			d.cloud.BeforeNext(emulator.Fault{Operation: getRules, Skip: 3}, func() {
				d.cloud.change(func(w *emulator.World) { edit(bucketOf(w, emulator.SourceBucket), d.cloud.Clock().Now()) })
			})
			d.write(ruleBlock("a", arguments{"wait_until_active": "true"})).apply().warns("Rule is gone", "was created, and deleted outside Terraform")
			if d.state("srr_rule", "a") == nil {
				t.Error("the state has no rule")
			}
		})
	}
}

func TestRule_replacementThatFindsItsPlaceTakenDeletesNothing(t *testing.T) {
	d := ruleTest(t, more)
	d.write(ruleBlock("a")).apply().ok()
	id := d.cloud.onlyRule().ID
	d.cloud.change(existing(oss.Rule{Destination: "orders-b", ReplicateHistory: true}))
	moved := arguments{"destination_bucket": `"orders-b"`}
	d.write(ruleBlock("a", moved)).plan().fails("A rule for these buckets exists already", "orders => orders-b has the rule stranger", "would delete the rule "+id)
	d.write(ruleBlock("a", moved)).apply().fails("A rule for these buckets exists already")
	adopting := arguments{"adopt_existing": "true"}
	d.write(ruleBlock("a", moved, adopting, arguments{"replicate_history": "false"})).apply().fails("A rule for these buckets exists already")
	if got := d.cloud.rules(); len(got) != 2 || got[id].ID != id {
		t.Fatalf("the rules are %v", got)
	}
	d.write(ruleBlock("a", moved, adopting)).apply().plans("a replace")
	if got := d.cloud.onlyRule().ID; got != "stranger" {
		t.Errorf("the rule is %s", got)
	}
	d.plan().empty()
}

func TestRule_replacementWaitsForAClosingRuleInItsPlace(t *testing.T) {
	d := ruleTest(t, more, func(w *emulator.World) { w.Switches.ClosingTime = 600 * time.Second })
	d.write(ruleBlock("a")).apply().ok()
	d.cloud.change(existing(oss.Rule{Destination: "orders-b", Closed: d.cloud.Clock().Now()}))
	d.write(ruleBlock("a", arguments{"destination_bucket": `"orders-b"`})).apply().plans("a replace").warns("The rule will be replaced")
	d.plan().empty()
}

func TestRule_listThatLagsAfterALostResponse(t *testing.T) {
	d := ruleTest(t)
	d.inject(emulator.Fault{Kind: emulator.FaultLostResponse, Operation: putRule, Count: 2})
	var made []oss.Rule
	// Two reads belong to planning; the next three do not show the rule.
	d.cloud.BeforeNext(emulator.Fault{Operation: getRules, Skip: 2}, func() {
		d.cloud.change(func(w *emulator.World) {
			b := bucketOf(w, emulator.SourceBucket)
			made, b.Rules = b.Rules, nil
		})
	})
	d.cloud.BeforeNext(emulator.Fault{Operation: getRules, Skip: 5}, func() {
		d.cloud.change(func(w *emulator.World) { bucketOf(w, emulator.SourceBucket).Rules = made })
	})
	d.write(ruleBlock("a")).apply().ok()
	if got, want := d.state("srr_rule", "a")["rule_id"], d.cloud.onlyRule().ID; got != want {
		t.Errorf("the state has the rule %v, the bucket %s", got, want)
	}
	d.plan().empty()
}
