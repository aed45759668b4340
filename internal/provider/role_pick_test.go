package provider_test

import (
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

// alsoReading attaches another policy that reads a source bucket to the role of
// handMade.
func alsoReading(name string) func(*emulator.World) {
	return func(w *emulator.World) {
		a := &w.Accounts[0]
		a.Policies = append(a.Policies, identity.Policy{Name: name, Versions: []identity.Version{{Number: 1, Document: readOrders}}})
		a.Roles[0].Attached = append(a.Roles[0].Attached, identity.Attachment{Type: "Custom", Policy: name})
	}
}

// saying makes the policy of handMade say something else.
func saying(document string) func(*emulator.World) {
	return func(w *emulator.World) {
		w.Accounts[0].Policies[0].Versions = []identity.Version{{Number: 1, Document: document}}
	}
}

// One of several policies that fit is nobody's guess: the user names it.
func TestRole_importWithSeveralPoliciesAsksForOne(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, handMade, alsoReading("second"))
	const each = "Each of the policies Hand-Made, second of role "
	got := said(cloud.speakForSource().importByID("srr_replication_role", "srr-orders"))
	if !strings.HasPrefix(got, "ERROR: Role has several policies that fit: "+each) || !strings.Contains(got, "terraform import <address> srr-orders,Hand-Made") {
		t.Errorf("imported: %s", got)
	}
	listsExactly(t, cloud.speakForSource().list("srr_replication_role", nil, 0, true), []string{},
		"WARNING: Object is not listed: Role SRR-Orders has no policy of its own. "+each, "terraform import <address> SRR-Orders,<policy name>")
	if found := cloud.speakForSource().importByID("srr_replication_role", "srr-orders,second"); len(found.problems) > 0 || found.object["policy_name"] != "second" {
		t.Errorf("by name: %s %v", said(found), found.object)
	}
	cloud = newCloud(t, handMade, alsoReading("second"), alsoReading("srr-orders"))
	if found := cloud.speakForSource().importByID("srr_replication_role", "srr-orders"); len(found.problems) > 0 || found.object["policy_name"] != "srr-orders" {
		t.Errorf("one is named like the role: %s %v", said(found), found.object)
	}
}

func TestRole_moveWithSeveralPoliciesSaysSo(t *testing.T) {
	d, stub := besideAlicloud(t, handMade, alsoReading("second"))
	d.writeBoth(alicloudRoleBlocks("")).apply().ok()
	d.cloud.ClearRequests()
	found := d.writeBoth(roleConfig("  policy_name = \"Hand-Made\"\n") + moveRole + forgetRoles).plan()
	if !strings.Contains(found.said(), "Role has several policies that fit") || found.exit == 1 {
		t.Errorf("said %s", found.said())
	}
	stub.spared()
}

// An import without a policy does not say that one is gone: there was none.
func TestRole_importWithoutAPolicyOfItsOwnSaysWhatIsMade(t *testing.T) {
	t.Parallel()
	for id, attached := range map[string][]identity.Attachment{
		"srr-orders":           {{Type: "System", Policy: "AliyunOSSReadOnlyAccess"}},
		"SRR-Orders":           nil,
		"srr-orders,Hand-Made": nil,
		"srr-orders,new":       nil,
	} {
		cloud := newCloud(t, handMade, func(w *emulator.World) { w.Accounts[0].Roles[0].Attached = attached })
		found := cloud.speakForSource().importByID("srr_replication_role", id)
		got := said(found)
		if !strings.HasPrefix(got, "WARNING: Role has no policy for source buckets: No custom policy "+found.object["policy_name"]+" is attached to role SRR-Orders") ||
			strings.Contains(got, "again") || strings.Contains(got, "can read nothing") {
			t.Errorf("%s: %s", id, got)
		}
	}
}

// What means the same is no change, and less is a warning with the import and in
// the list, because the plan completes it.
func TestRole_importOfLessThanReplicationTakesIsAnnounced(t *testing.T) {
	t.Parallel()
	by := func(resource string) string { return strings.ReplaceAll(readOrders, "acs:oss:*:*:", resource) }
	for document, warns := range map[string]bool{
		readOrders: false,
		by("acs:oss:*:" + emulator.SourceAccount + ":"):               false,
		by("acs:oss:*:" + emulator.DestinationAccount + ":"):          true, // names an owner that the bucket does not have
		by("acs:oss:oss-cn-hangzhou:*:"):                              true,
		strings.Replace(readOrders, `,"oss:ReplicateGet"`, "", 1):     true,
		strings.Replace(readOrders, `,"acs:oss:*:*:orders/*"`, "", 1): true,
	} {
		cloud := newCloud(t, handMade, saying(document))
		want := ""
		if warns {
			want = "WARNING: Import plans a change: Policy Hand-Made of role SRR-Orders"
		}
		imported := cloud.speakForSource().importByID("srr_replication_role", "srr-orders")
		listed := cloud.speakForSource().list("srr_replication_role", nil, 0, true)
		for what, got := range map[string]string{"imported": said(imported), "listed": said(listed...)} {
			if !strings.HasPrefix(got, want) || (got != "") != warns {
				t.Errorf("%s: %s: %s", document, what, got)
			}
		}
		if imported.object == nil || len(names(listed)) != 1 {
			t.Errorf("%s: imported %v, listed %v", document, imported.object, names(listed))
		}
	}
}

// A policy that names the account as the owner stays as it is, and a change of it
// still shows.
func TestRole_policyThatNamesTheOwnerIsNoChange(t *testing.T) {
	t.Parallel()
	cloud := newRoleCloud(t, handMade, saying(strings.ReplaceAll(readOrders, "acs:oss:*:*:", "acs:oss:*:"+emulator.SourceAccount+":")))
	d := cloud.terraform()
	body := roleConfig(`policy_name = "Hand-Made"`)
	d.write(body + "import {\n  to = srr_replication_role.this\n  id = \"srr-orders\"\n}\n").apply().ok()
	cloud.ClearRequests()
	d.write(body).plan().empty()
	if writes := cloud.writes(); len(writes) > 0 {
		t.Errorf("written: %v", writes)
	}
	cloud.change(saying(strings.ReplaceAll(readOrders, "acs:oss:*:*:", "acs:oss:*:"+emulator.DestinationAccount+":")))
	d.plan().plans(roleAddress + " update")
}
