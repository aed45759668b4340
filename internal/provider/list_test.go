package provider_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// names are the display names of results, in order; problems are left out.
func names(found []identified) []string {
	all := []string{}
	for _, one := range found {
		if one.identity != nil {
			all = append(all, one.name)
		}
	}
	return all
}

// listsExactly compares names, and demands problems with all the texts or none.
func listsExactly(t *testing.T, found []identified, want []string, texts ...string) {
	t.Helper()
	if got := names(found); !slices.Equal(got, want) {
		t.Errorf("listed %q, want %q", got, want)
	}
	all := said(found...)
	if len(texts) == 0 && all != "" {
		t.Errorf("said %s", all)
	}
	for _, text := range texts {
		if !strings.Contains(all, text) {
			t.Errorf("%q is not in %q", text, all)
		}
	}
}

// Whatever is listed is what an import of its identity reads, so that the
// configuration that Terraform generates fits.
func TestList_showsWhatAnImportReads(t *testing.T) {
	t.Parallel()
	for _, one := range everyKnown() {
		t.Run(one.kind, func(t *testing.T) {
			t.Parallel()
			cloud := newCloud(t, everyKind)
			found := cloud.speak(one.key).list(one.kind, nil, 0, true)
			if len(found) != 1 || len(found[0].problems) > 0 || found[0].name == "" {
				t.Fatalf("listed %q\n%s", names(found), said(found...))
			}
			identity := map[string]any{}
			for name, value := range found[0].identity {
				identity[name] = value
			}
			imported := cloud.speak(one.key).importBy(one.kind, identity)
			if imported.object["description"] == "" {
				delete(imported.object, "description") // RAM has none, and no configuration can ask for an empty one
			}
			if one.kind == "srr_kms_key_policy" && imported.object["key_id"] != emulator.ReplicaKeyARN() {
				t.Errorf("the key is %s", imported.object["key_id"])
			}
			if !maps.Equal(found[0].identity, imported.identity) || !maps.Equal(found[0].object, imported.object) {
				t.Errorf("listed %v\n%v\nimported %v\n%v\n%s", found[0].identity, found[0].object, imported.identity, imported.object, said(imported))
			}
			for _, r := range cloud.Requests(0) {
				if strings.HasPrefix(r.Operation, "Put") || strings.HasPrefix(r.Operation, "Set") || strings.HasPrefix(r.Operation, "Create") {
					t.Errorf("%s was called", r.Operation)
				}
			}
		})
	}
}

func TestList_withoutTheResourceHasIdentityAndNameOnly(t *testing.T) {
	t.Parallel()
	for _, one := range everyKnown() {
		found := newCloud(t, everyKind).speak(one.key).list(one.kind, nil, 100, false)
		if len(found) != 1 || found[0].object != nil || !maps.Equal(found[0].identity, one.identity) || found[0].name == "" {
			t.Errorf("%s: %+v\n%s", one.kind, found, said(found...))
		}
	}
}

// A list that cannot begin, or ends too early, says so with an error.
func TestList_ofWhatCannotBeListedIsAnError(t *testing.T) {
	t.Parallel()
	for kind, operation := range map[string]string{
		"srr_rule": "ListBuckets", "srr_destination_grant": "ListBuckets", "srr_kms_key_policy": "ListKeys", "srr_replication_role": "ListRoles",
	} {
		cloud := newCloud(t, everyKind)
		cloud.inject(emulator.Fault{Kind: emulator.FaultError, Operation: operation, Status: 403, Code: "NoPermission", Count: 9})
		found := cloud.speakForSource().list(kind, nil, 0, true)
		listsExactly(t, found, []string{}, "ERROR: Cannot list the", "NoPermission")
		if len(found) != 1 {
			t.Errorf("%s: %d results", kind, len(found))
		}

		cloud = newCloud(t, everyKind)
		cloud.inject(emulator.Fault{Kind: emulator.FaultError, Operation: "GetCallerIdentity", Status: 403, Code: "NoPermission", Count: 9})
		listsExactly(t, cloud.speakForSource().list(kind, nil, 0, true), []string{}, "ERROR: Cannot find out which account")
	}
}

// What cannot be read is a warning that names it, and the rest is listed.
func TestList_goesOnAfterWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		kind, operation, object, name string
		key                           emulator.KeyPair
		prepare                       func(*emulator.World)
	}{
		{"srr_rule", "GetBucketReplication", "*aaa-first*", "orders => orders-backup", emulator.SourceKeyPair(), bucketNamed("aaa-first", emulator.SourceAccount)},
		{"srr_destination_grant", "GetBucketPolicy", "*aaa-first*", roleOfSource + " on orders-backup", emulator.DestinationKeyPair(), bucketNamed("aaa-first", emulator.DestinationAccount)},
		{"srr_kms_key_policy", "GetKeyPolicy", "*key-second*", roleOfSource + " on " + emulator.ReplicaKeyARN(), emulator.DestinationKeyPair(), keyNamed("key-second", "")},
		{"srr_replication_role", "GetRole", "*aaa-first*", "SRR-Orders", emulator.SourceKeyPair(), roleWith("aaa-first", trustOfOSS)},
	} {
		cloud := newCloud(t, everyKind, row.prepare)
		cloud.inject(emulator.Fault{Kind: emulator.FaultError, Operation: row.operation, Object: row.object, Status: 403, Code: "NoPermission", Count: 9})
		object := strings.Trim(row.object, "*")
		listsExactly(t, cloud.speak(row.key).list(row.kind, nil, 0, true), []string{row.name}, "WARNING: List is not complete", object, "NoPermission")
	}
}
