package provider_test

import (
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

// alicloudRoleBlocks are the three resources that one replication role takes
// with alicloud.
func alicloudRoleBlocks(more string) string {
	if !strings.Contains(more, "document") {
		more += "  assume_role_policy_document = <<-EOT\n    " + trustOfOSS + "\n  EOT\n"
	}
	return `
resource "alicloud_ram_role" "a" {
  role_name = "SRR-Orders"
` + more + `}

resource "alicloud_ram_policy" "a" {
  policy_name = "Hand-Made"
}

resource "alicloud_ram_role_policy_attachment" "a" {
  policy_name = "Hand-Made"
  policy_type = "Custom"
  role_name   = alicloud_ram_role.a.role_name
}
`
}

const (
	moveRole    = "moved {\n  from = alicloud_ram_role.a\n  to   = srr_replication_role.this\n}\n"
	forgetRoles = `
removed {
  from = alicloud_ram_policy.a
  lifecycle {
    destroy = false
  }
}

removed {
  from = alicloud_ram_role_policy_attachment.a
  lifecycle {
    destroy = false
  }
}
`
)

func TestRole_moveFromAlicloudEndsWithAnEmptyPlan(t *testing.T) {
	for name, c := range map[string]struct {
		block, ours string
		world       func(*identity.Account)
		warning     string
	}{
		"plain":              {"", "", nil, ""},
		"name in lower case": {"", "", nil, ""},
		"older names of the arguments": {
			"  name = \"SRR-Orders\"\n  document = jsonencode(" + strings.NewReplacer(`":`, `" = `).Replace(trustOfOSS) + ")\n  version = \"1\"\n", "", nil, "",
		},
		"every argument": {
			"  description = \"Copies orders\"\n  max_session_duration = 7200\n  force = true\n",
			"  description = \"Copies orders\"\n  max_session_duration = 7200\n  force_detach_policies = true\n",
			func(a *identity.Account) {
				a.Roles[0].Description, a.Roles[0].MaxSessionDuration = "Copies orders", 7200
			}, "",
		},
		"tags": {"  tags = { team = \"data\" }\n", "", nil, "Tags of the role are no longer managed"},
		"several custom policies": {"", "", func(a *identity.Account) {
			a.Policies = append(a.Policies, identity.Policy{Name: "Logs", Versions: []identity.Version{{Number: 1, Document: listsLogs}}})
			a.Roles[0].Attached = append([]identity.Attachment{{Type: "Custom", Policy: "Logs"}}, a.Roles[0].Attached...)
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d, stub := besideAlicloud(t, handMade, func(w *emulator.World) {
				if c.world != nil {
					c.world(&w.Accounts[0])
				}
			})
			body := strings.Replace(alicloudRoleBlocks(c.block), "  role_name = \"SRR-Orders\"\n  name", "  name", 1)
			if name == "name in lower case" {
				body = strings.Replace(body, `"SRR-Orders"`, `"srr-orders"`, 1)
			}
			d.writeBoth(body).apply().ok()
			d.cloud.ClearRequests()
			ours := roleConfig("  policy_name = \"Hand-Made\"\n" + c.ours)
			plan := d.writeBoth(ours + moveRole + forgetRoles).plan()
			if !strings.Contains(plan.said(), c.warning) {
				t.Errorf("the plan does not say %q", c.warning)
			}
			for _, p := range plan.problems {
				forgets := strings.HasSuffix(p.Summary, "no longer be managed by Terraform") || p.Summary == "Resource will be removed from the state"
				if p.Summary != c.warning && !forgets {
					t.Errorf("the plan says %s: %s", p.Summary, p.Detail)
				}
			}
			want := []string{"alicloud_ram_policy.a remove", "alicloud_ram_role_policy_attachment.a remove", roleAddress + " move"}
			plan.plans(want...)
			if got := d.apply(); got.exit != 0 {
				t.Fatal(got.said())
			}
			d.writeBoth(ours).plan().empty()
			stub.spared()
			if got := d.state("srr_replication_role", "this"); got["role_id"] != "300000000000000042" || got["account_id"] != emulator.SourceAccount {
				t.Errorf("the state is %v", got)
			}
		})
	}
}

// listsLogs names no bucket of a replication.
const listsLogs = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"log:Get*","Resource":"*"}]}`

// What the role's policy grants beyond what replication takes is shown in the
// plan, and goes.
func TestRole_moveShowsWhatWillChange(t *testing.T) {
	d, stub := besideAlicloud(t, handMade, func(w *emulator.World) {
		v := &w.Accounts[0].Policies[0].Versions[0]
		v.Document = strings.Replace(v.Document, `"oss:ReplicateGet"`, `"oss:GetObject", "oss:ReplicateGet"`, 1)
	})
	d.writeBoth(alicloudRoleBlocks("")).apply().ok()
	d.cloud.ClearRequests()
	body := roleConfig("  policy_name = \"Hand-Made\"\n") + moveRole + forgetRoles
	d.writeBoth(body).plan().plans("alicloud_ram_policy.a remove", "alicloud_ram_role_policy_attachment.a remove", roleAddress+" update")
	stub.spared()
	if got := d.apply(); got.exit != 0 {
		t.Fatal(got.said())
	}
	d.plan().empty()
	if err := (roleCloud{d.cloud, nil}).holds([]string{"SRR-Orders"}, []string{"Hand-Made"}); err != nil {
		t.Error(err)
	}
}

func TestRole_moveShowsForceThatTheConfigurationDoesNotRepeat(t *testing.T) {
	d, stub := besideAlicloud(t, handMade)
	d.writeBoth(alicloudRoleBlocks("  force = true\n")).apply().ok()
	d.cloud.ClearRequests()
	d.writeBoth(roleConfig("  policy_name = \"Hand-Made\"\n")+moveRole+forgetRoles).plan().
		plans("alicloud_ram_policy.a remove", "alicloud_ram_role_policy_attachment.a remove", roleAddress+" update")
	stub.spared()
}

// A policy for everything, as the documentation of alicloud_oss_bucket_replication
// has it (2026-08), is nobody's guess: the role gets one of its own, and the wide
// one goes when the old resources are destroyed.
func TestRole_moveFromAPolicyForEverything(t *testing.T) {
	d, stub := besideAlicloud(t, handMade, func(w *emulator.World) {
		w.Accounts[0].Policies[0].Versions[0].Document = `{"Version":"1","Statement":[{"Action":["*"],"Effect":"Allow","Resource":["*"]}]}`
	})
	d.writeBoth(alicloudRoleBlocks("")).apply().ok()
	d.cloud.ClearRequests()
	_, policies, _ := strings.Cut(strings.ReplaceAll(alicloudRoleBlocks(""), "alicloud_ram_role.a.role_name", roleAddress+".name"), "resource \"alicloud_ram_policy\"")
	policies = "resource \"alicloud_ram_policy\"" + policies
	d.writeBoth(roleConfig("")+moveRole+policies).plan().plans(roleAddress+" update").warns("Role may do more than replicate", "Hand-Made")
	stub.spared()
	if got := d.apply(); got.exit != 0 {
		t.Fatal(got.said())
	}
	d.plan().warns("Role may do more than replicate")
	if err := (roleCloud{d.cloud, nil}).holds([]string{"SRR-Orders"}, []string{"Hand-Made", "SRR-Orders"}); err != nil {
		t.Error(err)
	}
	d.writeBoth(roleConfig("")).plan().plans("alicloud_ram_policy.a delete", "alicloud_ram_role_policy_attachment.a delete")
}

func TestRole_moveRefusesWhatItCannotExpress(t *testing.T) {
	const others = `{"Version":"1","Statement":[{"Effect":"Allow","Action":["sts:AssumeRole"],"Principal":{"Service":["oss.aliyuncs.com","ecs.aliyuncs.com"]}}]}`
	conditional := strings.Replace(trustOfOSS, `"Effect"`, `"Condition":{"StringEquals":{"acs:SourceVpc":"vpc-1"}},"Effect"`, 1)
	for name, c := range map[string]struct {
		block, from string
		want        []string
	}{
		"trust for others":     {"  assume_role_policy_document = <<-EOT\n    " + others + "\n  EOT\n", "alicloud_ram_role", []string{"The trust policy of role SRR-Orders", "would take that away"}},
		"trust with condition": {"  document = <<-EOT\n    " + conditional + "\n  EOT\n", "alicloud_ram_role", []string{"The trust policy of role SRR-Orders"}},
		"no ARN":               {"  arn = \"\"\n", "alicloud_ram_role", []string{"has no usable ARN or name"}},
		"policy":               {"", "alicloud_ram_policy", []string{"The policy is a part of srr_replication_role", "destroy = false"}},
		"two ways to KMS":      {"", "alicloud_ram_role", []string{"may use the KMS keys that its policy names, and every key", "Detach AliyunKMSCryptoUserAccess"}},
		"attachment":           {"", "alicloud_ram_role_policy_attachment", []string{"The policy is a part of srr_replication_role"}},
	} {
		t.Run(name, func(t *testing.T) {
			worlds := []func(*emulator.World){handMade}
			if name == "two ways to KMS" {
				worlds = append(worlds, usesEveryKey)
			}
			d, stub := besideAlicloud(t, worlds...)
			d.writeBoth(alicloudRoleBlocks(c.block)).apply().ok()
			d.cloud.ClearRequests()
			d.writeBoth(roleConfig("  policy_name = \"Hand-Made\"\n") + strings.Replace(moveRole, "alicloud_ram_role", c.from, 1)).
				plan().fails(append(c.want, "Role cannot be moved")...)
			stub.spared()
		})
	}
}

// Two roles of one name are told apart by their ids, also across a move.
func TestRole_moveOfARoleThatWasReplacedOrIsGone(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*identity.Account)
		want string
	}{
		"replaced": {func(a *identity.Account) { a.Roles[0].ID = "300000000000000043" }, "has the id 300000000000000043"},
		"gone":     {func(a *identity.Account) { a.Roles, a.Policies = nil, nil }, "was deleted outside Terraform"},
	} {
		t.Run(name, func(t *testing.T) {
			d, _ := besideAlicloud(t, handMade)
			body, _, _ := strings.Cut(alicloudRoleBlocks(""), "resource \"alicloud_ram_policy\"")
			d.writeBoth(body).apply().ok()
			d.cloud.change(func(w *emulator.World) { c.edit(&w.Accounts[0]) })
			d.writeBoth(roleConfig("") + moveRole).plan().plans(roleAddress + " create").warns(c.want)
		})
	}
}

func TestRole_moveWithTheCredentialsOfTheOtherAccount(t *testing.T) {
	d, stub := besideAlicloud(t, handMade)
	d.writeBoth(alicloudRoleBlocks("")).apply().ok()
	d.cloud.ClearRequests()
	d.writeBoth(roleConfig("  provider = srralt\n")+moveRole+forgetRoles).plan().fails("Credentials of another account", emulator.SourceAccount)
	stub.spared()
}
