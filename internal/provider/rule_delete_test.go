package provider_test

import (
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

func TestRule_whatIsGoneAlreadyIsDeleted(t *testing.T) {
	for name, prepare := range map[string]func(terraformDir){
		"a rule that is closing, 204": func(d terraformDir) {
			d.cloud.BeforeNext(emulator.Fault{Operation: deleteRule}, func() {
				d.cloud.change(func(w *emulator.World) { bucketOf(w, emulator.SourceBucket).Rules[0].Closed = d.cloud.Clock().Now() })
			})
		},
		"a lost answer": func(d terraformDir) {
			d.inject(emulator.Fault{Kind: emulator.FaultLostResponse, Operation: deleteRule})
		},
		"an unknown rule": func(d terraformDir) {
			d.inject(emulator.Fault{Kind: emulator.FaultError, Operation: deleteRule, Status: 404, Code: "NoSuchReplicationRule"})
			d.cloud.BeforeNext(emulator.Fault{Operation: deleteRule}, func() {
				d.cloud.change(func(w *emulator.World) { bucketOf(w, emulator.SourceBucket).Rules[0].ID = "another" })
			})
		},
		"no configuration": func(d terraformDir) {
			d.inject(emulator.Fault{Kind: emulator.FaultError, Operation: deleteRule, Status: 404, Code: "NoSuchReplicationConfiguration"})
			d.cloud.BeforeNext(emulator.Fault{Operation: deleteRule}, func() {
				d.cloud.change(func(w *emulator.World) { bucketOf(w, emulator.SourceBucket).Rules = nil })
			})
		},
		"no bucket": func(d terraformDir) {
			d.cloud.BeforeNext(emulator.Fault{Operation: deleteRule}, func() {
				d.cloud.change(func(w *emulator.World) { w.OSS.Buckets = w.OSS.Buckets[1:] })
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := ruleTest(t)
			d.write(ruleBlock("a")).apply().ok()
			prepare(d)
			d.destroy().ok()
			if got := d.state("srr_rule", "a"); got != nil {
				t.Errorf("the state has %v", got)
			}
		})
	}
}

func TestRule_deletionThatTakesTooLongKeepsTheState(t *testing.T) {
	d := ruleTest(t, func(w *emulator.World) { w.Switches.ClosingTime = 24 * time.Hour })
	d.write(ruleBlock("a", arguments{"timeouts": `{ delete = "1s" }`})).apply().ok()
	d.destroy().fails("The rule is still closing", "It stays in the state", "timeouts.delete")
	if d.state("srr_rule", "a") == nil {
		t.Fatal("the rule left the state")
	}
	d.cloud.Advance(25 * time.Hour)
	d.destroy()
	if d.state("srr_rule", "a") != nil {
		t.Error("the next destroy did not finish")
	}
}

func TestRule_refusedDeletionKeepsTheState(t *testing.T) {
	d := ruleTest(t)
	d.write(ruleBlock("a")).apply().ok()
	d.inject(emulator.Fault{Kind: emulator.FaultError, Operation: deleteRule, Status: 403, Code: "AccessDenied"})
	d.destroy().fails("Cannot delete the rule", "AccessDenied")
	d.inject(emulator.Fault{Kind: emulator.FaultError, Operation: getRules, Status: 403, Code: "AccessDenied", Skip: 1})
	d.destroy().fails("The rule is still closing", "AccessDenied", "It stays in the state")
	if d.state("srr_rule", "a") == nil {
		t.Fatal("the rule left the state")
	}
	d.destroy()
	if d.state("srr_rule", "a") != nil {
		t.Error("the next destroy did not finish")
	}
}

func TestRule_staleReadsAfterDeletionAreWaitedFor(t *testing.T) {
	d := ruleTest(t, more, existing(oss.Rule{ID: "other", Destination: "orders-b"}))
	d.write(ruleBlock("a")).apply().ok()
	d.inject(emulator.Fault{Kind: emulator.FaultStale, Operation: deleteRule, Reads: 2})
	d.write(ruleBlock("a", arguments{"replicate_history": "false"})).apply().plans("a replace").warns("will be replaced")
	d.plan().empty()
	if len(d.cloud.rules()) != 2 {
		t.Errorf("the rules are %v", d.cloud.rules())
	}
}
