package provider_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// known is one object of each kind and what names it.
type known struct {
	kind     string
	key      emulator.KeyPair
	owner    string
	minimal  map[string]any    // what an import has to give
	id       string            // the same as a string
	identity map[string]string // what the state has
	forget   func(*emulator.World)
}

// everyKind makes a world that has one object of each kind, in the two accounts.
func everyKind(w *emulator.World) {
	silent(w)
	handMade(w)
	existing(oss.Rule{ID: "by-hand", ReplicateHistory: true})(w)
	withPolicy(documentOf(foreign, ours()))(w)
	withKeyPolicy(documentOf(keyOwner, keyOurs()))(w)
}

func everyKnown() []known {
	return []known{
		{
			kind: "srr_rule", key: emulator.SourceKeyPair(), owner: emulator.SourceAccount, id: "orders=>orders-backup",
			minimal:  map[string]any{"source_bucket": "orders", "rule_id": "by-hand"},
			identity: map[string]string{"account_id": emulator.SourceAccount, "source_bucket": "orders", "rule_id": "by-hand"},
			forget:   func(w *emulator.World) { bucketOf(w, emulator.SourceBucket).Rules = nil },
		},
		{
			kind: "srr_destination_grant", key: emulator.DestinationKeyPair(), owner: emulator.DestinationAccount,
			id:       "orders-backup," + roleOfSource,
			minimal:  map[string]any{"bucket": "orders-backup", "role_arn": roleOfSource},
			identity: map[string]string{"account_id": emulator.DestinationAccount, "bucket": "orders-backup", "role_arn": roleOfSource},
			forget:   withPolicy(documentOf(foreign)),
		},
		{
			kind: "srr_kms_key_policy", key: emulator.DestinationKeyPair(), owner: emulator.DestinationAccount,
			id:       emulator.ReplicaKey + "," + roleOfSource,
			minimal:  map[string]any{"key_arn": emulator.ReplicaKeyARN(), "role_arn": roleOfSource},
			identity: map[string]string{"key_arn": emulator.ReplicaKeyARN(), "role_arn": roleOfSource},
			forget:   withKeyPolicy(documentOf(keyOwner)),
		},
		{
			kind: "srr_replication_role", key: emulator.SourceKeyPair(), owner: emulator.SourceAccount, id: "srr-orders",
			minimal:  map[string]any{"name": "srr-orders"},
			identity: map[string]string{"account_id": emulator.SourceAccount, "name": "SRR-Orders"},
			forget:   func(w *emulator.World) { w.Accounts[0].Roles = nil },
		},
	}
}

func TestIdentity_isTheSameHoweverAnObjectIsImported(t *testing.T) {
	t.Parallel()
	for _, one := range everyKnown() {
		t.Run(one.kind, func(t *testing.T) {
			t.Parallel()
			cloud := newCloud(t, everyKind)
			speak := func() protocol { return cloud.speak(one.key) }
			full := maps.Clone(one.minimal)
			if _, named := one.identity["account_id"]; named {
				full["account_id"] = one.owner
			}
			for what, found := range map[string]identified{
				"the least": speak().importBy(one.kind, one.minimal), "the account too": speak().importBy(one.kind, full), "a string": speak().importByID(one.kind, one.id),
			} {
				if len(found.problems) > 0 || !maps.Equal(found.identity, one.identity) {
					t.Errorf("by %s: identity %v, want %v\n%s", what, found.identity, one.identity, said(found))
				}
				// A second read has the identity to compare with.
				if again := speak().read(one.kind, found); len(again.problems) > 0 || !maps.Equal(again.identity, one.identity) {
					t.Errorf("read again: identity %v\n%s", again.identity, said(again))
				}
			}
		})
	}
}

func TestIdentity_ofAnotherAccountIsAnErrorBeforeAnyRead(t *testing.T) {
	t.Parallel()
	for _, one := range everyKnown() {
		t.Run(one.kind, func(t *testing.T) {
			t.Parallel()
			cloud := newCloud(t, everyKind)
			other, attribute := cloud.speakForSource(), "account_id"
			if one.owner == emulator.SourceAccount {
				other = cloud.speakForDestination()
			}
			full := maps.Clone(one.minimal)
			if full["account_id"] = one.owner; one.identity["account_id"] == "" {
				delete(full, "account_id")
				attribute = "key_arn"
			}
			cloud.ClearRequests()
			found := other.importBy(one.kind, full)
			want := `ERROR at AttributeName("` + attribute + `"): Import from another account`
			if got := said(found); !strings.HasPrefix(got, want) || !strings.Contains(got, one.owner) {
				t.Errorf("said %q, want %q", got, want)
			}
			for _, r := range cloud.Requests(0) {
				if r.Operation != "GetCallerIdentity" {
					t.Errorf("%s of %s was called", r.Operation, r.Object)
				}
			}
		})
	}
}

func TestIdentity_isThereWhenTheObjectIsGone(t *testing.T) {
	t.Parallel()
	for _, one := range everyKnown() {
		t.Run(one.kind, func(t *testing.T) {
			t.Parallel()
			cloud := newCloud(t, everyKind)
			found := cloud.speak(one.key).importBy(one.kind, one.minimal)
			cloud.change(one.forget)
			for what, before := range map[string]identified{
				"with its identity":               found,
				"as Terraform before 1.12 has it": {state: found.state, private: found.private},
			} {
				after := cloud.speak(one.key).read(one.kind, before)
				if after.object != nil || !maps.Equal(after.identity, one.identity) || strings.Contains(said(after), "ERROR") {
					t.Errorf("%s: object %v, identity %v\n%s", what, after.object, after.identity, said(after))
				}
			}
		})
	}
}

func TestIdentity_thatNamesNothingIsAnErrorAtItsAttribute(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, everyKind)
	source, destination := cloud.speakForSource(), cloud.speakForDestination()
	otherKey := strings.Replace(emulator.ReplicaKeyARN(), emulator.Region, "cn-beijing", 1)
	for _, row := range []struct {
		speaks   protocol
		kind     string
		identity map[string]any
		at, want string
	}{
		{source, "srr_rule", map[string]any{"source_bucket": "Orders", "rule_id": "by-hand"}, "source_bucket", "lower-case"},
		{source, "srr_rule", map[string]any{"source_bucket": "orders", "rule_id": ""}, "rule_id", "the id of a rule is not empty"},
		{source, "srr_rule", map[string]any{"source_bucket": "orders"}, "rule_id", "the id of a rule is not empty"},
		{destination, "srr_destination_grant", map[string]any{"bucket": "", "role_arn": roleOfSource}, "bucket", "characters"},
		{destination, "srr_destination_grant", map[string]any{"bucket": "orders-backup", "role_arn": "oss-srr-orders"}, "role_arn", "not a RAM ARN"},
		{destination, "srr_kms_key_policy", map[string]any{"key_arn": emulator.ReplicaKey, "role_arn": roleOfSource}, "key_arn", "not a key ARN"},
		{destination, "srr_kms_key_policy", map[string]any{"key_arn": otherKey, "role_arn": roleOfSource}, "key_arn", "cn-beijing"},
		{destination, "srr_kms_key_policy", map[string]any{"key_arn": emulator.ReplicaKeyARN()}, "role_arn", "not a RAM ARN"},
		{source, "srr_replication_role", map[string]any{"name": "acs:ram::" + emulator.SourceAccount + ":role/srr-orders"}, "name", "letters"},
		{source, "srr_replication_role", map[string]any{}, "name", "1 to 64"},
	} {
		got := said(row.speaks.importBy(row.kind, row.identity))
		if !strings.HasPrefix(got, `ERROR at AttributeName("`+row.at+`"): Invalid identity`) || !strings.Contains(got, row.want) {
			t.Errorf("%s %v: %s", row.kind, row.identity, got)
		}
	}
	absent := said(source.importBy("srr_rule", map[string]any{"source_bucket": "orders", "rule_id": "nobody"}))
	if !strings.Contains(absent, "Rule does not exist") {
		t.Errorf("a rule that is not there: %q", absent)
	}
}

func TestIdentity_schemasNameTheLeast(t *testing.T) {
	t.Parallel()
	p := newCloud(t).speakForSource()
	for _, one := range everyKnown() {
		var required, all []string
		for _, attribute := range p.identities[one.kind].IdentityAttributes {
			all = append(all, attribute.Name)
			if attribute.RequiredForImport {
				required = append(required, attribute.Name)
			}
		}
		slices.Sort(all)
		slices.Sort(required)
		if !slices.Equal(required, slices.Sorted(maps.Keys(one.minimal))) || !slices.Equal(all, slices.Sorted(maps.Keys(one.identity))) {
			t.Errorf("%s: %v of %v", one.kind, required, all)
		}
	}
}
