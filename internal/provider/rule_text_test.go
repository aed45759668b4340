package provider_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

func denied(operation string, skip int) emulator.Fault {
	return emulator.Fault{Kind: emulator.FaultError, Operation: operation, Status: 403, Code: "AccessDenied", Skip: skip}
}

func TestRule_ruleInTheWayThatCannotBeSeen(t *testing.T) {
	d := ruleTest(t, existing(oss.Rule{ReplicateHistory: true}))
	d.inject(denied(getRules, 2)) // two reads belong to planning
	d.write(ruleBlock("a", adopting())).apply().
		fails("Cannot see which rule exists for orders => orders-backup", "OSS GetBucketReplication of bucket orders failed: AccessDenied", "request id")
	if d.state("srr_rule", "a") != nil || d.cloud.onlyRule().ID != "stranger" {
		t.Error("a rule that could not be seen was taken over")
	}
}

func TestRule_equalRuleIsForetold(t *testing.T) {
	d := ruleTest(t, existing(oss.Rule{ReplicateHistory: true}))
	d.cloud.Advance(time.Hour) // the rule has started
	d.write(ruleBlock("a")).plan().warns("A rule for these buckets exists already",
		"The rule stranger of orders => orders-backup (doing) exists, and this plan makes another one for the same pair, which OSS refuses while that rule is there.", "Set adopt_existing = true to take it over. Import it if it is not in the state yet:",
		"import {\n    to = <address of this resource>\n    id = \"orders,stranger\"\n  }")
	d.apply().fails("If it is not in the state yet, set adopt_existing = true, or import it:", "to = <address of this resource>", `id = "orders,stranger"`)
}

// A lost answer and an interrupt at once: the rule exists, and nobody said so.
func TestRule_interruptAfterALostAnswerKeepsAGoodRule(t *testing.T) {
	d := ruleTest(t)
	d.write(ruleBlock("a"))
	d.inject(emulator.Fault{Kind: emulator.FaultLostResponse, Operation: putRule, Count: 2})
	// Two reads belong to planning. The interrupt comes with the third, and the list
	// can be read again when Terraform has passed it on.
	d.inject(denied(getRules, 2))
	d.inject(denied(getRules, 2))
	d.interruptAt(emulator.Fault{Operation: getRules, Skip: 2}, "apply", "-json", "-auto-approve").
		says("warning", "The answer to the creation of a rule was lost", "The rule "+d.cloud.onlyRule().ID+" of orders => orders-backup exists and is in the state.")
	if got := d.state("srr_rule", "a"); got["status"] != "" || got["rule_id"] != d.cloud.onlyRule().ID {
		t.Fatalf("the state is %v", got)
	}
	d.plan().empty()
}

// readableBy lets the source account look at a bucket of the other one.
func readableBy(name string) func(*emulator.World) {
	return func(w *emulator.World) {
		bucketOf(w, name).Policy = `{"Version":"1","Statement":[{"Effect":"Allow","Principal":["` + emulator.SourceAccount +
			`"],"Action":["oss:GetBucketInfo"],"Resource":["acs:oss:*:` + emulator.DestinationAccount + `:` + name + `"]}]}`
	}
}

func TestRule_textsOfFactsAreWhole(t *testing.T) {
	d := foreignBuckets(t)
	d.cloud.change(readableBy("orders-b"))
	d.write(ruleBlock("a", arguments{"source_bucket": `"orders-b"`})).plan().fails("Source bucket of another account",
		"Bucket orders-b belongs to account 2000000000000002; the provider's credentials belong to account 1000000000000001. A rule is made by the account that owns the source bucket. "+
			"Check whether two provider blocks have each other's credentials.")
	d.write(ruleBlock("a", arguments{"source_bucket": `"far"`})).plan().fails("Source bucket in another region",
		"Bucket far is not in cn-hangzhou, where the provider block works. Use a provider block with the bucket's region.")
	d.write(ruleBlock("a", arguments{"destination_bucket": `"orders-far"`})).plan().fails("Destination bucket in another region",
		"Bucket orders-far is in another region; the source is in cn-hangzhou. This provider manages rules within one region.")
}

func TestRule_textsOfConfigurationsAreWhole(t *testing.T) {
	d := ruleTest(t)
	for text, change := range map[string]arguments{
		"Invalid prefix\nA prefix must not be null.":                                                                 {"prefixes": `[null]`},
		"One prefix contains another\n\"a/\" covers \"a/b\" already, and OSS refuses such rules. Leave out \"a/b\".": {"prefixes": `["a/b", "a/"]`},
		"Tag filter and deletions exclude each other\nOSS replicates deletions only in rules without a tag filter: a deletion carries no tags. Set replicate_deletes = false or leave tag_filter out.": {
			"tag_filter": tagFilter("all", "k|v"), "replicate_deletes": "true",
		},
		"Source and destination are the same bucket\nA bucket cannot replicate to itself. Name the bucket of the other account.": {"destination_bucket": `"orders"`},
	} {
		d.write(ruleBlock("a", change)).plan().fails(text)
	}
	// Terraform's library has a word of its own on the keys of a tag that is not there.
	if got := d.write(ruleBlock("a", arguments{"tag_filter": `{ match = "all", tags = [null] }`})).plan().said(); !strings.Contains(got, "Invalid tag\na tag must not be null") {
		t.Errorf("a null among the tags: %s", got)
	}
}

func TestRule_textsOfImportsAreWhole(t *testing.T) {
	d := ruleTest(t, existing(oss.Rule{RTC: true}))
	d.write(ruleBlock("a") + importing("a", "orders")).plan().fails("Invalid import id\n\"orders\" does not name a rule. " +
		"Expected \"source_bucket,rule_id\", \"source_bucket,rule_id,role\" or \"source_bucket=>destination_bucket\".")
	d.write(ruleBlock("a") + importing("a", "orders,stranger")).plan().
		fails("Rule cannot be imported\nThe rule stranger of bucket orders uses replication time control, which exists for cross-region replication only.")
}

// Terraform never asks for this: what differs is refused or replaced before.
func TestRule_updateThatChangesARuleIsRefused(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, silent)
	p := cloud.ruleProtocol()
	shape := ruleShape{source: emulator.SourceBucket, destination: emulator.DestinationBucket, role: "r"}
	state, private, said := p.apply(p.plan(shape.configuration(), nil, nil))
	if len(said) > 0 {
		t.Fatal(said[0])
	}
	shape.history = true
	update := p.plan(shape.configuration(), state, private)
	if !update.replaces {
		t.Error("the change does not replace the rule")
	}
	values := p.attributesOf(update.planned)
	values["rule_id"] = p.attributesOf(state)["rule_id"]
	update.planned = dynamic(t, p.kind, tftypes.NewValue(p.kind, values))
	_, _, said = p.apply(update)
	want := tfprotov6.Diagnostic{
		Severity: tfprotov6.DiagnosticSeverityError, Summary: "A rule cannot be changed",
		Detail: "The value of replicate_history became known only in this apply: true. The rule " + cloud.onlyRule().ID + " of orders => orders-backup has false, and OSS cannot change a rule. " +
			"The plan did not say that the rule is replaced, so nothing was changed. Run plan again: it knows the value, replaces the rule and says what that costs. " +
			"That also helps where nothing is being applied: an earlier plan of this machine may be meant, which did not know the value.",
	}
	if len(said) != 1 || said[0].Severity != want.Severity || said[0].Summary != want.Summary || said[0].Detail != want.Detail {
		t.Errorf("got %+v, want %+v", said, want)
	}
	if got := cloud.ruleWrites(); got != 1 {
		t.Errorf("%d writes, want the creation only", got)
	}
}

func TestRule_newRuleThatCannotBeListedIsInTheState(t *testing.T) {
	d := ruleTest(t)
	d.inject(denied(getRules, 2)) // two reads belong to planning
	d.write(ruleBlock("a")).apply().warns("The rule is not listed yet", "OSS accepted the rule", "It is in the state", "AccessDenied")
	if got := d.state("srr_rule", "a"); got["status"] != "" || got["rule_id"] != d.cloud.onlyRule().ID {
		t.Errorf("the state is %v", got)
	}
	d.plan().empty()
}
