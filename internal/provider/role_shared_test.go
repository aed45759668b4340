package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

// readPair lets a role read two source buckets.
var readPair = strings.Replace(readOrders, `["acs:oss`, `["acs:oss:*:*:invoices","acs:oss:*:*:invoices/*","acs:oss`, 1)

// sharedByTwo is handMade with a second role that has the same policy, which names
// two buckets.
func sharedByTwo(w *emulator.World) {
	handMade(w)
	bucketNamed("invoices", emulator.SourceAccount)(w)
	a := &w.Accounts[0]
	a.Policies[0].Versions[0].Document = readPair
	second := a.Roles[0]
	second.Name, second.ID = "srr-two", "300000000000000043"
	second.Attached = slices.Clone(second.Attached)
	a.Roles = append(a.Roles, second)
}

const bothBuckets = "  source_buckets = [\"orders\", \"invoices\"]\n"

// others demands that the second role goes on with its policy as it was.
func (c testCloud) othersKeep(document string) {
	c.t.Helper()
	a := c.World().Accounts[0]
	i := slices.IndexFunc(a.Policies, func(p identity.Policy) bool { return p.Name == "Hand-Made" })
	if i < 0 || !sameJSON(defaultDocument(a.Policies[i]), document) || len(a.Policies[i].Versions) != 1 {
		c.t.Fatalf("the policies are %+v", a.Policies)
	}
	if got := a.Roles[len(a.Roles)-1]; got.Name != "srr-two" || len(got.Attached) != 1 || got.Attached[0].Policy != "Hand-Made" {
		c.t.Fatalf("the other role is %+v", got)
	}
}

// sharingRole is a directory whose state has the role of a shared policy, taken
// over in each way. told are the words of the plan that took it.
func sharingRole(t *testing.T, how string) (d terraformDir, told outcome) {
	t.Helper()
	ours := roleConfig("  policy_name = \"Hand-Made\"\n" + bothBuckets)
	if how == "moved" {
		d, _ = besideAlicloud(t, sharedByTwo)
		old, _, _ := strings.Cut(alicloudRoleBlocks(""), "resource \"alicloud_ram_policy\"")
		d.writeBoth(old).apply().ok()
		d.cloud.ClearRequests()
		told = d.writeBoth(ours + moveRole).plan()
	} else {
		d = newCloud(t, sharedByTwo).terraform()
		told = d.write(ours + importingRole("this", "srr-orders")).plan()
	}
	if got := d.apply(); got.exit != 0 {
		t.Fatal(got.said())
	}
	d.write(ours).plan().empty()
	return d, told
}

func importingRole(name, id string) string {
	return "import {\n  to = srr_replication_role." + name + "\n  id = \"" + id + "\"\n}\n"
}

func TestRole_sharedPolicyIsNeverChangedUnderTheOthers(t *testing.T) {
	for _, how := range []string{"imported", "moved"} {
		t.Run(how, func(t *testing.T) {
			d, told := sharingRole(t, how)
			told.warns("Policy of the role is shared", "Policy Hand-Made of role SRR-Orders is also attached to role srr-two.", `policy_name = "SRR-Orders"`)
			d.cloud.ClearRequests()
			fewer := roleConfig("  policy_name = \"Hand-Made\"\n")
			d.write(fewer)
			for _, flags := range [][]string{nil, {"-refresh=false"}, {"-out=saved"}} {
				d.plan(flags...).fails("Policy is used by others", "is also attached to role srr-two, and would allow them something else", `policy_name = "SRR-Orders"`)
			}
			d.apply().fails("Policy is used by others")
			late := strings.Replace(fewer, `["orders"]`, "[terraform_data.later.output]", 1)
			d.write(unknownUntilApply("orders")+late).apply().fails("Policy is used by others", "role srr-two", "Nothing was changed.")
			d.cloud.onlyReads()
			d.cloud.othersKeep(readPair)
		})
	}
}

func TestRole_sharedPolicyIsLeftToTheOthers(t *testing.T) {
	for _, how := range []string{"imported", "moved"} {
		t.Run(how, func(t *testing.T) {
			d, _ := sharingRole(t, how)
			own := roleConfig("  policy_name = \"own\"\n")
			d.write(own).plan().ok().plans(roleAddress + " update")
			d.apply().warns("Policy was left in place", "Policy Hand-Made is also attached to role srr-two")
			d.plan().empty()
			d.cloud.othersKeep(readPair)
			role := d.cloud.World().Accounts[0].Roles[0]
			if len(role.Attached) != 1 || role.Attached[0].Policy != "own" {
				t.Errorf("the role has %v", role.Attached)
			}
			d.destroy().ok()
			d.cloud.othersKeep(readPair)
		})
	}
}

// What a policy says in other words is not said anew, and what concerns the role
// alone is nobody else's.
func TestRole_sharedPolicyAllowsChangesOfTheRoleItself(t *testing.T) {
	d, _ := sharingRole(t, "imported")
	owner := strings.ReplaceAll(readPair, "acs:oss:*:*:", "acs:oss:*:"+emulator.SourceAccount+":")
	d.cloud.change(func(w *emulator.World) { w.Accounts[0].Policies[0].Versions[0].Document = owner })
	d.write(roleConfig("  policy_name = \"Hand-Made\"\n  max_session_duration = 7200\n" + bothBuckets)).apply().ok()
	d.plan().empty()
	d.cloud.othersKeep(owner)
}

// Others may come between the plan and the apply, also to a policy of our own.
func TestRole_policyThatOthersGotMeanwhileIsNotChanged(t *testing.T) {
	t.Parallel()
	d := newCloud(t).terraform()
	d.write(roleConfig("")).apply().ok()
	d.write(roleConfig("  source_buckets = [\"payroll\"]\n")).plan("-out=saved").ok()
	d.cloud.change(func(w *emulator.World) {
		roleWith("visitor", trustOfOSS, identity.Attachment{Type: "Custom", Policy: "srr-orders"})(w)
	})
	d.cloud.ClearRequests()
	d.run("apply", "-json", "saved").fails("Policy is used by others", "role visitor", `policy_name = "srr-orders-own"`)
	d.cloud.onlyReads()
}

// Whoever may not see the others is told how many there are.
func TestRole_usersOfAPolicyThatAreHiddenAreCounted(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, sharedByTwo)
	d := cloud.terraform()
	d.inject(emulator.Fault{Kind: emulator.FaultError, Operation: "ListEntitiesForPolicy", Status: 403, Code: "NoPermission", Count: 9})
	d.write(roleConfig("  policy_name = \"Hand-Made\"\n") + importingRole("this", "srr-orders"))
	d.plan().says("error", "Policy is used by others", "attached to 1 more (their names cannot be read: RAM ListEntitiesForPolicy of policy Hand-Made failed")
}

// One policy can serve every role of an account; a message names a few.
func TestRole_usersOfAPolicyAreNamedAsFarAsAMessageGoes(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, handMade, func(w *emulator.World) {
		for _, name := range strings.Fields("a b c d e f g") {
			roleWith(name, trustOfOSS, identity.Attachment{Type: "Custom", Policy: "Hand-Made"})(w)
		}
	})
	found := cloud.speakForSource().importByID("srr_replication_role", "srr-orders")
	if got := said(found); !strings.Contains(got, "attached to role a, role b, role c, role d, role e, 2 more. Nothing") {
		t.Error(got)
	}
}

// A normal refresh asks nothing more for it.
func TestRole_refreshDoesNotAskForTheUsersOfAPolicy(t *testing.T) {
	d, _ := sharingRole(t, "imported")
	d.cloud.ClearRequests()
	d.plan().empty()
	for _, r := range d.cloud.Requests(0) {
		if !slices.Contains([]string{"GetCallerIdentity", "GetRole", "ListPoliciesForRole", "GetPolicy"}, r.Operation) {
			t.Errorf("%s was called", r.Operation)
		}
	}
}
