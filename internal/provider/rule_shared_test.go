package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// writeOneAccount is write with both provider blocks for the source account. The
// two know of each other only what processes of one machine can.
func (d terraformDir) writeOneAccount(body string) terraformDir {
	d.t.Helper()
	d.write(body)
	source, destination := emulator.SourceKeyPair(), emulator.DestinationKeyPair()
	path := filepath.Join(d.path, "main.tf")
	text, err := os.ReadFile(path)
	if err == nil {
		both := strings.NewReplacer(destination.ID, source.ID, destination.Secret, source.Secret).Replace(string(text))
		err = os.WriteFile(path, []byte(both), 0o600)
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return d
}

// adopting and adoptingElsewhere take an existing rule over, with one provider
// block or the other.
func adopting() arguments { return arguments{"adopt_existing": "true"} }

func adoptingElsewhere() arguments {
	return arguments{"adopt_existing": "true", "provider": "srralt"}
}

// onlyOneHas demands that one of the resources a and b is in the state.
func (d terraformDir) onlyOneHas() {
	d.t.Helper()
	one, two := d.state("srr_rule", "a"), d.state("srr_rule", "b")
	if (one == nil) == (two == nil) {
		d.t.Errorf("the states are %v and %v, want exactly one", one, two)
	}
	d.cloud.onlyRule()
}

func TestRule_twoProvidersNeverTakeOverTheSameRule(t *testing.T) {
	d := ruleTest(t, existing(oss.Rule{ReplicateHistory: true}))
	d.writeOneAccount(ruleBlock("a", adopting())+ruleBlock("b", adoptingElsewhere())).apply().
		fails("A rule for these buckets exists already", "Another resource of this configuration has that rule")
	d.onlyOneHas()
}

func TestRule_whatOneProviderMakesNoOtherTakesOver(t *testing.T) {
	d := ruleTest(t)
	d.inject(emulator.Fault{Kind: emulator.FaultLostResponse, Operation: putRule}) // leaves the other one time to take it
	d.writeOneAccount(ruleBlock("a", adopting())+ruleBlock("b", adoptingElsewhere())).apply().
		fails("A rule for these buckets exists already", "Another resource of this configuration has that rule")
	d.onlyOneHas()
}

func TestRule_ruleOfAnotherProviderIsContestedAtPlan(t *testing.T) {
	d := ruleTest(t)
	d.writeOneAccount(ruleBlock("a")).apply().ok()
	d.writeOneAccount(ruleBlock("a") + ruleBlock("b", adoptingElsewhere()))
	d.plan().fails("Two resources for one pair of buckets", "Remove one of them")
	d.plan("-refresh=false").fails("Two resources for one pair of buckets")
}

func TestRule_ruleThatStaysIsNotTakenOverForALateDestination(t *testing.T) {
	for _, who := range []arguments{adopting(), adoptingElsewhere()} {
		d := newCloud(t, silent).terraform()
		d.writeOneAccount(ruleBlock("a")).apply().ok()
		late := arguments{"destination_bucket": "terraform_data.x.output"}
		d.writeOneAccount(throughData("1") + ruleBlock("a") + ruleBlock("b", who, late))
		d.plan().warns("A rule may be taken over unseen", "If they have an equal rule by then, this resource takes it over")
		d.apply().fails("Two resources for one pair of buckets", "keeps it, and another one wants a rule for the same pair")
		d.onlyOneHas()
	}
}

// sharing is a state in which a and b have one rule. A plan for one target does not
// show the provider what else is in the state.
func sharing(t *testing.T, who arguments) (d terraformDir, id string) {
	t.Helper()
	d = newCloud(t, silent).terraform()
	d.writeOneAccount(ruleBlock("a")).apply().ok()
	id = d.cloud.onlyRule().ID
	d.writeOneAccount(ruleBlock("a") + ruleBlock("b", who)).apply("-target=srr_rule.b")
	if d.state("srr_rule", "a") == nil || d.state("srr_rule", "b")["rule_id"] != id {
		t.Fatalf("%v and %v should have the rule %s", d.state("srr_rule", "a"), d.state("srr_rule", "b"), id)
	}
	return d, id
}

func TestRule_targetedAdoptionOfARuleInTheStateIsToldAndRepaired(t *testing.T) {
	for _, who := range []arguments{adopting(), adoptingElsewhere()} {
		d, id := sharing(t, who)
		d.plan().warns("Rule belongs to two resources", id, "terraform state rm")
		for _, left := range []string{ruleBlock("a"), ruleBlock("b", who)} {
			d.writeOneAccount(left)
			for _, how := range [][]string{nil, {"-refresh=false"}, {"-out=saved"}, {"-parallelism=1"}} {
				d.plan(how...).fails("Rule would be lost", "Two resources of the state have the rule "+id+" of orders => orders-backup.", "terraform state rm")
			}
		}
		d.text("state", "rm", "srr_rule.a")
		d.plan().empty()
		if got := d.cloud.onlyRule().ID; got != id {
			t.Errorf("the rule is %s, want %s", got, id)
		}
	}
}

func TestRule_sharedRuleIsNotReplacedUnderTheOther(t *testing.T) {
	d, id := sharing(t, adoptingElsewhere())
	both := ruleBlock("a") + ruleBlock("b", adoptingElsewhere())
	for _, one := range []string{"a", "b"} {
		d.plan("-replace=srr_rule."+one).fails("Rule would be lost", id)
	}
	late := ruleBlock("a", arguments{"destination_bucket": "terraform_data.x.output"})
	d.writeOneAccount(throughData("1")+strings.Replace(both, ruleBlock("a"), late, 1)).plan("-replace=srr_rule.a").fails("Rule would be lost", id, "orders => orders-backup")
	d.writeOneAccount(strings.Replace(both, ruleBlock("a"), ruleBlock("a", arguments{"prefixes": `["in/"]`}), 1)).plan().fails("Rule would be lost", id)
	if got := d.cloud.onlyRule().ID; got != id {
		t.Errorf("the rule is %s, want %s", got, id)
	}
}

// Before it plans to destroy everything, Terraform plans to keep it.
func TestRule_sharedRuleIsDestroyedWithBoth(t *testing.T) {
	for _, who := range []arguments{adopting(), adoptingElsewhere()} {
		d, _ := sharing(t, who)
		d.destroy().ok()
		if left := d.cloud.rules(); len(left) > 0 {
			t.Errorf("left are %v", left)
		}
		if d.state("srr_rule", "a") != nil || d.state("srr_rule", "b") != nil {
			t.Error("the state is not empty")
		}
	}
}

// Two states know nothing of each other: adopt_existing lets both take the rule.
func TestRule_twoStatesCanTakeOverOneRule(t *testing.T) {
	d := ruleTest(t, existing(oss.Rule{ReplicateHistory: true}))
	other := d.cloud.terraform()
	for _, one := range []terraformDir{d, other} {
		one.write(ruleBlock("a", adopting())).apply().ok()
		one.plan().empty()
	}
	d.destroy().ok()
	other.plan().plans("a create").warns("Rule is gone", "The next apply creates it again")
}

func TestRule_renameToAnotherProviderKeepsTheRule(t *testing.T) {
	d := ruleTest(t)
	d.writeOneAccount(ruleBlock("a")).apply().ok()
	d.writeOneAccount(ruleBlock("b", adoptingElsewhere()))
	if got := d.apply(); got.exit != 0 {
		t.Fatal(got.said())
	}
	if got, want := d.state("srr_rule", "b")["rule_id"], d.cloud.onlyRule().ID; got != want {
		t.Errorf("the state has the rule %v, the bucket %s", got, want)
	}
	d.plan().empty()
	d.destroy().ok()
	if left := d.cloud.rules(); len(left) > 0 {
		t.Errorf("left are %v", left)
	}
}

func TestRule_importOfOneRuleIntoTwoResources(t *testing.T) {
	for _, elsewhere := range []arguments{nil, {"provider": "srralt"}} {
		d := newCloud(t, silent, existing(oss.Rule{ReplicateHistory: true})).terraform()
		both := ruleBlock("a") + ruleBlock("b", elsewhere)
		d.writeOneAccount(both+importing("a", "orders,stranger")+importing("b", "orders=>orders-backup")).plan().
			fails("Rule belongs to another resource", "stranger", "Keep one")
		// The import command looks at one resource only; the next plan tells.
		d.writeOneAccount(both)
		d.text("import", "srr_rule.a", "orders,stranger")
		d.text("import", "srr_rule.b", "orders,stranger")
		d.plan().warns("Rule belongs to two resources", "stranger")
		d.destroy()
		if d.state("srr_rule", "a") != nil || d.state("srr_rule", "b") != nil || len(d.cloud.rules()) > 0 {
			t.Error("a destroy left something")
		}
	}
}

func TestRule_nothingIsTakenOverThatCannotBeNoted(t *testing.T) {
	d := ruleTest(t, more, existing(oss.Rule{ReplicateHistory: true}))
	if err := os.WriteFile(filepath.Join(d.path, "notes"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d.write(ruleBlock("a", adopting())).apply().
		fails("Cannot note that a rule is taken over", "stranger of orders => orders-backup", "Nothing was changed", `id = "orders,stranger"`, "cannot create the directory", "XDG_CACHE_HOME or HOME")
	if d.state("srr_rule", "a") != nil {
		t.Error("the rule is in the state")
	}
	d.write(ruleBlock("a", adopting(), arguments{"destination_bucket": `"orders-b"`})).apply().ok()
	d.plan().empty()
	d.destroy().ok()
}
