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
	// call is what the service refuses, by default the creation of the rule.
	call func(c cloud) error
	// amiss is a verdict that what is given makes wrong from the start.
	amiss string
}

const firstKey = "2026/first.json"

func TestCheck_eachCauseFlipsItsVerdict(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	for _, each := range slices.Concat(roleCauses(), denyCauses(), destinationCauses(), bucketCauses(), keyCauses(), sourceKeyCauses(), partCauses(), ruleCauses(), topologyCauses()) {
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
	if v := after[each.id]; before.verdicts[each.id].Status != check.OK || v.Status != each.status || v.Advice == "" {
		t.Errorf("%s was %s and is %+v", each.id, before.verdicts[each.id].Status, v)
	}
	for id, v := range after {
		wellSaid(t, v)
		if id != each.id && v.Status != before.verdicts[id].Status && v.Status != check.Unknown {
			t.Errorf("%s is %s as well: %s", id, v.Status, v.Seen)
		}
	}
	if each.refusal != "" {
		each.refused(t, c)
	} else {
		each.explained(t, c, before.reason)
	}
}

// rightWorldSays is what verdicts and emulator say before the cause.
type rightWorldSays struct {
	verdicts map[string]check.Verdict
	reason   string
}

// before shows that nothing was wrong, except for what is given, and that the
// object was copied, or the service would not have refused.
func (each cause) before(t *testing.T, w world, in check.Input) (says rightWorldSays) {
	t.Helper()
	c := start(t, w)
	says.verdicts = c.both(in)
	for id, v := range says.verdicts {
		if id != each.amiss && v.Status != check.OK && v.Status != check.Unknown {
			t.Errorf("before, %s is %s: %s", id, v.Status, v.Seen)
		}
	}
	if each.refusal != "" {
		if err := each.attempt(c); err != nil {
			t.Errorf("before, the service says %v", err)
		}
		return says
	}
	says.reason = c.explained(cmp.Or(each.under, ruleID), cmp.Or(each.about, firstKey))
	// A deletion that was carried out is not listed any more, nor is a rule that
	// only the cause makes.
	if says.reason != "" && (says.reason != notListed || each.about == "" && each.under == "") {
		t.Errorf("before, the emulator says %q", says.reason)
	}
	return says
}

// explained compares with what the emulator says of the object. What fails is not
// copied, and what is copied does not fail.
func (each cause) explained(t *testing.T, c cloud, before string) {
	t.Helper()
	reason := c.explained(cmp.Or(each.under, ruleID), cmp.Or(each.about, firstKey))
	if !strings.Contains(reason, each.reason) || (reason == "") != (each.reason == "") {
		t.Errorf("the emulator says %q", reason)
	}
	if copied := reason == "" || reason == before; copied && each.status == check.Fail {
		t.Errorf("%s is %s, and the emulator says %q as before", each.id, each.status, reason)
	}
}

// refused shows that the service does not take it at all.
func (each cause) refused(t *testing.T, c cloud) {
	t.Helper()
	if err := each.attempt(c); !alicloud.HasCode(err, each.refusal) {
		t.Errorf("the emulator says %v", err)
	}
}

func (each cause) attempt(c cloud) error {
	if each.call != nil {
		return each.call(c)
	}
	_, err := c.client(emulator.SourceKeyPair()).PutRule(c.t.Context(), emulator.SourceBucket, alicloud.Rule{
		Action: "ALL", DestinationBucket: emulator.DestinationBucket, DestinationLocation: "oss-" + emulator.Region, Role: roleName,
	})
	return err
}

// wellSaid looks for the gaps and repetitions of texts that are put together.
func wellSaid(t *testing.T, v check.Verdict) {
	t.Helper()
	for _, text := range []string{v.Seen, v.Advice} {
		if strings.Contains(text, "  ") || strings.Contains(text, " .") || strings.Contains(text, " ,") || strings.TrimSpace(text) != text {
			t.Errorf("%s has a gap: %q", v.ID, text)
		}
		words := strings.Fields(text)
		for i, word := range words[:max(len(words)-1, 0)] {
			if strings.Trim(word, ",") == strings.Trim(words[i+1], ",") {
				t.Errorf("%s repeats itself: %q", v.ID, text)
			}
		}
	}
}
