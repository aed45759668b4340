package provider_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// Names with capitals, since RAM and OSS spell them in different ways.
const (
	capitalRole = "Oss-SRR-Orders"
	copyTagged  = `
  tag_filter = { match = "any", tags = [{ key = "class", value = "copy" }] }`
)

func capitals(body string) string {
	return strings.ReplaceAll(body, `"oss-srr-orders"`, `"`+capitalRole+`"`)
}

func withTags(body string) string {
	return strings.Replace(body, "  replicate_history  = true", "  replicate_history  = true"+copyTagged, 1)
}

func versioned(w *emulator.World) {
	for i := range w.OSS.Buckets {
		w.OSS.Buckets[i].Versioning = "Enabled"
	}
}

// Every point on which the sources about the service disagree, one by one, and
// all together: two accounts live in the same way, from the first apply through
// drift and import to the end, and never see a plan that is not empty.
func TestTwoAccounts_liveWithEveryBehaviourOfTheService(t *testing.T) {
	t.Parallel()
	plain, encrypted := capitals(twoAccounts), capitals(twoAccountsKMS())
	for _, row := range []struct {
		name, body string
		change     func(*emulator.World)
	}{
		{"as documented", plain, func(*emulator.World) {}},
		{"as documented, with KMS", encrypted, func(*emulator.World) {}},
		{"as documented, with tags", withTags(plain), func(*emulator.World) {}},
		{"RAM keeps the case of ARNs", plain, func(w *emulator.World) { w.Switches.KeepRoleARNCase = true }},
		{"RAM keeps the case of ARNs, with KMS", encrypted, func(w *emulator.World) { w.Switches.KeepRoleARNCase = true }},
		{"rules without their role", plain, func(w *emulator.World) { w.Switches.OmitSyncRole = true }},
		{"rules with the ARN of their role", plain, func(w *emulator.World) { w.Switches.SyncRoleAsARN = true }},
		{"rule ids in no header", plain, func(w *emulator.World) { w.Switches.OmitRuleIDHeader = true }},
		{"permissions not checked at creation", plain, func(w *emulator.World) { w.Switches.SilentCreate = true }},
		{"callers without the destination", plain, func(w *emulator.World) { w.Switches.CallerNeedsSourceOnly = true }},
		{"signatures V1 refused", plain, func(w *emulator.World) { w.Switches.RefuseV1 = true }},
		{"tags need versioning", withTags(plain), func(w *emulator.World) { w.Switches.TagsNeedVersioning = true; versioned(w) }},
		{"tags in this region only", withTags(plain), func(w *emulator.World) { w.Switches.NoTagFilterRegions = []string{"cn-beijing"} }},
		{"key policies written anew", encrypted, func(w *emulator.World) { w.Switches.ReserializeKeyPolicies = true }},
		{"transfer type required", plain, func(w *emulator.World) { w.Switches.TransferTypeRequired = true }},
		{"markers without deletions", plain, func(w *emulator.World) { w.Switches.MarkersNeedNoDelete = true; versioned(w) }},
		{"foreign buckets hidden", plain, func(w *emulator.World) { w.Switches.ForeignBucketNotFound = true }},
		{"RAM takes its time", encrypted, func(w *emulator.World) { w.Switches.RAMPropagation = 200 * time.Second }},
		{"everything at once", withTags(encrypted), func(w *emulator.World) {
			versioned(w)
			w.Switches = emulator.Switches{
				KeepRoleARNCase: true, OmitRuleIDHeader: true, SilentCreate: true, CallerNeedsSourceOnly: true, RefuseV1: true, TagsNeedVersioning: true,
				ReserializeKeyPolicies: true, RAMPropagation: 200 * time.Second, MarkersNeedNoDelete: true, TransferTypeRequired: true,
				SyncRoleAsARN: true, ForeignBucketNotFound: true, NoTagFilterRegions: []string{"cn-beijing"},
			}
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			twoAccountLife(newCloud(t, row.change), row.body)
		})
	}
}

// Where the service refuses a filter by tags, the rule fails with the service's
// words, and without the filter the same directory goes on.
func TestTwoAccounts_refusedTagsLeaveTheRestInPlace(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*emulator.World){
		"buckets without versioning": func(w *emulator.World) { w.Switches.TagsNeedVersioning = true },
		"region without tags":        func(w *emulator.World) { w.Switches.NoTagFilterRegions = []string{emulator.Region} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := newCloud(t, change)
			d := cloud.terraform().write(withTags(capitals(twoAccounts)))
			d.apply().fails("PutBucketReplication", "request id")
			d.write(capitals(twoAccounts)).plan().ok().plans("orders create")
			d.apply().ok()
			d.plan().empty()
			d.destroy().ok()
			cloud.nothingLeft()
		})
	}
}

// twoAccountLife goes from nothing to nothing.
func twoAccountLife(cloud testCloud, body string) {
	cloud.t.Helper()
	d := cloud.terraform().write(body)
	d.plan().ok()
	d.apply().ok()
	d.plan().empty()
	cloud.breakByHand()
	drifted := map[string]string{"srr_replication_role.orders": "update", "srr_destination_grant.orders": "create"}
	if planned := d.plan().changes; !maps.Equal(planned, drifted) {
		cloud.t.Errorf("after changes by hand the plan is %v, want %v", planned, drifted)
	}
	d.apply()
	d.plan().empty()
	again := cloud.terraform().write(body + d.importBlocks())
	again.apply().ok()
	again.plan().empty()
	again.destroy().ok()
	cloud.nothingLeft()
}

// breakByHand takes the grant away and lets somebody else assume the role.
func (c testCloud) breakByHand() {
	c.t.Helper()
	c.setPolicy(emulator.ForeignPolicy())
	c.change(func(w *emulator.World) { w.Accounts[0].Roles[0].TrustPolicy = anybodyTrusted })
}

// importBlocks import everything that the directory holds.
func (d terraformDir) importBlocks() string {
	d.t.Helper()
	role := "acs:ram::" + emulator.SourceAccount + ":role/" + capitalRole
	ids := map[string]string{
		"srr_replication_role.orders":  role,
		"srr_destination_grant.orders": emulator.DestinationBucket + "," + role,
		"srr_rule.orders":              fmt.Sprintf("%s,%s,%s", emulator.SourceBucket, d.state("srr_rule", "orders")["rule_id"], capitalRole),
	}
	if d.state("srr_kms_key_policy", "replica") != nil {
		ids["srr_kms_key_policy.replica"] = emulator.ReplicaKeyARN() + "," + role
	}
	var blocks strings.Builder
	for address, id := range ids {
		fmt.Fprintf(&blocks, "import {\n  to = %s\n  id = %q\n}\n", address, id)
	}
	return blocks.String()
}

// nothingLeft demands that both accounts are without anything of the provider.
func (c testCloud) nothingLeft() {
	c.t.Helper()
	world := c.World()
	for _, a := range world.Accounts {
		if len(a.Roles)+len(a.Policies) > 0 {
			c.t.Errorf("account %s still has %v %v", a.ID, a.Roles, a.Policies)
		}
	}
	for _, b := range world.OSS.Buckets {
		if len(b.Rules) > 0 {
			c.t.Errorf("bucket %s still has %v", b.Name, b.Rules)
		}
	}
	if got := c.policy(emulator.DestinationBucket); got != emulator.ForeignPolicy() {
		c.t.Errorf("the bucket policy is not as it was:\n%s", got)
	}
	if got := c.keyPolicy(emulator.ReplicaKey); strings.Contains(got, "assumed-role") {
		c.t.Errorf("the key policy still grants:\n%s", got)
	}
}
