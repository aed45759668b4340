package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

func TestRule_settingsChangeWithoutACall(t *testing.T) {
	d := ruleTest(t)
	d.write(ruleBlock("a")).apply().ok().plans("a create")
	d.plan().empty()
	before := d.cloud.ruleWrites()
	d.write(ruleBlock("a", arguments{"prevent_replacement": "true", "adopt_existing": "true", "timeouts": `{ create = "5m" }`, "wait_until_active": "true"})).
		apply().ok().plans("a update")
	if got := d.cloud.ruleWrites(); got != before {
		t.Errorf("a change of settings made %d calls", got-before)
	}
	d.destroy().ok()
	if left := d.cloud.rules(); len(left) > 0 {
		t.Errorf("left are %v", left)
	}
}

func TestRule_everyFieldReplacesAndSaysWhatItCosts(t *testing.T) {
	d := ruleTest(t, more)
	d.write(ruleBlock("a", arguments{"source_bucket": `"orders"`})).apply().ok()
	id := d.cloud.onlyRule().ID
	for field, value := range map[string]string{
		"source_bucket": `"other"`, "destination_bucket": `"orders-b"`, "role": `"another"`, "replicate_deletes": "true",
		"prefixes": `["a/"]`, "tag_filter": tagFilter("all", "k|v"), "replica_kms_key_id": `"acs:kms:cn-hangzhou:2000000000000002:key/x"`,
	} {
		d.write(ruleBlock("a", arguments{field: value})).plan().plans("a replace").
			warns("The rule will be replaced", "OSS cannot change a rule, so a change of "+field+" deletes "+id+" of orders => orders-backup",
				"Replication stops from the deletion until the new rule is active", "all history is copied again, which may overwrite objects of the same name")
	}
	d.write(ruleBlock("a", arguments{"replicate_history": "false", "replicate_deletes": "true"})).plan().plans("a replace").
		warns("a change of replicate_history, replicate_deletes deletes", "Objects that are written in between are not copied")
	d.apply()
	if got := d.cloud.onlyRule(); got.ID == id || got.Action != "ALL" || got.ReplicateHistory {
		t.Errorf("the new rule is %+v", got)
	}
	d.plan().empty()
}

func TestRule_spellingOrderAndDefaultsNeverReplace(t *testing.T) {
	d := ruleTest(t)
	full := arguments{"prefixes": `["b/", "a/"]`, "tag_filter": tagFilter("any", "x|1", "y|2")}
	d.write(ruleBlock("a", full)).apply().ok()
	for _, c := range []arguments{
		{"prefixes": `["a/", "b/"]`}, {"tag_filter": tagFilter("any", "y|2", "x|1")}, {"replicate_deletes": "false"},
	} {
		d.write(ruleBlock("a", full, c)).plan().empty()
	}
	for _, role := range roleSpellings() {
		d.write(ruleBlock("a", full, arguments{"role": role})).plan().empty()
	}
	d.write(ruleBlock("a", full, arguments{"role": `"OSS-SRR-Orders"`, "adopt_existing": "true"})).apply().ok().plans("a update")
	if got := d.state("srr_rule", "a")["role"]; got != "oss-srr-orders" {
		t.Errorf("the role is spelled %v, want as before", got)
	}
	d.plan().empty()
	d.write(ruleBlock("a", full, arguments{"role": `"acs:ram::2000000000000002:role/oss-srr-orders"`})).plan().fails("Role of another account")
	if got := d.cloud.ruleWrites(); got != 1 {
		t.Errorf("%d writes, want the creation only", got)
	}
}

// roleSpellings name the role of ruleBlock.
func roleSpellings() []string {
	return []string{`"oss-srr-orders"`, `"acs:ram::1000000000000001:role/oss-srr-orders"`, `"OSS-SRR-Orders"`}
}

// throughData passes on the name of the destination, which is unknown whenever the
// trigger changes.
func throughData(trigger string) string { return passedOn(trigger, "orders-backup") }

func passedOn(trigger, value string) string {
	return "resource \"terraform_data\" \"x\" {\n  triggers_replace = " + trigger + "\n  input = \"" + value + "\"\n}\n"
}

func TestRule_unknownValueThatTurnsOutEqualDoesNothing(t *testing.T) {
	d := ruleTest(t)
	body := ruleBlock("a", arguments{"destination_bucket": "terraform_data.x.output", "prevent_replacement": "true"})
	d.write(throughData("1") + body).apply().ok()
	d.write(throughData("2")+body).apply().ok().plans("a update", "terraform_data.x replace")
	d.plan().empty()
	if got := d.cloud.ruleWrites(); got != 1 {
		t.Errorf("%d writes, want the creation only", got)
	}
}

// lateDestination is a rule whose destination is known only in the apply, and is
// not what the rule has.
func lateDestination() string {
	return throughData("1") + ruleBlock("a", arguments{"destination_bucket": "\"orders-${terraform_data.x.id == \"\" ? \"backup\" : \"b\"}\""})
}

func TestRule_unknownValueThatTurnsOutDifferentIsAnErrorBeforeAnyCall(t *testing.T) {
	for name, apply := range map[string]func(terraformDir) outcome{
		"planned and applied at once": func(d terraformDir) outcome { return d.apply() },
		"without reading":             func(d terraformDir) outcome { return d.apply("-refresh=false") },
		"from a saved plan": func(d terraformDir) outcome {
			d.plan("-out=saved").ok().plans("a update", "terraform_data.x create")
			return d.run("apply", "-json", "saved")
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := ruleTest(t, more)
			d.write(ruleBlock("a")).apply().ok()
			d.write(lateDestination())
			apply(d).fails("A rule cannot be changed", "The value of destination_bucket became known only in this apply: \"orders-b\"",
				d.cloud.onlyRule().ID+" of orders => orders-backup has \"orders-backup\"", "nothing was changed", "Run plan again")
			if got := d.cloud.ruleWrites(); got != 1 {
				t.Errorf("%d writes, want the creation only", got)
			}
			d.plan().plans("a replace").warns("a change of destination_bucket deletes")
			d.apply().plans("a replace")
			d.plan().empty()
		})
	}
}

func TestRule_planWithUnknownValuesBindsNoOtherPlan(t *testing.T) {
	d := ruleTest(t, more)
	d.write(ruleBlock("a")).apply().ok()
	d.write(lateDestination()).plan().ok().plans("a update", "terraform_data.x create")
	d.write(ruleBlock("a", arguments{"destination_bucket": `"orders-b"`})).plan().plans("a replace")
	d.plan("-refresh=false").plans("a replace")
	d.apply().plans("a replace")
	d.plan().empty()
}

// Another machine has no note of the plan. Terraform itself refuses the provider's
// second thoughts there; the provider's warning says what that means.
func TestRule_savedPlanWithUnknownValuesOnAnotherMachine(t *testing.T) {
	d := ruleTest(t, more)
	d.write(ruleBlock("a")).apply().ok()
	d.write(lateDestination()).plan("-out=saved").ok()
	if err := os.RemoveAll(filepath.Join(d.path, "notes")); err != nil {
		t.Fatal(err)
	}
	apply := d.run("apply", "-json", "saved")
	if apply.exit == 0 {
		t.Fatal("the rule was changed")
	}
	apply.says("warning", "If Terraform reports an inconsistent final plan", "nothing was changed; run plan again")
	if got := d.cloud.ruleWrites(); got != 1 {
		t.Errorf("%d writes, want the creation only", got)
	}
	d.plan().plans("a replace")
}

func TestRule_preventReplacementStopsEveryKindOfReplacement(t *testing.T) {
	d := ruleTest(t)
	kept := arguments{"prevent_replacement": "true"}
	d.write(ruleBlock("a", kept)).apply().ok()
	d.write(ruleBlock("a", kept, arguments{"replicate_history": "false"})).plan().
		fails("Replacement is prevented", "A change of replicate_history would replace the rule")
	d.write(ruleBlock("a", kept))
	for _, flags := range [][]string{{"-replace=srr_rule.a"}, {"-replace=srr_rule.a", "-refresh=false"}} {
		d.plan(flags...).fails("Replacement is prevented", "-replace was given")
	}
	d.text("taint", "srr_rule.a")
	d.plan().fails("Replacement is prevented", "tainted")
	d.plan("-refresh=false").fails("Replacement is prevented", "tainted")
	d.write(ruleBlock("a")).plan().plans("a replace").warns("The rule will be replaced", "the resource is tainted", "all history is copied again")
	d.write(ruleBlock("a", arguments{"prevent_replacement": "false"})).apply().plans("a replace")
	d.plan().empty()
	for what, c := range map[string]struct {
		value string
		late  arguments
	}{
		"late destination": {"orders-backup", arguments{"destination_bucket": "terraform_data.x.output"}},
		"late source":      {"orders", arguments{"source_bucket": "terraform_data.x.output"}},
		"late flag":        {"z", arguments{"prevent_replacement": `terraform_data.x.output == "z"`}},
	} {
		t.Run(what, func(t *testing.T) {
			preventsLate(ruleTest(t), c.value, ruleBlock("a", kept, c.late), ruleBlock("a", kept, c.late, triggered()))
		})
	}
}

// triggered lets Terraform replace the rule whenever terraform_data.x changes.
func triggered() arguments {
	return arguments{"lifecycle": "replace_triggered_by = [terraform_data.x]"}
}

// preventsLate makes a guarded rule of values that are known, and demands that it is
// kept while they are not.
func preventsLate(d terraformDir, value, rule, whenTriggered string) {
	d.t.Helper()
	d.write(passedOn("1", value) + rule).apply().ok()
	goes := "The rule " + d.cloud.onlyRule().ID + " of orders => orders-backup would be replaced"
	d.write(passedOn("2", value) + rule)
	for _, flags := range [][]string{{"-replace=srr_rule.a"}, {"-replace=srr_rule.a", "-refresh=false"}} {
		d.plan(flags...).fails("Replacement is prevented", goes, "-replace was given")
	}
	d.write(passedOn("2", value)+whenTriggered).apply().fails("Replacement is prevented", goes, "replace_triggered_by")
	if got := d.cloud.ruleWrites(); got != 1 {
		d.t.Errorf("%d writes, want the creation only", got)
	}
	d.write(passedOn("1", value) + rule).plan().empty()
}

// A provider block that is not known yet has no account to look into, but knows what
// the state says.
func TestRule_preventReplacementNeedsNoAccount(t *testing.T) {
	d := ruleTest(t)
	rule := ruleBlock("a", arguments{"prevent_replacement": "true"})
	d.write(passedOn("1", emulator.Region) + rule).apply().ok()
	d.write(passedOn("2", emulator.Region)+rule).lateRegion().plan("-refresh=false", "-replace=srr_rule.a").fails("Replacement is prevented", "-replace was given")
}

// lateRegion gives the provider block of the source account the output of
// terraform_data.x for its region.
func (d terraformDir) lateRegion() terraformDir {
	d.t.Helper()
	path := filepath.Join(d.path, "main.tf")
	text, err := os.ReadFile(path)
	if err == nil {
		late := strings.Replace(string(text), "region = \""+emulator.Region+"\"", "region = terraform_data.x.output", 1)
		err = os.WriteFile(path, []byte(late), 0o600)
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return d
}

// With adopt_existing, a plan that reads nothing cannot tell a tainted rule from
// one of somebody else that is to be adopted.
func TestRule_preventReplacementKeepsATaintedRuleThatMayBeAdopted(t *testing.T) {
	d := ruleTest(t)
	kept := arguments{"prevent_replacement": "true", "adopt_existing": "true"}
	d.write(ruleBlock("a", kept)).apply().ok()
	id := d.cloud.onlyRule().ID
	d.text("taint", "srr_rule.a")
	d.plan().fails("Replacement is prevented", "tainted")
	d.apply("-refresh=false").fails("Replacement is prevented", "tainted")
	if got := d.cloud.onlyRule(); got.ID != id || d.cloud.calls("DeleteBucketReplication") != 0 {
		t.Errorf("the rule is %+v, want %s", got, id)
	}
	d.text("untaint", "srr_rule.a")
	d.plan().empty()
	d.destroy().ok()
}

// What becomes known only after the deletion may be refused, and may cost more.
func TestRule_replacementSaysWhatIsNotKnown(t *testing.T) {
	d := ruleTest(t, more)
	d.write(ruleBlock("a", arguments{"prevent_replacement": "true"})).apply().ok()
	changed := arguments{"replicate_deletes": "true", "destination_bucket": "terraform_data.late.output"}
	d.write(late("orders-b")+ruleBlock("a", changed, arguments{"replicate_history": `terraform_data.late.output != "x"`, "prevent_replacement": "false"})).plan().plans("a replace", "terraform_data.late create").
		warns("The rule will be replaced", "The value of destination_bucket, replicate_history becomes known only after the deletion", "If replicate_history, which is not known yet, becomes true")
	d.write(late("orders-b")+ruleBlock("a", changed, arguments{"prevent_replacement": `terraform_data.late.output != "x"`})).plan().
		fails("Replacement is prevented", "A change of replicate_deletes would replace the rule")
}

func TestRule_preventReplacementDoesNotStopAdoption(t *testing.T) {
	d := ruleTest(t)
	body := ruleBlock("a", arguments{"prevent_replacement": "true", "adopt_existing": "true"})
	d.write(body).apply().ok()
	d.text("state", "rm", "srr_rule.a")
	d.apply().ok().plans("a create")
	d.plan().empty()
	if got := d.cloud.calls("DeleteBucketReplication"); got != 0 {
		t.Errorf("%d deletions", got)
	}
}

func TestRule_createBeforeDestroyKeepsTheOldRule(t *testing.T) {
	d := ruleTest(t)
	first := arguments{"lifecycle": "create_before_destroy = true"}
	d.write(ruleBlock("a", first)).apply().ok()
	id := d.cloud.onlyRule().ID
	d.text("taint", "srr_rule.a")
	d.apply().fails("A rule for these buckets exists already", "remove create_before_destroy", "was left as it is")
	d.text("untaint", "srr_rule.a")
	d.write(ruleBlock("a", first, arguments{"replicate_deletes": "true"})).apply().
		fails("It differs from this configuration in: replicate_deletes", "remove create_before_destroy")
	if got := d.cloud.onlyRule(); got.ID != id || got.Action != "PUT" {
		t.Errorf("the rule is %+v, want the old one", got)
	}
	d.write(ruleBlock("a", first)).plan().empty()
}

func TestRule_adoptionWithCreateBeforeDestroyDeletesNothing(t *testing.T) {
	d := ruleTest(t)
	first := arguments{"lifecycle": "create_before_destroy = true", "adopt_existing": "true"}
	d.write(ruleBlock("a", first)).apply().ok()
	id := d.cloud.onlyRule().ID
	d.text("taint", "srr_rule.a")
	if got := d.apply(); got.exit != 0 || !strings.Contains(got.said(), "Rule was taken over in this run\nAnother resource took over the rule "+id+
		" of orders => orders-backup in this run, so it was not deleted; only this resource's entry in the state goes.") {
		t.Fatalf("the apply said %s", got.said())
	}
	if got := d.cloud.onlyRule().ID; got != id {
		t.Errorf("the rule is %s, want %s", got, id)
	}
	d.plan().empty()
}

func TestRule_replacementWaitsUntilTheOldRuleIsGone(t *testing.T) {
	d := ruleTest(t, func(w *emulator.World) { w.Switches.ClosingTime = 600 * 1e9 })
	soon := arguments{"timeouts": `{ create = "20s", delete = "20s" }`}
	d.write(ruleBlock("a", soon)).apply().ok()
	d.write(ruleBlock("a", soon, arguments{"replicate_history": "false"})).apply().plans("a replace").warns("will be replaced")
	d.plan().empty()
	if got := d.cloud.calls("PutBucketReplication"); got != 2 {
		t.Errorf("%d rules were sent, want 2", got)
	}
}
