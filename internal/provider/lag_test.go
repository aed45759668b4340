package provider_test

import (
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// Reads may lag behind a write by some seconds. What a run has created or deleted
// is seen by itself, so that the next run is not the one that is misled.
func TestLag_isOutwaitedByTheRunThatWrote(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body, lagging string
		destroy       bool
	}{
		"rule that is not listed yet": {body: ruleBlock("a"), lagging: putRule},
		"role that is still shown":    {body: roleConfig(""), lagging: "DeleteRole", destroy: true},
		"policy that is still shown":  {body: roleConfig(""), lagging: "DeletePolicy", destroy: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := newCloud(t, func(w *emulator.World) { w.Switches.SilentCreate = true })
			dir := cloud.terraform().write(c.body)
			if c.destroy {
				dir.apply().ok()
			}
			dir.inject(emulator.Fault{Kind: emulator.FaultStale, Operation: c.lagging, Reads: 2})
			if c.destroy {
				dir.destroy().ok()
			}
			if got := dir.apply(); got.exit != 0 {
				t.Fatal(got.said())
			}
			dir.plan().empty()
		})
	}
}

// A list that lags behind for longer than the creation may take is a warning: the
// rule is in the state.
func TestLag_thatOutlastsTheCreationIsAWarning(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, func(w *emulator.World) { w.Switches.SilentCreate = true })
	dir := cloud.terraform().write(ruleBlock("a", arguments{"timeouts": `{ create = "1s" }`}))
	dir.inject(emulator.Fault{Kind: emulator.FaultStale, Operation: putRule, Reads: 4})
	dir.apply().warns("The rule is not listed yet", "It is in the state")
	if dir.state("srr_rule", "a")["rule_id"] != cloud.onlyRule().ID {
		t.Error("the rule is not in the state")
	}
}
