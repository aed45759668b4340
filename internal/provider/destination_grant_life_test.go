package provider_test

import (
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

const grantID = "orders-backup," + roleOfSource

// TestDestinationGrant_existing is not taken over, in whatever spelling it is
// there, and can be imported.
func TestDestinationGrant_existing(t *testing.T) {
	t.Parallel()
	for name, statement := range map[string]string{
		"equal":      ours(),
		"narrower":   allows(`"oss:ReplicateGet"`, `"`+grantPrincipal+`"`, wholeBucket),
		"upper case": strings.Replace(ours(), "oss-srr-orders", "OSS-SRR-Orders", 1),
		"shared":     allows(grantActions, `"arn:sts::3000000000000003:assumed-role/other/*","`+grantPrincipal+`"`, wholeBucket),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := documentOf(statement, foreign)
			cloud := newCloud(t, withPolicy(before))
			dir := cloud.terraform().write(bucketGrant(""))
			dir.plan().warns("Grant exists already", grantID)
			dir.apply().fails("Grant exists already", "does not take over", `id = "`+grantID+`"`)
			if cloud.writes() != 0 {
				t.Errorf("%d writes", cloud.writes())
			}
			dir.write(bucketGrant("") + "import {\n  to = " + grantAddress + "\n  id = \"" + grantID + "\"\n}\n")
			if imported := dir.apply(); imported.exit != 0 {
				t.Fatal(imported.said())
			}
			if want := map[bool]int{true: 0, false: 1}[name == "equal" || name == "shared"]; cloud.writes() != want {
				t.Errorf("%d writes after the import", cloud.writes())
			}
			dir.plan().empty()
		})
	}
}

// TestDestinationGrant_importOfNothing names what is not there.
func TestDestinationGrant_importOfNothing(t *testing.T) {
	t.Parallel()
	dir := newCloud(t).terraform()
	for id, want := range map[string]string{
		grantID:                         "Grant does not exist",
		"no-bucket," + roleOfSource:     "NoSuchBucket",
		"orders-backup":                 `Expected "bucket,role_arn", for example "orders-backup,acs:ram::`,
		"Orders," + roleOfSource:        "Invalid import id",
		roleOfSource + ",orders-backup": "Invalid import id",
	} {
		body := strings.Replace(bucketGrant(""), "orders-backup", strings.Split(id+",", ",")[0], 1)
		if !strings.Contains(id, "backup,") && !strings.Contains(id, "no-") {
			body = bucketGrant("")
		}
		dir.write(body + "import {\n  to = " + grantAddress + "\n  id = \"" + id + "\"\n}\n")
		if said := dir.plan(); said.exit != 1 || !strings.Contains(said.said(), want) {
			t.Errorf("import of %s ended with %d and %s", id, said.exit, said.said())
		}
	}
}

// TestDestinationGrant_spellingOfTheRole changes nothing: role names have no
// case of their own.
func TestDestinationGrant_spellingOfTheRole(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	dir := cloud.terraform().write(bucketGrant(""))
	dir.apply().ok()
	cloud.ClearRequests()
	dir.write(strings.Replace(bucketGrant(""), "role/oss-srr-orders", "role/OSS-SRR-Orders", 1))
	dir.plan().empty()
	dir.apply().ok()
	if cloud.writes() != 0 {
		t.Errorf("%d writes", cloud.writes())
	}
}

// TestDestinationGrant_replacement never ends well without the grant.
func TestDestinationGrant_replacement(t *testing.T) {
	t.Parallel()
	const before = "\n  lifecycle {\n    create_before_destroy = true\n  }\n"
	cloud := newCloud(t)
	dir := cloud.terraform().write(bucketGrant(""))
	dir.apply().ok()
	dir.apply("-replace=" + grantAddress).ok()
	cloud.granted(emulator.ForeignPolicy())
	dir.plan().empty()

	dir.write(bucketGrant(before))
	dir.apply().ok()
	dir.apply("-replace="+grantAddress).fails("Grant exists already", "create_before_destroy cannot work for a grant")
	cloud.granted(emulator.ForeignPolicy())
	dir.plan().empty()

	// Destroying and creating run side by side; whichever comes first, a success
	// has the grant, and a failure is repaired by the next apply.
	for _, name := range []string{"renamed", "orders", "renamed", "orders"} {
		dir.write(namedGrant(name, ""))
		if renamed := dir.apply(); renamed.exit != 0 {
			renamed.fails("Grant exists already")
			dir.apply()
		}
		cloud.granted(emulator.ForeignPolicy())
		dir.plan().empty()
	}
	dir.write(namedGrant("moved", "") + "moved {\n  from = " + grantAddress + "\n  to = srr_destination_grant.moved\n}\n")
	cloud.ClearRequests()
	dir.apply().ok()
	if cloud.writes() != 0 {
		t.Errorf("%d writes for a new name", cloud.writes())
	}
}

// TestDestinationGrant_otherRoleOrBucket replaces: the old grant goes, the new
// one comes.
func TestDestinationGrant_otherRoleOrBucket(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, func(w *emulator.World) {
		other := *destination(w)
		other.Name, other.Policy = "orders-archive", ""
		w.OSS.Buckets = append(w.OSS.Buckets, other)
	})
	dir := cloud.terraform().write(bucketGrant(""))
	dir.apply().ok()
	dir.write(strings.Replace(bucketGrant(""), "oss-srr-orders", "oss-srr-invoices", 1))
	dir.plan().plans(grantAddress + " replace")
	dir.apply().ok()
	if now := cloud.policy("orders-backup"); strings.Contains(now, "oss-srr-orders") || !strings.Contains(now, "oss-srr-invoices") {
		t.Errorf("the policy is %s", now)
	}
	dir.write(strings.Replace(bucketGrant(""), "orders-backup", "orders-archive", 1))
	dir.apply().ok()
	if cloud.policy("orders-backup") != emulator.ForeignPolicy() || !strings.Contains(cloud.policy("orders-archive"), grantPrincipal) {
		t.Error("the grant did not move")
	}
}
