package check_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/check"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// reads are the operations that a check of the right world calls, as RAM actions.
func (c cloud) reads(key emulator.KeyPair) []string {
	c.t.Helper()
	c.run(key, input())
	seen := map[string]bool{}
	for _, r := range c.Requests(0) {
		if r.Service != "sts" {
			seen[r.Service+":"+r.Operation] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// TestCheck_missingPermissionIsNamed denies each read in turn: what it was for is
// unknown, the action is named, and nothing becomes a failure.
func TestCheck_missingPermissionIsNamed(t *testing.T) {
	t.Parallel()
	denied := map[string]bool{}
	for account, key := range map[string]emulator.KeyPair{
		emulator.SourceAccount: emulator.SourceKeyPair(), emulator.DestinationAccount: emulator.DestinationKeyPair(),
	} {
		// The key's instance is asked for only while the key policy names nobody.
		for _, keyPolicy := range []string{rightWorld().KMS.Keys[1].Policy, ""} {
			w := rightWorld()
			w.setKeyPolicy(keyPolicy)
			right := start(t, w)
			before := right.run(key, input())
			for _, action := range right.reads(key) {
				denied[action] = true
				w := rightWorld()
				w.setKeyPolicy(keyPolicy)
				user := &w.account(account).Users[0]
				user.Attached = append(user.Attached, denyingIn(&w, account, action))
				unknownWithout(t, action, before, start(t, w).run(key, input()))
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
		named = named || v.Status == check.Unknown && strings.Contains(v.Advice, "Allow the provider's identity "+action+" on ")
		if v.Status != check.Unknown && v != before[i] {
			t.Errorf("without %s: %+v, and was %+v", action, v, before[i])
		}
	}
	if !named {
		t.Errorf("without %s: no verdict names it", action)
	}
}
