package provider_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

// handMade is a role as the steps of the OSS page leave it in the console, with
// the spelling of an account that mixes upper and lower case.
func handMade(w *emulator.World) {
	a := &w.Accounts[0]
	document := strings.ReplaceAll(readOrders, `"Action":["oss:ReplicateList","oss:ReplicateGet"]`, `"Action": [ "oss:ReplicateGet", "oss:ReplicateList" ]`)
	a.Policies = []identity.Policy{{Name: "Hand-Made", Versions: []identity.Version{{Number: 1, Document: document}}}}
	a.Roles = []identity.Role{{
		ID: "300000000000000042", Name: "SRR-Orders", TrustPolicy: trustOfOSS,
		Attached: []identity.Attachment{{Type: "Custom", Policy: "Hand-Made"}},
	}}
}

// Each form of id imports a role that somebody made by hand; afterwards there is
// nothing to change, and a destroy removes it with its policy.
func TestRole_everyFormOfImportEndsWithAnEmptyPlan(t *testing.T) {
	t.Parallel()
	for _, given := range []string{
		`id = "srr-orders"`,
		`id = "SRR-Orders,hand-made"`,
		`id = "acs:ram::` + emulator.SourceAccount + `:role/srr-orders"`,
	} {
		t.Run(given, func(t *testing.T) {
			t.Parallel()
			cloud := newRoleCloud(t, handMade)
			body := roleConfig(`policy_name = "HAND-made"`)
			cloud.ClearRequests()
			cloud.run(
				resource.TestStep{
					Config: "import {\n  to = srr_replication_role.this\n  " + given + "\n}\n" + body,
					ConfigPlanChecks: rolePlan(plancheck.ResourceActionNoop,
						plancheck.ExpectKnownValue(roleAddress, tfjsonpath.New("role_id"), knownvalue.StringExact("300000000000000042"))),
					Check: func(*terraform.State) error {
						if writes := cloud.writes(); len(writes) > 0 {
							return fmt.Errorf("import wrote: %v", writes)
						}
						return nil
					},
				},
				resource.TestStep{Config: body, ConfigPlanChecks: roleUnchanged()},
			)
			if err := cloud.holds(nil, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// An imported role goes on with its description. One that had none gets the
// usual text once somebody gives it another, because RAM cannot remove any.
func TestRole_importedDescriptionIsKeptAndHealed(t *testing.T) {
	t.Parallel()
	for before, healed := range map[string]string{
		"of the console": "of the console",
		"":               "Lets OSS read source buckets for replication. Managed by Terraform (srr).",
	} {
		t.Run(before, func(t *testing.T) {
			t.Parallel()
			cloud := newRoleCloud(t, handMade, func(w *emulator.World) { w.Accounts[0].Roles[0].Description = before })
			body := roleConfig(`policy_name = "HAND-made"`)
			cloud.run(
				resource.TestStep{
					Config:           "import {\n  to = srr_replication_role.this\n  id = \"srr-orders\"\n}\n" + body,
					ConfigPlanChecks: rolePlan(plancheck.ResourceActionNoop),
				},
				resource.TestStep{
					PreConfig:        func() { cloud.edit(func(a *identity.Account) { a.Roles[0].Description = "by hand" }) },
					Config:           body,
					ConfigPlanChecks: rolePlan(plancheck.ResourceActionUpdate, priorValue{"description", knownvalue.StringExact("by hand")}),
					Check: func(*terraform.State) error {
						if got := cloud.account().Roles[0].Description; got != healed {
							return fmt.Errorf("the description is %q, want %q", got, healed)
						}
						return nil
					},
				},
				resource.TestStep{Config: body, ConfigPlanChecks: roleUnchanged()},
			)
		})
	}
}

func TestRole_importOfWhatIsNotThereOrNotMeantIsRefused(t *testing.T) {
	t.Parallel()
	cloud := newRoleCloud(t, handMade, func(w *emulator.World) {
		a := &w.Accounts[0]
		a.Policies = append(a.Policies, identity.Policy{Name: "Other", Versions: []identity.Version{{Number: 1, Document: foreignDocument}}})
	})
	var steps []resource.TestStep
	for _, row := range []struct{ given, message string }{
		{`id = "absent"`, `no\s+role\s+absent`},
		{`id = "under_score"`, `Invalid import id`},
		{`id = "srr-orders,other"`, `not that of a replication role`},
		{`id = "acs:ram::` + emulator.DestinationAccount + `:role/srr-orders"`, `Import from another account`},
	} {
		steps = append(steps, resource.TestStep{
			Config:   "import {\n  to = srr_replication_role.this\n  " + row.given + "\n}\n" + roleConfig(""),
			PlanOnly: true, ExpectError: regexp.MustCompile(row.message),
		})
	}
	cloud.run(steps...)
}

// unknownUntilApply is a value that Terraform knows only during apply.
func unknownUntilApply(value string) string {
	return fmt.Sprintf("resource \"terraform_data\" \"later\" {\n  input = %q\n}\n", value)
}

func TestRole_unknownNameAndBucketsNeitherFailNorReplace(t *testing.T) {
	t.Parallel()
	cloud := newRoleCloud(t)
	body := func(name, bucket string) string {
		return fmt.Sprintf("resource \"srr_replication_role\" \"this\" {\n  name = %s\n  source_buckets = [\"orders\", %s]\n}\n", name, bucket)
	}
	const later, upper = "terraform_data.later.output", "upper(terraform_data.later.output)"
	pair := strings.Replace(readOrders, `["acs:oss`, `["acs:oss:*:*:first","acs:oss:*:*:first/*","acs:oss`, 1)
	cloud.run(
		resource.TestStep{
			Config: unknownUntilApply("first") + body(later, later),
			ConfigPlanChecks: rolePlan(plancheck.ResourceActionCreate,
				plancheck.ExpectUnknownValue(roleAddress, tfjsonpath.New("arn")),
				plancheck.ExpectUnknownValue(roleAddress, tfjsonpath.New("policy_name")),
				plancheck.ExpectUnknownValue(roleAddress, tfjsonpath.New("policy_document")),
				plancheck.ExpectKnownValue(roleAddress, tfjsonpath.New("account_id"), knownvalue.StringExact(emulator.SourceAccount))),
			Check: func(*terraform.State) error { return cloud.holds([]string{"first"}, []string{"first"}) },
		},
		resource.TestStep{
			Config:           strings.Replace(unknownUntilApply("first"), "input", "triggers_replace = 1\n  input", 1) + body(upper, later),
			ConfigPlanChecks: rolePlan(plancheck.ResourceActionUpdate),
			Check: func(*terraform.State) error {
				if got := defaultDocument(cloud.account().Policies[0]); !sameJSON(got, pair) {
					return fmt.Errorf("policy is %s", got)
				}
				return cloud.holds([]string{"first"}, []string{"first"})
			},
		},
		resource.TestStep{
			PreConfig:   cloud.ClearRequests,
			Config:      strings.Replace(unknownUntilApply("second"), "input", "triggers_replace = 2\n  input", 1) + body(later, `"orders"`),
			ExpectError: regexp.MustCompile(`(?s)inconsistent\s+final\s+plan|became known only now`),
		},
	)
	for _, write := range cloud.writes() {
		if write == "CreateRole" {
			t.Error("a name that became known only at apply made another role")
		}
	}
}

func TestRole_swappedAccountIsAnErrorBeforeAnyWrite(t *testing.T) {
	t.Parallel()
	cloud := newRoleCloud(t)
	swapped := providerBlock("srr", emulator.DestinationKeyPair()) + roleConfig(`description = "new"`)
	both := regexp.MustCompile(`(?s)belongs\s+to\s+account\s+` + emulator.SourceAccount + `.*belong\s+to\s+account\s+` + emulator.DestinationAccount)
	cloud.run(
		resource.TestStep{Config: roleConfig("")},
		resource.TestStep{PreConfig: cloud.ClearRequests, Config: swapped, PlanOnly: true, ExpectError: both},
		resource.TestStep{Config: swapped, Destroy: true, ExpectError: both},
		resource.TestStep{
			Config: roleConfig(""), ConfigPlanChecks: roleUnchanged(),
			Check: func(*terraform.State) error {
				if writes := cloud.writes(); len(writes) > 0 {
					return fmt.Errorf("written: %v", writes)
				}
				return nil
			},
		},
	)
}
