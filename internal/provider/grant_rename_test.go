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

// TestGrant_replacedBesideAnother refuses to replace one of two resources that
// have the same grant in the state: the other one would end without it.
func TestGrant_replacedBesideAnother(t *testing.T) {
	t.Parallel()
	for name, g := range sharedGrants() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := newCloud(t, g.world)
			dir := cloud.terraform().write(g.config("first"))
			dir.apply().ok()
			dir.write(g.config("first") + g.config("second"))
			dir.text("import", g.address+"second", g.id)
			dir.plan().warns("Grant belongs to two resources", "terraform state rm")
			cloud.ClearRequests()
			moved := strings.Replace(g.config("second"), roleOfSource, roleOfSource+"-too", 1)
			dir.write(g.config("first") + moved)
			for _, how := range [][]string{nil, {"-refresh=false"}, {"-parallelism=1"}} {
				dir.plan(how...).fails("Grant would be lost", roleOfSource, "terraform state rm")
			}
			dir.apply().fails("Grant would be lost")
			if !g.present(cloud) || cloud.writes() != 0 {
				t.Errorf("%d writes, present: %t", cloud.writes(), g.present(cloud))
			}
			dir.text("state", "rm", g.address+"second")
			dir.apply().ok()
			dir.plan().empty()
			if !g.present(cloud) {
				t.Error("the grant is gone")
			}
		})
	}
}

// TestGrant_importedFromOneThatIsReplaced refuses to give a grant to another
// resource in the run that replaces the one that has it.
func TestGrant_importedFromOneThatIsReplaced(t *testing.T) {
	t.Parallel()
	for name, g := range sharedGrants() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := newCloud(t, g.world).terraform().write(g.config("first"))
			dir.apply().ok()
			replaced := strings.Replace(g.config("first"), roleOfSource, roleOfSource+"-too", 1)
			dir.write(replaced + g.config("second") + "import {\n  to = " + g.address + "second\n  id = \"" + g.id + "\"\n}\n")
			dir.plan().fails("Grant would be lost", "another resource imports or keeps the same grant")
			// Two that change places are no conflict: each leaves what it had.
			dir.write(replaced).apply().ok()
			dir.write(replaced + g.config("second")).apply().ok()
			swapped := strings.NewReplacer(`"first"`, `"second"`, `"second"`, `"first"`).Replace(replaced + g.config("second"))
			dir.write(swapped).plan().ok()
		})
	}
}
