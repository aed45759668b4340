package provider_test

import (
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// sharedGrant is one kind of grant, for tests that hold for both.
type sharedGrant struct {
	address, id string
	config      func(name string) string
	world       func(*emulator.World)
	present     func(testCloud) bool
}

func sharedGrants() map[string]sharedGrant {
	return map[string]sharedGrant{
		"bucket": {
			"srr_destination_grant.", grantID,
			func(name string) string { return namedGrant(name, "") },
			withPolicy(documentOf(foreign)),
			func(c testCloud) bool { return strings.Contains(c.policy(emulator.DestinationBucket), grantPrincipal) },
		},
		"key": {
			"srr_kms_key_policy.", emulator.ReplicaKeyARN() + "," + roleOfSource,
			func(name string) string {
				return strings.Replace(keyGrant(emulator.ReplicaKey, ""), `"replica"`, `"`+name+`"`, 1)
			},
			withKeyPolicy(documentOf(keyOwner)),
			func(c testCloud) bool { return strings.Contains(c.keyPolicy(emulator.ReplicaKey), roleOfSource) },
		},
	}
}

// TestGrant_renameWithImport refuses to remove a grant at one address that
// another one imports or keeps, and says what does it.
func TestGrant_renameWithImport(t *testing.T) {
	t.Parallel()
	for name, g := range sharedGrants() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := newCloud(t, g.world)
			dir := cloud.terraform().write(g.config("first"))
			dir.apply().ok()
			cloud.ClearRequests()
			imported := "import {\n  to = " + g.address + "second\n  id = \"" + g.id + "\"\n}\n"
			dir.write(g.config("second") + imported)
			dir.plan().fails("Grant would be lost", "moved block")
			dir.apply().fails("Grant would be lost", "destroy = false")
			dir.write(g.config("first") + g.config("second") + imported)
			dir.plan().fails("Grant belongs to another resource", "terraform state rm")
			dir.write(g.config("second") + "moved {\n  from = " + g.address + "first\n  to = " + g.address + "second\n}\n")
			dir.apply().ok()
			if !g.present(cloud) || cloud.writes() != 0 {
				t.Errorf("%d writes, present: %t", cloud.writes(), g.present(cloud))
			}
			dir.plan().empty()
		})
	}
}

// TestGrant_forgottenAndImported is the other way to rename without a moved
// block; nothing of it touches the document.
func TestGrant_forgottenAndImported(t *testing.T) {
	t.Parallel()
	for name, g := range sharedGrants() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := newCloud(t, g.world)
			dir := cloud.terraform().write(g.config("first"))
			dir.apply().ok()
			cloud.ClearRequests()
			dir.write(g.config("second") + "import {\n  to = " + g.address + "second\n  id = \"" + g.id + "\"\n}\n" +
				"removed {\n  from = " + g.address + "first\n  lifecycle {\n    destroy = false\n  }\n}\n")
			if applied := dir.apply(); applied.exit != 0 {
				t.Fatal(applied.said())
			}
			if !g.present(cloud) || cloud.writes() != 0 {
				t.Errorf("%d writes, present: %t", cloud.writes(), g.present(cloud))
			}
			dir.write(g.config("second")).plan().empty()
			dir.destroy().ok()
			if g.present(cloud) {
				t.Error("the grant is still there")
			}
		})
	}
}
