package check_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/check"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// reads are the operations that a check calls, as RAM actions.
func (c cloud) reads(key emulator.KeyPair, in check.Input) []string {
	c.t.Helper()
	c.run(key, in)
	seen := map[string]bool{}
	for _, r := range c.Requests(0) {
		if r.Service != "sts" {
			seen[r.Service+":"+r.Operation] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// TestCheck_missingPermissionIsNamed denies each read in turn: what it was for is
// unknown, the action is named, and nothing becomes a failure or is taken for
// right. So it is with the role's name as with its ARN, and without a rule.
func TestCheck_missingPermissionIsNamed(t *testing.T) {
	t.Parallel()
	byName := input()
	byName.Role.AccountID = ""
	denied := map[string]bool{}
	for account, key := range map[string]emulator.KeyPair{
		emulator.SourceAccount: emulator.SourceKeyPair(), emulator.DestinationAccount: emulator.DestinationKeyPair(),
	} {
		for _, c := range []struct {
			change func(w *world)
			in     check.Input
		}{
			{func(*world) {}, input()},
			{func(*world) {}, byName},
			// The key's instance is asked for only while the key policy names nobody.
			{func(w *world) { w.setKeyPolicy("") }, input()},
			{noRule, input()},
		} {
			w := rightWorld()
			c.change(&w)
			right := start(t, w)
			before := right.run(key, c.in)
			for _, action := range right.reads(key, c.in) {
				denied[action] = true
				w := rightWorld()
				c.change(&w)
				user := &w.account(account).Users[0]
				user.Attached = append(user.Attached, denyingIn(&w, account, action))
				unknownWithout(t, action, before, start(t, w).run(key, c.in))
			}
		}
	}
	want := []string{
		"kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKmsInstance", "oss:GetBucketInfo", "oss:GetBucketPolicy", "oss:GetBucketReplication",
		"oss:ListBuckets", "ram:GetPolicy", "ram:GetRole", "ram:ListPoliciesForRole",
	}
	if got := slices.Sorted(maps.Keys(denied)); !slices.Equal(got, want) {
		t.Errorf("denied were %v", got)
	}
}

func unknownWithout(t *testing.T, action string, before, after check.Report) {
	t.Helper()
	named := false
	for i, v := range after {
		wellSaid(t, v)
		named = named || v.Status == check.Unknown && strings.Contains(v.Advice, "Allow the provider's identity "+action+" on ")
		if v.Status != check.Unknown && v != before[i] {
			t.Errorf("without %s: %+v, and was %+v", action, v, before[i])
		}
	}
	if !named {
		t.Errorf("without %s: no verdict names it", action)
	}
}
