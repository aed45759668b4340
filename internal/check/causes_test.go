package check_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/check"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// cause breaks one thing in a world in which it was right. Exactly the verdict in
// id changes, to status, and the emulator gives reason for the object that it
// does not copy. Where the service refuses such a rule from the start, refusal is
// its code instead.
type cause struct {
	name, id string
	status   check.Status
	// given makes the world before; without it everything is right there.
	given, spoil func(w *world)
	// ask is part of the question from the start, then only after.
	ask, then func(in *check.Input)
	// about is the key of the object, under what rule; by default an object under
	// the rule of the pair.
	about, under string
	reason       string
	refusal      string
}

const firstKey = "2026/first.json"

func TestCheck_eachCauseFlipsItsVerdict(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	for _, each := range slices.Concat(roleCauses(), denyCauses(), destinationCauses(), bucketCauses(), keyCauses(), ruleCauses(), topologyCauses()) {
		covered[each.id] = true
		t.Run(each.name, func(t *testing.T) {
			t.Parallel()
			each.test(t)
		})
	}
	for id := range start(t, rightWorld()).both(input()) {
		if !covered[id] {
			t.Errorf("no case breaks %s", id)
		}
	}
}

func (each cause) test(t *testing.T) {
	w, in := rightWorld(), input()
	if each.given != nil {
		each.given(&w)
	}
	if each.ask != nil {
		each.ask(&in)
	}
	before := each.before(t, w, in)
	each.spoil(&w)
	if each.then != nil {
		each.then(&in)
	}
	c := start(t, w)
	after := c.both(in)
	if v := after[each.id]; before[each.id].Status != check.OK || v.Status != each.status || v.Advice == "" {
		t.Errorf("%s was %s and is %+v", each.id, before[each.id].Status, v)
	}
	for id, v := range after {
		if id != each.id && v.Status != before[id].Status && v.Status != check.Unknown {
			t.Errorf("%s is %s as well: %s", id, v.Status, v.Seen)
		}
	}
	if each.refusal != "" {
		each.refused(t, c)
	} else {
		each.explained(t, c)
	}
}

// before shows that nothing was wrong, except for what is given.
func (each cause) before(t *testing.T, w world, in check.Input) map[string]check.Verdict {
	t.Helper()
	c := start(t, w)
	verdicts := c.both(in)
	if each.given != nil {
		return verdicts
	}
	for id, v := range verdicts {
		if v.Status != check.OK && v.Status != check.Unknown {
			t.Errorf("before, %s is %s: %s", id, v.Status, v.Seen)
		}
	}
	if reason := c.explained(ruleID, firstKey); reason != "" {
		t.Errorf("before, the emulator says %q", reason)
	}
	return verdicts
}

// explained compares with what the emulator says of the object.
func (each cause) explained(t *testing.T, c cloud) {
	t.Helper()
	reason := c.explained(cmp.Or(each.under, ruleID), cmp.Or(each.about, firstKey))
	if !strings.Contains(reason, each.reason) || (reason == "") != (each.reason == "") {
		t.Errorf("the emulator says %q", reason)
	}
}

// refused shows that the service does not take the rule at all.
func (each cause) refused(t *testing.T, c cloud) {
	t.Helper()
	_, err := c.client(emulator.SourceKeyPair()).PutRule(t.Context(), emulator.SourceBucket, alicloud.Rule{
		Action: "ALL", DestinationBucket: emulator.DestinationBucket, DestinationLocation: "oss-" + emulator.Region, Role: roleName,
	})
	if !alicloud.HasCode(err, each.refusal) {
		t.Errorf("the emulator says %v", err)
	}
}
