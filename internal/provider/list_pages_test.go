package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// crowded has more buckets, keys and roles than a page of the service holds, each
// with one grant or policy.
func crowded(w *emulator.World) {
	for i := range 1010 {
		name := fmt.Sprintf("many-%04d", i)
		bucketNamed(name, emulator.DestinationAccount)(w)
		bucketOf(w, name).Policy = strings.ReplaceAll(documentOf(ours()), "orders-backup", name)
	}
	for i := range 150 {
		keyNamed(fmt.Sprintf("key-%04d", i), documentOf(keyOwner, keyOurs()))(w)
	}
	for i := range 1010 {
		policy := fmt.Sprintf("read-%04d", i)
		w.Accounts[0].Policies = append(w.Accounts[0].Policies, identity.Policy{Name: policy, Versions: []identity.Version{{Number: 1, Document: readOrders}}})
		roleWith(fmt.Sprintf("role-%04d", i), trustOfOSS, identity.Attachment{Type: "Custom", Policy: policy})(w)
	}
}

// The lists of grants, keys and roles turn pages only while somebody wants more,
// and look at no more than one batch ahead.
func TestList_turnsPagesOnlyWhileWanted(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, crowded)
	for _, kind := range []struct {
		name, pages, object string
		all, onPage         int
		key                 emulator.KeyPair
	}{
		{"srr_destination_grant", "ListBuckets", "GetBucketPolicy", 1010, 1000, emulator.DestinationKeyPair()},
		{"srr_kms_key_policy", "ListKeys", "GetKeyPolicy", 150, 100, emulator.DestinationKeyPair()},
		{"srr_replication_role", "ListRoles", "GetRole", 1010, 1000, emulator.SourceKeyPair()},
	} {
		for _, row := range []struct {
			limit                  int64
			enough                 int
			results, pages, atMost int
		}{
			{1, 0, 1, 1, 10},
			{9, 0, 9, 1, 10}, // the first key has no grant
			{0, 11, 11, 1, 20},
			{int64(kind.onPage) + 5, 0, kind.onPage + 5, 2, kind.onPage + 12},
			{0, 0, kind.all, 2, kind.all + 2},
		} {
			what := fmt.Sprintf("%s, limit %d, enough %d", kind.name, row.limit, row.enough)
			cloud.ClearRequests()
			found := cloud.speak(kind.key).listUntil(kind.name, nil, row.limit, false, row.enough)
			if len(found) != row.results || said(found...) != "" {
				t.Errorf("%s: %d results, want %d\n%s", what, len(found), row.results, said(found...))
			}
			if got := cloud.calls(kind.pages); got != row.pages {
				t.Errorf("%s: %d pages, want %d", what, got, row.pages)
			}
			if got := cloud.calls(kind.object); got > row.atMost {
				t.Errorf("%s: %s was called %d times, at most %d are needed", what, kind.object, got, row.atMost)
			}
		}
	}
}

// What went between the list and the look at it is not there, and nothing is
// missing.
func TestList_passesOverWhatWentInTheMeantime(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		kind, operation, code string
		key                   emulator.KeyPair
	}{
		{"srr_rule", "GetBucketReplication", "NoSuchBucket", emulator.SourceKeyPair()},
		{"srr_destination_grant", "GetBucketPolicy", "NoSuchBucket", emulator.DestinationKeyPair()},
		{"srr_kms_key_policy", "GetKeyPolicy", "Forbidden.KeyNotFound", emulator.DestinationKeyPair()},
		{"srr_replication_role", "GetRole", "EntityNotExist.Role", emulator.SourceKeyPair()},
		{"srr_replication_role", "ListPoliciesForRole", "EntityNotExist.Role", emulator.SourceKeyPair()},
		{"srr_replication_role", "GetPolicy", "EntityNotExist.Policy", emulator.SourceKeyPair()},
	} {
		cloud := newCloud(t, everyKind)
		cloud.inject(emulator.Fault{Kind: emulator.FaultError, Operation: row.operation, Status: 404, Code: row.code, Count: 9})
		listsExactly(t, cloud.speak(row.key).list(row.kind, nil, 0, true), []string{})
	}
}

// Rules whose role OSS does not show are judged together, and a destination that
// cannot be looked at is no destination of another account.
func TestRuleList_looksAtDestinationsTogether(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, more, existing(oss.Rule{ID: "a"}, oss.Rule{ID: "b", Destination: "orders-b"}, oss.Rule{ID: "c", Destination: "orders-c"}),
		func(w *emulator.World) { w.Switches.OmitSyncRole = true })
	all := []string{"orders => orders-backup", "orders => orders-b", "orders => orders-c"}
	listsExactly(t, cloud.speakForSource().list("srr_rule", nil, 0, true), all)
	cloud.inject(emulator.Fault{Kind: emulator.FaultError, Operation: "GetBucketInfo", Object: "*orders-b", Status: 500, Code: "InternalError", Count: 9})
	listsExactly(t, cloud.speakForSource().list("srr_rule", nil, 0, true), []string{all[0], all[2]},
		"WARNING: List is not complete: The destination of b of bucket orders", "InternalError")
	if got := said(cloud.speakForSource().importByID("srr_rule", "orders,b")); !strings.Contains(got, "ERROR: Cannot read the destination bucket orders-b") {
		t.Errorf("imported: %s", got)
	}
}
