package provider_test

import (
	"strings"
	"testing"
)

// namedRole is the role of handMade at an address of its own.
func namedRole(name, more string) string {
	return strings.Replace(roleConfig("  policy_name = \"Hand-Made\"\n"+more), `"this"`, `"`+name+`"`, 1)
}

// elsewhere has the same account in another provider block, and so a process of its own.
const elsewhere = "  provider = srralt\n"

// hasTheRole demands that the role of handMade is there with its policy.
func (d terraformDir) hasTheRole() {
	d.t.Helper()
	a := d.cloud.World().Accounts[0]
	if len(a.Roles) != 1 || a.Roles[0].ID != "300000000000000042" || len(a.Roles[0].Attached) != 1 || len(a.Policies) != 1 {
		d.t.Fatalf("the account has %+v and %+v", a.Roles, a.Policies)
	}
}

// importedTwice is a state in which a and b have one role. The import command looks
// at one resource only.
func importedTwice(t *testing.T, where string) terraformDir {
	t.Helper()
	d := newCloud(t, handMade).terraform()
	d.writeOneAccount(namedRole("a", "") + namedRole("b", where))
	d.text("import", "srr_replication_role.a", "srr-orders")
	d.text("import", "srr_replication_role.b", "srr-orders")
	return d
}

func TestRole_importOfOneRoleIntoTwoResourcesIsRefused(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"", elsewhere} {
		d := newCloud(t, handMade).terraform()
		both := namedRole("a", "") + namedRole("b", where)
		d.writeOneAccount(both+importingRole("a", "srr-orders")+importingRole("b", "SRR-Orders")).plan().
			fails("Role belongs to another resource", "role SRR-Orders of account", "terraform state rm")
		d.writeOneAccount(namedRole("a", "") + importingRole("a", "srr-orders")).apply().ok()
		d.writeOneAccount(both + importingRole("b", "srr-orders")).plan().fails("Role belongs to another resource")
		d.writeOneAccount(namedRole("b", where)+importingRole("b", "srr-orders")).plan().fails("Role would be lost", "moved block", "terraform state rm")
		forget := "removed {\n  from = srr_replication_role.a\n  lifecycle {\n    destroy = false\n  }\n}\n"
		if got := d.writeOneAccount(namedRole("b", where) + importingRole("b", "srr-orders") + forget).apply(); got.exit != 0 {
			t.Fatal(got.said())
		}
		d.writeOneAccount(namedRole("b", where)).plan().empty()
		d.hasTheRole()
	}
}

func TestRole_moveOfARoleThatAnotherResourceHasIsRefused(t *testing.T) {
	d, stub := besideAlicloud(t, handMade)
	old, _, _ := strings.Cut(alicloudRoleBlocks(""), "resource \"alicloud_ram_policy\"")
	d.writeBoth(old).apply().ok()
	d.writeBoth(old + namedRole("b", "") + importingRole("b", "srr-orders")).apply().ok()
	d.writeBoth(roleConfig("  policy_name = \"Hand-Made\"\n")+moveRole+namedRole("b", "")).plan().fails("Role belongs to another resource", "role SRR-Orders")
	stub.spared()
}

func TestRole_oneOfTwoResourcesWithARoleCannotTakeItAlong(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"", elsewhere} {
		d := importedTwice(t, where)
		d.plan().warns("Role belongs to two resources", "role SRR-Orders of account", "terraform state rm")
		for _, left := range []string{namedRole("a", ""), namedRole("b", where)} {
			d.writeOneAccount(left)
			for _, how := range [][]string{nil, {"-refresh=false"}, {"-out=saved"}, {"-parallelism=1"}} {
				d.plan(how...).fails("Role would be lost", "role SRR-Orders", "terraform state rm")
			}
			d.apply().fails("Role would be lost")
		}
		other := strings.Replace(namedRole("a", ""), `"srr-orders"`, `"srr-other"`, 1)
		d.writeOneAccount(other + namedRole("b", where)).plan().fails("Role would be lost")
		d.hasTheRole()
		d.writeOneAccount(namedRole("b", where))
		d.text("state", "rm", "srr_replication_role.a")
		d.plan().empty()
	}
}

// Terraform does not tell of -replace before the apply.
func TestRole_replacementOfASharedRoleKeepsIt(t *testing.T) {
	t.Parallel()
	d := importedTwice(t, elsewhere)
	got := d.apply("-replace=srr_replication_role.a")
	if said := got.said(); got.exit == 0 || !strings.Contains(said, "Role is kept for another resource") || !strings.Contains(said, "Role exists already") {
		t.Errorf("ended with %d and %s", got.exit, said)
	}
	d.hasTheRole()
	d.writeOneAccount(namedRole("b", elsewhere)).plan().empty()
}

// Before it plans to destroy everything, Terraform plans to keep it.
func TestRole_sharedRoleIsDestroyedWithBoth(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"", elsewhere} {
		d := importedTwice(t, where)
		if got := d.destroy(); got.exit != 0 {
			t.Fatal(got.said())
		}
		if a := d.cloud.World().Accounts[0]; len(a.Roles)+len(a.Policies) > 0 {
			t.Errorf("left are %v and %v", a.Roles, a.Policies)
		}
	}
}

// A role made by Terraform is told from an import of the same role as well.
func TestRole_importOfARoleThatTheStateMadeIsRefused(t *testing.T) {
	t.Parallel()
	d := newCloud(t).terraform()
	d.write(roleConfig("")).apply().ok()
	again := strings.Replace(roleConfig(""), `"this"`, `"again"`, 1)
	d.write(roleConfig("") + again + importingRole("again", "srr-orders")).plan().fails("Role belongs to another resource")
	d.destroy().ok()
	if roles := d.cloud.World().Accounts[0].Roles; len(roles) > 0 {
		t.Errorf("left are %v", roles)
	}
}
