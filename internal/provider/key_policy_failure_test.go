package provider_test

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/kms"
)

// inReplicaKey changes the key of the grants.
func inReplicaKey(edit func(*kms.Key)) func(*emulator.World) {
	return func(w *emulator.World) {
		for i := range w.KMS.Keys {
			if w.KMS.Keys[i].ID == emulator.ReplicaKey {
				edit(&w.KMS.Keys[i])
			}
		}
	}
}

// inInstances changes all KMS instances.
func inInstances(edit func(*kms.Instance)) func(*emulator.World) {
	return func(w *emulator.World) {
		for i := range w.KMS.Instances {
			edit(&w.KMS.Instances[i])
		}
	}
}

// TestKeyPolicy_refuses says why it cannot own a grant safely and how to change
// that, and writes nothing.
func TestKeyPolicy_refuses(t *testing.T) {
	t.Parallel()
	unchanged := func(*emulator.World) {}
	for name, c := range map[string]struct {
		world func(*emulator.World)
		want  []string
		tried int    // writes that the service itself refuses
		key   string // "" for the replica key
	}{
		"other account":    {unchanged, []string{"Key of another account", "each other's credentials"}, 0, "acs:kms:cn-hangzhou:" + emulator.SourceAccount + ":key/" + emulator.SourceKey},
		"other region":     {unchanged, []string{"Key in another region", "buckets' region"}, 0, strings.Replace(emulator.ReplicaKeyARN(), "hangzhou", "beijing", 1)},
		"asymmetric":       {inReplicaKey(func(k *kms.Key) { k.Spec, k.Usage = "RSA_2048", "SIGN/VERIFY" }), []string{"Key cannot encrypt data keys", "symmetric"}, 0, ""},
		"repeated field":   {withKeyPolicy(strings.Replace(documentOf(keyOwner), `"Version":"1"`, `"Version":"1","Version":"1"`, 1)), []string{"never written", "Correct it by hand"}, 0, ""},
		"full document":    {withKeyPolicy(documentOf(keyOwner, keyAllows(strings.Repeat("s", 100), `"kms:Decrypt"`, `"acs:ram::`+emulator.DestinationAccount+`:role/`+strings.Repeat("x", 32310)+`"`))), []string{"of at most 32768", "99 % full", "nothing was written"}, 0, ""},
		"pending deletion": {inReplicaKey(func(k *kms.Key) { k.State, k.DeleteAt = "PendingDeletion", time.Now().Add(240*time.Hour) }), []string{"Key is not enabled", "PendingDeletion"}, 0, ""},
		"disabled":         {inReplicaKey(func(k *kms.Key) { k.State = "Disabled" }), []string{"Key is not enabled", "Enable it"}, 0, ""},
		"default key":      {inReplicaKey(func(k *kms.Key) { k.InstanceID = "" }), []string{"Key has no key policy", "access management quantity of at least 2"}, 0, ""},
		"missing key":      {func(w *emulator.World) { w.KMS.Keys = w.KMS.Keys[:1] }, []string{"Forbidden.KeyNotFound"}, 0, ""},
		"no quantity":      {inInstances(func(i *kms.Instance) { i.AccessManagementQuantity = 1 }), []string{"no unit for another account", "quantity of 1", "at least 2"}, 0, ""},
		"VPCs have it":     {inInstances(func(i *kms.Instance) { i.BoundVPCs = []string{"vpc-2"} }), []string{"Rejected.LimitExceeded", "Raise the access management quota"}, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := newCloud(t, c.world)
			policies := func() string { return fmt.Sprint(cloud.World().KMS.Keys) }
			before := policies()
			cloud.terraform().write(keyGrant(cmp.Or(c.key, emulator.ReplicaKey), "")).apply().fails(c.want...)
			if cloud.writes() != c.tried || policies() != before {
				t.Errorf("%d writes, the keys are %s", cloud.writes(), policies())
			}
		})
	}
}

// TestKeyPolicy_badInput finds mistakes where they were made, before any call.
func TestKeyPolicy_badInput(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	dir := cloud.terraform()
	for _, c := range []struct{ key, role, actions, want string }{
		{"alias/replica", roleOfSource, "", "an alias can move to another key"},
		{emulator.ReplicaKey, "acs:ram::" + emulator.SourceAccount + ":user/admin", "", "names a user, not a role"},
		{emulator.ReplicaKey, grantPrincipal, "", "names a role session"},
		{emulator.ReplicaKey, roleOfSource, `actions = []`, "at least 1"},
		{emulator.ReplicaKey, roleOfSource, `actions = ["kms:Decrypt", "kms:DescribeKey"]`, "needs kms:GenerateDataKey"},
		{emulator.ReplicaKey, roleOfSource, `actions = ["kms:GenerateDataKey"]`, "needs kms:Decrypt"},
		{emulator.ReplicaKey, roleOfSource, `actions = ["kms:Decrypt", "kms:GenerateDataKey", "kms:SetKeyPolicy"]`, "value must be one of"},
	} {
		dir.write(strings.Replace(keyGrant(c.key, c.actions), roleOfSource, c.role, 1))
		if said := dir.plan(); said.exit != 1 || !strings.Contains(said.said(), c.want) {
			t.Errorf("%v: %s", c, said.said())
		}
	}
	if requests := cloud.Requests(0); len(requests) > 0 {
		t.Errorf("calls for mistakes that show without: %v", requests)
	}
}

// TestKeyPolicy_failures converges after lost answers, old reads and a failure
// after the write, and keeps what others write meanwhile.
func TestKeyPolicy_failures(t *testing.T) {
	t.Parallel()
	before := documentOf(keyOwner)
	theirs := documentOf(keyForeign, keyOwner)
	for name, c := range map[string]struct {
		arm    func(testCloud)
		fails  bool
		others string
	}{
		"lost answer": {func(c testCloud) {
			c.inject(emulator.Fault{Kind: emulator.FaultLostResponse, Operation: "SetKeyPolicy"})
		}, false, before},
		"old reads": {func(c testCloud) {
			c.inject(emulator.Fault{Kind: emulator.FaultStale, Operation: "SetKeyPolicy", Reads: 2})
		}, false, before},
		"after the write": {func(c testCloud) {
			c.BeforeNext(emulator.Fault{Operation: "SetKeyPolicy"}, func() {
				c.inject(emulator.Fault{Kind: emulator.FaultError, Operation: "GetKeyPolicy", Status: 403, Code: "Forbidden.NoPermission"})
			})
		}, true, before},
		"foreign write before the last read": {func(c testCloud) {
			c.BeforeNext(emulator.Fault{Operation: "GetKeyPolicy", Skip: 2}, func() { c.change(withKeyPolicy(theirs)) })
		}, false, theirs},
		"foreign write over ours": {func(c testCloud) {
			c.BeforeNext(emulator.Fault{Operation: "SetKeyPolicy"}, func() {
				c.BeforeNext(emulator.Fault{Operation: "GetKeyPolicy"}, func() { c.change(withKeyPolicy(theirs)) })
			})
		}, false, theirs},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := newCloud(t, withKeyPolicy(before))
			dir := cloud.terraform().write(keyGrant(emulator.ReplicaKey, ""))
			c.arm(cloud)
			if c.fails {
				dir.apply().fails("Cannot add the grant")
				if state := dir.state("srr_kms_key_policy", "replica"); state == nil || state["status"] != "tainted" {
					t.Errorf("the state is %v", state)
				}
			}
			dir.apply().ok()
			now := cloud.keyPolicy(emulator.ReplicaKey)
			if err := grownAtOnePlace(c.others, now); err != nil || strings.Count(now, roleOfSource) != 1 {
				t.Errorf("not one grant beside the others' statements (%v): %s", err, now)
			}
			dir.plan().empty()
			dir.destroy().ok()
			if after := cloud.keyPolicy(emulator.ReplicaKey); after != c.others {
				t.Errorf("the policy is %s", after)
			}
		})
	}
}

// TestKeyPolicy_replacement never ends well without the grant.
func TestKeyPolicy_replacement(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, withKeyPolicy(documentOf(keyOwner)))
	dir := cloud.terraform().write(keyGrant(emulator.ReplicaKey, ""))
	granted := func() {
		t.Helper()
		if now := cloud.keyPolicy(emulator.ReplicaKey); now != documentOf(keyOwner, keyOurs()) {
			t.Errorf("the policy is %s", now)
		}
		dir.plan().empty()
	}
	dir.apply().ok()
	dir.apply("-replace=" + keyGrantAddress).ok()
	granted()
	dir.write(keyGrant(emulator.ReplicaKeyARN(), ""))
	granted()
	dir.write(keyGrant(emulator.ReplicaKey, "lifecycle {\n  create_before_destroy = true\n}"))
	dir.apply()
	dir.apply("-replace="+keyGrantAddress).fails("Grant exists already", "create_before_destroy cannot work for a grant")
	granted()
	for _, name := range []string{"renamed", "replica"} {
		dir.write(strings.Replace(keyGrant(emulator.ReplicaKey, ""), `"replica"`, `"`+name+`"`, 1))
		if renamed := dir.apply(); renamed.exit != 0 {
			renamed.fails("Grant exists already")
			dir.apply()
		}
		granted()
	}
}

// TestKeyPolicy_missingKey says nothing at plan: the key may be made in the same
// run. A key that is deleted later takes the grant along.
func TestKeyPolicy_missingKey(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	whole := cloud.World()
	dir := cloud.terraform().write(keyGrant(emulator.ReplicaKey, ""))
	dir.apply().ok()
	cloud.change(func(w *emulator.World) { w.KMS.Keys = w.KMS.Keys[:1] })
	dir.plan().warns("Grant is gone", "does not exist any more").plans(keyGrantAddress + " create")
	if gone := dir.destroy(); gone.exit != 0 {
		t.Errorf("nothing is left to remove, yet: %s", gone.said())
	}
	dir.plan().ok().plans(keyGrantAddress + " create")
	if err := cloud.SetWorld(whole); err != nil {
		t.Fatal(err)
	}
	dir.apply().ok()
}
