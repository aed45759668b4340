package provider_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

const (
	putRule    = "PutBucketReplication"
	getRules   = "GetBucketReplication"
	deleteRule = "DeleteBucketReplication"
)

func TestRule_lostResponseIsOurs(t *testing.T) {
	lost := emulator.Fault{Kind: emulator.FaultLostResponse, Operation: putRule}
	twice := lost
	twice.Count = 2
	fails := func(operation string, status int, code string, skip int) emulator.Fault {
		return emulator.Fault{Kind: emulator.FaultError, Operation: operation, Status: status, Code: code, Skip: skip}
	}
	for name, faults := range map[string][]emulator.Fault{
		"and the repetition is refused for its id":   {lost},
		"and the repetition is refused for its pair": {lost, fails(putRule, 400, "BucketReplicationAlreadyExist", 0)},
		"and so is the repetition's":                 {twice},
		"and the service fails after that":           {lost, fails(putRule, 500, "InternalError", 0)},
		// Two reads belong to planning.
		"and the list cannot be read at first": {
			twice, fails(getRules, 403, "AccessDenied", 2), fails(getRules, 403, "AccessDenied", 2), fails(getRules, 403, "AccessDenied", 2),
		},
		"and the list cannot be read after the repetition is refused for its pair": {
			lost, fails(putRule, 400, "BucketReplicationAlreadyExist", 0),
			fails(getRules, 403, "AccessDenied", 2), fails(getRules, 403, "AccessDenied", 2), fails(getRules, 403, "AccessDenied", 2),
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := ruleTest(t)
			for _, fault := range faults {
				d.inject(fault)
			}
			d.write(ruleBlock("a")).apply().ok()
			if got, want := d.state("srr_rule", "a")["rule_id"], d.cloud.onlyRule().ID; got != want {
				t.Errorf("the state has the rule %v, the bucket %s", got, want)
			}
			d.plan().empty()
		})
	}
}

// A success that OSS did not send is none: something on the way answered.
func TestRule_strangersSuccessIsNoRule(t *testing.T) {
	for _, kind := range []emulator.FaultKind{emulator.FaultEmpty, emulator.FaultMalformed} {
		t.Run(string(kind), func(t *testing.T) {
			d := ruleTest(t)
			d.inject(emulator.Fault{Kind: kind, Operation: putRule})
			d.write(ruleBlock("a")).apply().fails("Cannot create the rule orders => orders-backup", "the answer has no request id, so it is not from OSS")
			if d.state("srr_rule", "a") != nil {
				t.Error("the state has a rule that does not exist")
			}
			d.apply().ok()
			d.cloud.onlyRule()
			d.plan().empty()
		})
	}
}

func TestRule_closingPairWaits(t *testing.T) {
	d := ruleTest(t, existing(oss.Rule{}))
	d.cloud.change(func(w *emulator.World) {
		w.Switches.ClosingTime = never
		bucketOf(w, emulator.SourceBucket).Rules[0].Closed = d.cloud.Clock().Now()
	})
	d.cloud.AfterNext(emulator.Fault{Operation: putRule}, func() { d.cloud.Advance(never) })
	d.write(ruleBlock("a")).apply().ok()
	if got := d.cloud.calls(putRule); got < 2 {
		t.Errorf("%d attempts; the old rule was not closing", got)
	}
	d.plan().empty()
}

func TestRule_closingPairThatOutlastsTheTimeout(t *testing.T) {
	d := ruleTest(t, existing(oss.Rule{}))
	d.cloud.change(func(w *emulator.World) {
		w.Switches.ClosingTime = 24 * time.Hour
		bucketOf(w, emulator.SourceBucket).Rules[0].Closed = d.cloud.Clock().Now()
	})
	d.write(ruleBlock("a", arguments{"timeouts": `{ create = "1s" }`})).apply().
		fails("The old rule stranger of the same buckets is still closing, and OSS allows one rule for a pair.", "nothing was created")
}

func TestRule_strangersRuleIsAnErrorWithTheImport(t *testing.T) {
	d := ruleTest(t, existing(oss.Rule{ID: "by, hand", Action: "ALL", Prefixes: []string{"a/"}}))
	body := ruleBlock("a")
	d.write(body).plan().plans("a create").warns("A rule for these buckets exists already", "by, hand", "It differs from this configuration in: replicate_history, replicate_deletes, prefixes")
	d.apply().fails("A rule for these buckets exists already", "orders => orders-backup has the rule by, hand (",
		"It differs from this configuration in: replicate_history, replicate_deletes, prefixes.", `id = "orders,by, hand"`)
	d.write(body + "import {\n  to = srr_rule.a\n  id = \"orders=>orders-backup\"\n}\n").plan().plans("a replace")
	if got := d.cloud.onlyRule().ID; got != "by, hand" {
		t.Errorf("the rule is %s", got)
	}
}

// A guarded rule that is not the stranger's needs the same next step as any other.
func TestRule_guardedRuleBesideAStrangersIsAnErrorWithTheImport(t *testing.T) {
	d := ruleTest(t, existing(oss.Rule{Action: "ALL"}))
	guarded := arguments{"prevent_replacement": "true"}
	d.write(ruleBlock("a", guarded)).plan().fails("Replacement is prevented", "The rule stranger of orders => orders-backup exists", "the rule is somebody else's",
		"It differs from this configuration in: replicate_history, replicate_deletes. Import it if it is not in the state yet:", `id = "orders,stranger"`)
	equal := arguments{"replicate_history": "false", "replicate_deletes": "true"}
	d.write(ruleBlock("a", guarded, equal)).plan().fails("Replacement is prevented", "Set adopt_existing = true to take it over. Import it", `id = "orders,stranger"`)
	d.write(ruleBlock("a", guarded, equal) + importing("a", "orders,stranger")).apply().ok()
	d.text("taint", "srr_rule.a")
	tainted := d.write(ruleBlock("a", guarded, equal)).plan().fails("Replacement is prevented", "Run terraform untaint")
	if strings.Contains(tainted.said(), "import") {
		t.Errorf("a tainted resource has the rule already, and the plan says %s", tainted.said())
	}
	if got := d.cloud.ruleWrites(); got != 0 {
		t.Errorf("%d writes", got)
	}
}

func TestRule_equalRuleIsAdoptedOnlyWhenAskedFor(t *testing.T) {
	d := ruleTest(t, existing(oss.Rule{ReplicateHistory: true}))
	d.write(ruleBlock("a")).apply().fails("exists already", "It equals this configuration", "adopt_existing = true")
	adopting := arguments{"adopt_existing": "true"}
	d.write(ruleBlock("a", adopting, arguments{"replicate_history": "false"})).plan().warns("It differs from this configuration in: replicate_history")
	d.apply().fails("differs from this configuration in: replicate_history", "adopt_existing takes only an equal rule")
	d.write(ruleBlock("a", adopting)).apply().ok()
	if got := d.state("srr_rule", "a")["rule_id"]; got != "stranger" {
		t.Errorf("the state has the rule %v", got)
	}
	d.plan().empty()
	d.destroy().ok()
}

// Between buckets of one account a rule may have no role, which this resource cannot
// say. Elsewhere every rule has one, and OSS only does not show it.
func TestRule_ruleWithoutARoleIsNotAdopted(t *testing.T) {
	d := ruleTest(t, bucketNamed("orders-copy", emulator.SourceAccount), existing(oss.Rule{Destination: "orders-copy", ReplicateHistory: true}))
	d.cloud.change(func(w *emulator.World) { bucketOf(w, emulator.SourceBucket).Rules[0].Role = "" })
	d.write(ruleBlock("a", adopting(), arguments{"destination_bucket": `"orders-copy"`}))
	d.plan().warns("A rule for these buckets exists already", "It differs from this configuration in: role (none shown).")
	d.apply().fails("A rule for these buckets exists already", "It differs from this configuration in: role (none shown).", "adopt_existing takes only an equal rule")
	d.inject(emulator.Fault{Kind: emulator.FaultError, Operation: "GetBucketInfo", Object: "orders-copy*", Status: 500, Code: "InternalError", Count: 1000})
	d.apply().fails("Cannot read the destination bucket orders-copy", "InternalError", "request id")
	if d.state("srr_rule", "a") != nil || d.cloud.onlyRule().ID != "stranger" {
		t.Error("a rule without a role was taken over")
	}
}

func TestRule_acceleratedRuleIsNotAdopted(t *testing.T) {
	d := ruleTest(t, existing(oss.Rule{ReplicateHistory: true, TransferType: "oss_acc"}))
	d.write(ruleBlock("a", arguments{"adopt_existing": "true"})).apply().fails("differs from this configuration in: transfer acceleration")
}

// A rule that copies nothing but deletions reads as one with deletions.
func TestRule_ruleThatRepeatsNoWritesIsNotAdopted(t *testing.T) {
	for _, action := range []string{"DELETE", "DELETE,ABORT", "ABORT"} {
		t.Run(action, func(t *testing.T) {
			deletes := strconv.FormatBool(strings.Contains(action, "DELETE"))
			d := ruleTest(t, existing(oss.Rule{ReplicateHistory: true, Action: action}))
			d.write(ruleBlock("a", arguments{"adopt_existing": "true", "replicate_deletes": deletes}))
			d.plan().warns("A rule for these buckets exists already", "It differs from this configuration in: action ("+action+")", "No resource of this provider can have it: it repeats "+action+" and no writes")
			d.apply().fails("It differs from this configuration in: action ("+action+")", "No resource of this provider can have it")
		})
	}
}

func TestRule_serverWithoutTheRuleIDHeader(t *testing.T) {
	d := ruleTest(t, func(w *emulator.World) { w.Switches.OmitRuleIDHeader = true })
	d.write(ruleBlock("a")).apply().ok()
	if got, want := d.state("srr_rule", "a")["rule_id"], d.cloud.onlyRule().ID; got != want {
		t.Errorf("the state has the rule %v, the bucket %s", got, want)
	}
}

func TestRule_timeoutOfTheWaitIsAWarning(t *testing.T) {
	d := ruleTest(t, func(w *emulator.World) { w.Switches.StartingTime = 24 * time.Hour })
	d.write(ruleBlock("a", arguments{"wait_until_active": "true", "timeouts": `{ create = "1s" }`})).apply().
		warns("The rule is not active yet", "was created, but did not become active while Terraform waited")
	if got := d.state("srr_rule", "a"); got["status"] != "" || got["rule_id"] != d.cloud.onlyRule().ID || got["account_id"] != emulator.SourceAccount {
		t.Errorf("the state is %v", got)
	}
	d.plan().empty()
}

func TestRule_failedReadsDuringTheWaitAreAWarning(t *testing.T) {
	d := ruleTest(t)
	d.inject(emulator.Fault{Kind: emulator.FaultError, Operation: getRules, Status: 403, Code: "AccessDenied", Skip: 2})
	d.write(ruleBlock("a", arguments{"wait_until_active": "true"})).apply("-refresh=false").warns("The rule is not active yet", "AccessDenied")
	d.plan().empty()
}

func TestRule_waitsUntilActive(t *testing.T) {
	d := ruleTest(t)
	d.write(ruleBlock("a", arguments{"wait_until_active": "true"})).apply().ok()
	if r := d.cloud.onlyRule(); d.cloud.Clock().Now().Before(r.Created.Add(3 * time.Minute)) {
		t.Error("the rule is not active")
	}
}

func TestRule_refusalsOfTheServiceAreErrors(t *testing.T) {
	d := ruleTest(t)
	d.write(ruleBlock("a", arguments{"destination_bucket": `"absent"`})).apply().fails("Cannot create the rule orders => absent", "InvalidTargetBucket", "request id")
	d.write(ruleBlock("a", arguments{"source_bucket": `"absent"`})).apply().fails("Cannot read the source bucket absent", "NoSuchBucket")
}

func TestRule_twoNewResourcesForOnePair(t *testing.T) {
	d := ruleTest(t)
	adopting := arguments{"adopt_existing": "true"}
	d.inject(emulator.Fault{Kind: emulator.FaultLostResponse, Operation: putRule}) // leaves the other one time to adopt
	d.write(ruleBlock("a", adopting)+ruleBlock("b", adopting)).apply().
		fails("A rule for these buckets exists already", "Another resource of this configuration has that rule")
	if got := d.cloud.onlyRule().ID; got == "" {
		t.Error("no rule")
	}
	one, two := d.state("srr_rule", "a"), d.state("srr_rule", "b")
	if (one == nil) == (two == nil) {
		t.Errorf("the states are %v and %v, want exactly one", one, two)
	}
}

func TestRule_secondResourceForAPairIsRefusedAtPlan(t *testing.T) {
	d := ruleTest(t)
	d.write(ruleBlock("a")).apply().ok()
	d.write(ruleBlock("a")+ruleBlock("b", arguments{"adopt_existing": "true"})).plan().fails("Two resources for one pair of buckets", "Remove one of them")
	d.write(ruleBlock("a") + ruleBlock("b") + "import {\n  to = srr_rule.b\n  id = \"orders=>orders-backup\"\n}\n")
	if got := d.plan().said(); !strings.Contains(got, "Rule belongs to") {
		t.Errorf("the plan said %s", got)
	}
}

func TestRule_renameWithoutMovedDoesNotEndWithoutARule(t *testing.T) {
	d := ruleTest(t)
	d.write(ruleBlock("a")).apply().ok()
	d.write(ruleBlock("b", arguments{"adopt_existing": "true"}))
	if got := d.apply(); got.exit != 0 {
		t.Fatal(got.said())
	}
	if got, want := d.state("srr_rule", "b")["rule_id"], d.cloud.onlyRule().ID; got != want {
		t.Errorf("the state has the rule %v, the bucket %s", got, want)
	}
	d.plan().empty()
	d.write(ruleBlock("c") + "moved {\n  from = srr_rule.b\n  to = srr_rule.c\n}\n")
	if got := d.plan(); got.exit == 1 || len(got.problems) > 0 {
		t.Errorf("a move said %s", got.said())
	}
}
