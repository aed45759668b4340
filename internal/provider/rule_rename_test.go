package provider_test

import (
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

const ruleMoved = "moved {\n  from = srr_rule.a\n  to = srr_rule.b\n}\n"

// What follows a refused creation must not be a deletion: nothing would be left.
// The deletion of a waits for that of c, so the creation of b is refused before:
// c closes for three and a half seconds, and its end is seen later than the refusal.
func TestRule_renameWithoutMovedWhoseCreationComesFirst(t *testing.T) {
	d := ruleTest(t, more, func(w *emulator.World) { w.Switches.ClosingTime = 3500 * time.Second })
	later := arguments{"destination_bucket": `"orders-b"`, "lifecycle": "", "depends_on": "[srr_rule.a]"}
	d.write(ruleBlock("a") + ruleBlock("c", later)).apply().ok()
	var id string
	for _, rule := range d.cloud.rules() {
		if rule.Destination == emulator.DestinationBucket {
			id = rule.ID
		}
	}
	renamed := d.write(ruleBlock("b")).apply()
	if renamed.exit != 1 {
		t.Fatalf("the apply ended with %d: %s", renamed.exit, renamed.said())
	}
	for _, text := range []string{
		"A rule for these buckets exists already\nOSS allows one rule for a pair of buckets, and orders => orders-backup has the rule " + id,
		"The rule was left as it is.", "If this resource was renamed, use a moved block.",
		"Rule would be lost\nAnother resource of this run wants a rule for orders => orders-backup, which could not be made beside the rule " + id + ". So this one was not deleted and stays in the state",
	} {
		if !strings.Contains(renamed.said(), text) {
			t.Errorf("the apply does not say %q but %s", text, renamed.said())
		}
	}
	if got := d.state("srr_rule", "a"); got == nil || got["rule_id"] != id || d.cloud.onlyRule().ID != id {
		t.Fatalf("the state is %v, the rules are %v", got, d.cloud.rules())
	}
	d.write(ruleBlock("b") + ruleMoved).apply().ok()
	d.plan().empty()
	if got := d.cloud.onlyRule().ID; got != id {
		t.Errorf("the rule is %s, want %s", got, id)
	}
	d.cloud.change(func(w *emulator.World) { w.Switches.ClosingTime = 0 })
	d.destroy().ok()
}

func TestRule_renameWithoutMovedOneStepAfterTheOther(t *testing.T) {
	t.Parallel()
	for range 6 { // in which order is up to Terraform
		d := newCloud(t, silent).terraform()
		d.write(ruleBlock("a")).apply().ok()
		renamed := d.write(ruleBlock("b")).apply("-parallelism=1")
		if !strings.Contains(renamed.said(), "warning at srr_rule.b: A rule for these buckets exists already") {
			t.Errorf("the plan says %s", renamed.said())
		}
		one, two := d.state("srr_rule", "a"), d.state("srr_rule", "b")
		if (renamed.exit == 0) != (two != nil) || (one == nil) == (two == nil) {
			t.Errorf("the apply ended with %d, the states %v and %v, and %s", renamed.exit, one, two, renamed.said())
		}
		d.cloud.onlyRule()
	}
}

// The destruction of a may be planned before the creation of b or after it.
func TestRule_planOfARenameSaysTheSameInEveryOrder(t *testing.T) {
	t.Parallel()
	guarded := arguments{"prevent_replacement": "true"}
	for range 4 {
		d := newCloud(t, silent).terraform()
		d.write(ruleBlock("a", guarded)).apply().ok()
		d.write(ruleBlock("b")).plan("-parallelism=1").plans("a delete", "b create").
			warns("A rule for these buckets exists already", "If this resource was renamed, use a moved block")
		d.write(ruleBlock("b", guarded)).plan("-parallelism=1").fails("Replacement is prevented", "was renamed without a moved block")
		d.write(ruleBlock("b", guarded, adopting())).plan("-parallelism=1").ok()
	}
}

func TestRule_preventReplacementWithAListThatCannotBeRead(t *testing.T) {
	d := ruleTest(t)
	kept := ruleBlock("a", arguments{"prevent_replacement": "true"})
	d.write(kept).apply().ok()
	d.text("taint", "srr_rule.a")
	unreadable := denied(getRules, 0)
	unreadable.Count = 9
	d.inject(unreadable)
	d.plan("-refresh=false").fails("Cannot see which rule exists for orders => orders-backup", "AccessDenied", "request id", "prevent_replacement is true", "nothing is planned")
	d.write(ruleBlock("a")).plan("-refresh=false").plans("a replace")
	d.cloud.ClearFaults()
	d.write(strings.Replace(kept, `"orders"`, `"absent"`, 1)).plan("-refresh=false").ok() // its bucket may be made in this run
}

func TestRule_adoptionWithoutARoleToCompareIsAWarning(t *testing.T) {
	for _, omit := range []bool{true, false} {
		d := newCloud(t, silent, func(w *emulator.World) { w.Switches.OmitSyncRole = omit }, existing(oss.Rule{ReplicateHistory: true, Role: "by-hand"})).terraform()
		d.write(ruleBlock("a", adopting()))
		if !omit {
			d.plan().warns("A rule for these buckets exists already", "It differs from this configuration in: role")
			d.apply().fails("adopt_existing takes only an equal rule")
			continue
		}
		d.plan().plans("a create").warns("The role of the rule is not shown", "stranger of orders => orders-backup", "is taken over, because all else equals this configuration", "nobody compared that with oss-srr-orders", "-replace")
		adopted := d.apply()
		last := adopted.problems[len(adopted.problems)-1]
		if adopted.exit != 0 || last.Summary != "The role of the rule is not shown" {
			t.Errorf("the apply ended with %d and %s", adopted.exit, adopted.said())
		}
		if len(adopted.problems) != 2 { // of the plan, and of the apply
			t.Errorf("the apply says %d times what the plan says once: %s", len(adopted.problems), adopted.said())
		}
		d.plan().empty()
	}
}
