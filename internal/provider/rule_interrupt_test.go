package provider_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// interruptAt sends Terraform the signal of Ctrl-C when a call arrives. Terraform
// ends a few seconds later, however long the wait would have been.
func (d terraformDir) interruptAt(at emulator.Fault, arguments ...string) outcome {
	d.t.Helper()
	started, sent := make(chan *os.Process, 1), make(chan time.Time, 1)
	d.cloud.BeforeNext(at, func() {
		sent <- time.Now()
		if err := (<-started).Signal(os.Interrupt); err != nil {
			d.t.Error(err)
		}
	})
	o := d.finish(d.command(arguments...), started)
	select {
	case at := <-sent:
		if took := time.Since(at); took > 5*time.Second {
			d.t.Errorf("%s ended %s after the interrupt", o.command, took)
		}
	default:
		d.t.Error("the call did not come")
	}
	return o
}

func TestRule_interruptOfTheWaitKeepsAGoodRule(t *testing.T) {
	d := ruleTest(t, func(w *emulator.World) { w.Switches.StartingTime = 24 * time.Hour })
	d.write(ruleBlock("a", arguments{"wait_until_active": "true"}))
	// Two reads belong to planning, the third to the wait.
	o := d.interruptAt(emulator.Fault{Operation: getRules, Skip: 2}, "apply", "-json", "-auto-approve")
	o.says("warning", "The rule is not active yet", "was created")
	if got := d.state("srr_rule", "a"); got == nil || got["status"] != "" || got["rule_id"] != d.cloud.onlyRule().ID {
		t.Fatalf("the state is %v", got)
	}
	d.plan().empty()
}

func TestRule_interruptOfTheCreationConverges(t *testing.T) {
	d := ruleTest(t)
	d.write(ruleBlock("a"))
	d.inject(emulator.Fault{Kind: emulator.FaultDelay, Operation: putRule, Delay: 300 * time.Millisecond})
	d.interruptAt(emulator.Fault{Operation: putRule}, "apply", "-json", "-auto-approve")
	if made := d.cloud.rules(); len(made) == 1 && d.state("srr_rule", "a") == nil {
		t.Fatalf("the rule %v was made and forgotten", made)
	}
	if got := d.apply(); got.exit != 0 {
		t.Fatal(got.said())
	}
	d.plan().empty()
}

// No list says whether the rule was made for as long as people wait after Ctrl-C.
func TestRule_interruptOfTheCreationWithoutASightOfTheRuleConverges(t *testing.T) {
	for name, carriedOut := range map[string]bool{"made": true, "not made": false} {
		t.Run(name, func(t *testing.T) {
			d := ruleTest(t)
			d.write(ruleBlock("a"))
			d.inject(emulator.Fault{Kind: emulator.FaultError, Operation: getRules, Status: 403, Code: "AccessDenied", Skip: 2, Count: 1000}) // two reads belong to planning
			if carriedOut {
				d.inject(emulator.Fault{Kind: emulator.FaultDelay, Operation: putRule, Delay: 300 * time.Millisecond})
			} else {
				d.inject(emulator.Fault{Kind: emulator.FaultReset, Operation: putRule, Count: 1000})
			}
			o := d.interruptAt(emulator.Fault{Operation: putRule}, "apply", "-json", "-auto-approve")
			o.says("warning", "The answer to the creation of a rule was lost", "may exist: nothing showed it before the end")
			if d.state("srr_rule", "a") == nil {
				t.Fatal("the state has no rule")
			}
			d.cloud.ClearFaults()
			if again := d.apply(); again.exit != 0 {
				t.Fatal(again.said())
			}
			d.cloud.onlyRule()
			d.plan().empty()
		})
	}
}

// Beside an old rule that is closing, OSS cannot have made the new one.
func TestRule_interruptOfTheCreationBesideAClosingRuleForgetsIt(t *testing.T) {
	d := ruleTest(t, existing(oss.Rule{}))
	d.cloud.change(func(w *emulator.World) {
		w.Switches.ClosingTime = 24 * time.Hour
		bucketOf(w, emulator.SourceBucket).Rules[0].Closed = d.cloud.Clock().Now()
	})
	d.inject(emulator.Fault{Kind: emulator.FaultReset, Operation: putRule, Count: 1000})
	o := d.write(ruleBlock("a")).interruptAt(emulator.Fault{Operation: putRule}, "apply", "-json", "-auto-approve")
	if o.exit != 1 || d.state("srr_rule", "a") != nil {
		t.Errorf("the apply ended with %d, the state %v and %s", o.exit, d.state("srr_rule", "a"), o.said())
	}
}

func TestRule_interruptOfTheDeletionConverges(t *testing.T) {
	d := ruleTest(t, func(w *emulator.World) { w.Switches.ClosingTime = 24 * time.Hour })
	d.write(ruleBlock("a")).apply().ok()
	// One read belongs to planning.
	o := d.interruptAt(emulator.Fault{Operation: getRules, Skip: 1}, "apply", "-destroy", "-json", "-auto-approve")
	if o.exit != 1 || d.state("srr_rule", "a") == nil {
		t.Fatalf("the destroy ended with %d; the state has %v; %s", o.exit, d.state("srr_rule", "a"), o.said())
	}
	d.cloud.Advance(25 * time.Hour)
	if got := d.apply(); got.exit != 0 {
		t.Fatal(got.said())
	}
	d.plan().empty()
}

func TestRule_interruptOfTheWaitForAClosingPairConverges(t *testing.T) {
	d := ruleTest(t, existing(oss.Rule{}))
	d.cloud.change(func(w *emulator.World) {
		w.Switches.ClosingTime = 24 * time.Hour
		bucketOf(w, emulator.SourceBucket).Rules[0].Closed = d.cloud.Clock().Now()
	})
	d.write(ruleBlock("a"))
	// The first attempt has found out why the pair is taken.
	o := d.interruptAt(emulator.Fault{Operation: putRule, Skip: 1}, "apply", "-json", "-auto-approve")
	if o.exit != 1 || !strings.Contains(o.said(), "the run was interrupted; nothing was created. Run apply again.") || d.state("srr_rule", "a") != nil {
		t.Fatalf("the apply ended with %d, the state %v and %s", o.exit, d.state("srr_rule", "a"), o.said())
	}
	d.cloud.Advance(25 * time.Hour)
	d.apply().ok()
	d.plan().empty()
}

func TestRule_interruptOfTheWaitForPermissionsConverges(t *testing.T) {
	d := ruleTest(t)
	d.inject(noPermission(1000))
	d.write(besideRole())
	o := d.interruptAt(emulator.Fault{Operation: putRule, Skip: 1}, "apply", "-json", "-auto-approve")
	if o.exit != 1 || !strings.Contains(o.said(), "Cannot create the rule orders => orders-backup") || d.state("srr_rule", "a") != nil {
		t.Fatalf("the apply ended with %d, the state %v and %s", o.exit, d.state("srr_rule", "a"), o.said())
	}
	d.cloud.ClearFaults()
	d.apply().ok()
	d.plan().empty()
}
