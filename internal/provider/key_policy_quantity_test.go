package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/kms"
)

func quantity(n int) func(*emulator.World) {
	return inInstances(func(i *kms.Instance) { i.AccessManagementQuantity = n })
}

// TestKeyPolicy_quantity counts the accounts of the key's own policy, at plan,
// and lets KMS decide what it cannot read.
func TestKeyPolicy_quantity(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, withKeyPolicy(documentOf(keyOwner, keyForeign)), quantity(2))
	dir := cloud.terraform().write(keyGrant(emulator.ReplicaKey, ""))
	dir.plan().fails("KMS instance has no unit for another account", "quantity of 2", "1 in the policy", "at least 3", "were not read")
	forbidden := emulator.Fault{Kind: emulator.FaultError, Operation: "GetKmsInstance", Status: 403, Code: "Forbidden.NoPermission"}
	cloud.inject(forbidden)
	dir.plan().ok()
	cloud.ClearFaults()
	cloud.change(quantity(3))
	dir.apply().ok()
	// Beside a statement of the same account a grant takes no unit, whatever the
	// quantity has become.
	same := keyAllows("", `"kms:Decrypt"`, `"acs:ram::`+emulator.SourceAccount+`:role/other"`)
	cloud.change(withKeyPolicy(documentOf(keyOwner, same)))
	cloud.change(quantity(1))
	dir.plan().warns("Grant is gone").plans(keyGrantAddress + " create")
}

// TestKeyPolicy_quantityFallsBeforeTheWrite is seen by the last look.
func TestKeyPolicy_quantityFallsBeforeTheWrite(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	dir := cloud.terraform().write(keyGrant(emulator.ReplicaKey, ""))
	if saved := dir.plan("-out=saved"); saved.exit != 2 {
		t.Fatal(saved.said())
	}
	cloud.change(quantity(1))
	dir.run("apply", "-json", "saved").fails("KMS instance has no unit for another account", "Nothing was written")
	if cloud.writes() != 0 {
		t.Errorf("%d writes", cloud.writes())
	}
}

// TestKeyPolicy_updateOfAUselessKey refuses before the write, as a creation does.
func TestKeyPolicy_updateOfAUselessKey(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	dir := cloud.terraform().write(keyGrant(emulator.ReplicaKey, ""))
	dir.apply().ok()
	cloud.ClearRequests()
	cloud.change(inReplicaKey(func(k *kms.Key) { k.State = "Disabled" }))
	dir.write(keyGrant(emulator.ReplicaKey, `actions = ["kms:Decrypt", "kms:GenerateDataKey"]`))
	dir.apply().fails("Key is not enabled", "Enable it")
	if cloud.writes() != 0 {
		t.Errorf("%d writes", cloud.writes())
	}
}

// TestGrant_widerStatement is told before the grant is made, too.
func TestGrant_widerStatement(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, withPolicy(documentOf(allows(`"oss:*"`, `"`+grantPrincipal+`"`, wholeBucket))),
		withKeyPolicy(documentOf(keyOwner, keyAllows("", `"kms:*"`, `"acs:ram::`+emulator.SourceAccount+`:*"`))))
	for address, body := range map[string]string{
		grantAddress: bucketGrant(""), keyGrantAddress: keyGrant(emulator.ReplicaKey, ""),
	} {
		planned := cloud.terraform().write(body).plan()
		planned.warns("Already allowed by another statement", "is left alone").plans(address + " create")
	}
}

// TestGrant_unreadableDocument is one error whenever an existing grant meets it,
// and the document keeps every byte.
func TestGrant_unreadableDocument(t *testing.T) {
	t.Parallel()
	for name, g := range sharedGrants() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := newCloud(t, g.world)
			dir := cloud.terraform().write(g.config("first"))
			dir.apply().ok()
			broken := func(statement string) string {
				return strings.Replace(documentOf(statement), `"Version":"1"`, `"Version":"1","Version":"1"`, 1)
			}
			cloud.change(withPolicy(broken(ours())))
			cloud.change(withKeyPolicy(broken(keyOurs())))
			cloud.ClearRequests()
			before := fmt.Sprint(cloud.World().OSS.Buckets, cloud.World().KMS.Keys)
			dir.plan().fails("Cannot read the policy", "never written", "Correct it by hand")
			dir.destroy().fails("Cannot read the policy", "never written")
			dir.apply("-destroy", "-refresh=false").fails("Cannot remove the grant", "never written", "Correct it by hand")
			if after := fmt.Sprint(cloud.World().OSS.Buckets, cloud.World().KMS.Keys); cloud.writes() != 0 || after != before {
				t.Errorf("%d writes: %s", cloud.writes(), after)
			}
		})
	}
}
