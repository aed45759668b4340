package provider_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

const anybodyTrusted = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"RAM":["acs:ram::3000000000000003:root"]}}]}`

// attachPolicy attaches a policy to the only role, and makes a custom one.
func attachPolicy(policyType, name, document string) func(*identity.Account) {
	return func(a *identity.Account) {
		if document != "" {
			a.Policies = append(a.Policies, identity.Policy{Name: name, Versions: []identity.Version{{Number: 1, Document: document}}})
		}
		a.Roles[0].Attached = append(a.Roles[0].Attached, identity.Attachment{Type: policyType, Policy: name})
	}
}

func detachPolicy(name string) func(*identity.Account) {
	return func(a *identity.Account) {
		a.Roles[0].Attached = slices.DeleteFunc(a.Roles[0].Attached, func(at identity.Attachment) bool { return at.Policy == name })
	}
}

func deletePolicies(a *identity.Account) { detachPolicy("srr-orders")(a); a.Policies = nil }

// Every row breaks one thing by hand. The plan names the attribute that differs,
// and the apply repairs it in place.
func TestRole_driftIsShownAsWhatItIsAndHealed(t *testing.T) {
	t.Parallel()
	cloud := newRoleCloud(t)
	other := strings.ReplaceAll(readOrders, "orders", "payroll")
	rows := []struct {
		name, attribute string
		before          knownvalue.Check
		said            string
		breakIt         func(*identity.Account)
	}{
		{"trust", "trust_policy", knownvalue.StringRegexp(regexp.MustCompile("3000000000000003")), "", func(a *identity.Account) { a.Roles[0].TrustPolicy = anybodyTrusted }},
		{"description", "description", knownvalue.StringExact("changed by hand"), "", func(a *identity.Account) { a.Roles[0].Description = "changed by hand" }},
		{"session duration", "max_session_duration", knownvalue.Int64Exact(43200), "", func(a *identity.Account) { a.Roles[0].MaxSessionDuration = 43200 }},
		{"document", "policy_document", knownvalue.StringRegexp(regexp.MustCompile("payroll")), "", func(a *identity.Account) {
			p := &a.Policies[0]
			p.Versions[len(p.Versions)-1].Document = other
		}},
		{"default version", "policy_document", knownvalue.StringRegexp(regexp.MustCompile("payroll")), "", func(a *identity.Account) {
			a.Policies[0].DefaultVersion = fmt.Sprintf("v%d", a.Policies[0].Versions[0].Number)
		}},
		{"detached", "policy_document", knownvalue.StringExact(""), "Policy of the role is detached", detachPolicy("srr-orders")},
		{"policy deleted", "policy_document", knownvalue.StringExact(""), "Policy of the role is gone", deletePolicies},
		{"KMS detached", "kms_crypto_user_access", knownvalue.Bool(false), "", detachPolicy("AliyunKMSCryptoUserAccess")},
	}
	arguments := roleConfig("description = \"as configured\"\n kms_crypto_user_access = true")
	healthy := healthyAfter(cloud, readOrders, "AliyunKMSCryptoUserAccess", "srr-orders")
	steps := []resource.TestStep{{Config: arguments, Check: healthy}}
	for _, row := range rows {
		steps = append(steps, resource.TestStep{
			PreConfig:        func() { cloud.edit(row.breakIt); cloud.said.take() },
			Config:           arguments,
			ConfigPlanChecks: rolePlan(plancheck.ResourceActionUpdate, priorValue{row.attribute, row.before}),
			Check: func(s *terraform.State) error {
				if said := cloud.said.take(); !strings.Contains(said, row.said) || row.said == "" && said != "" {
					return fmt.Errorf("%s: the provider said %q", row.name, said)
				}
				if a := cloud.account().Roles[0]; a.Description != "as configured" || a.MaxSessionDuration != 3600 {
					return fmt.Errorf("%s: role is %+v", row.name, a)
				}
				return healthy(s)
			},
		})
	}
	cloud.run(steps...)
}

// Without the argument a role has a description of the provider's. Whoever
// changes it by hand finds it in the plan, and back again.
func TestRole_descriptionWithoutTheArgumentIsHealed(t *testing.T) {
	t.Parallel()
	const usual = "Lets OSS read source buckets for replication. Managed by Terraform (srr)."
	cloud := newRoleCloud(t)
	described := func(want string) func(*terraform.State) error {
		return func(*terraform.State) error {
			if got := cloud.account().Roles[0].Description; got != want {
				return fmt.Errorf("the description is %q, want %q", got, want)
			}
			return nil
		}
	}
	cloud.run(
		resource.TestStep{
			Config:           roleConfig(""),
			ConfigPlanChecks: rolePlan(plancheck.ResourceActionCreate, plancheck.ExpectKnownValue(roleAddress, tfjsonpath.New("description"), knownvalue.StringExact(usual))),
			Check:            described(usual),
		},
		resource.TestStep{
			PreConfig:        func() { cloud.edit(func(a *identity.Account) { a.Roles[0].Description = "by hand" }) },
			Config:           roleConfig(""),
			ConfigPlanChecks: rolePlan(plancheck.ResourceActionUpdate, priorValue{"description", knownvalue.StringExact("by hand")}),
			Check:            described(usual),
		},
		resource.TestStep{Config: roleConfig("description = \"mine\""), Check: described("mine")},
		resource.TestStep{Config: roleConfig(""), ConfigPlanChecks: rolePlan(plancheck.ResourceActionUpdate), Check: described(usual)},
	)
}

// Without the argument a policy that somebody attaches shows as KMS drift too.
func TestRole_systemPolicyAttachedByHandIsKMSDrift(t *testing.T) {
	t.Parallel()
	cloud := newRoleCloud(t)
	cloud.run(
		resource.TestStep{Config: roleConfig("")},
		resource.TestStep{
			PreConfig:        func() { cloud.edit(attachPolicy("System", "AliyunKMSCryptoUserAccess", "")) },
			Config:           roleConfig(""),
			ConfigPlanChecks: rolePlan(plancheck.ResourceActionUpdate, priorValue{"kms_crypto_user_access", knownvalue.Bool(true)}),
			Check:            healthyAfter(cloud, readOrders, "srr-orders"),
		},
	)
}

func TestRole_anotherRoleOfTheNameIsNoticedAndLeftAlone(t *testing.T) {
	t.Parallel()
	cloud := newRoleCloud(t)
	replaced := func(a *identity.Account) {
		a.Roles = []identity.Role{{ID: "399999999999999999", Name: "srr-orders", TrustPolicy: anybodyTrusted}}
	}
	cloud.run(
		resource.TestStep{Config: roleConfig("")},
		resource.TestStep{
			PreConfig:   func() { cloud.edit(replaced); cloud.ClearRequests() },
			Config:      roleConfig(""),
			ExpectError: regexp.MustCompile(`(?s)Role exists already.*id\s+399999999999999999.*terraform import <address>\s+srr-orders`),
		},
	)
	if said := cloud.said.take(); !strings.Contains(said, "Role was replaced outside Terraform") {
		t.Errorf("the provider said %q", said)
	}
	if writes := cloud.writes(); len(writes) > 0 {
		t.Errorf("written: %v", writes)
	}
	if got := cloud.account().Roles[0].TrustPolicy; got != anybodyTrusted {
		t.Errorf("the other role was changed: %s", got)
	}
}

func TestRole_roleDeletedByHandComesBackWithItsOldPolicy(t *testing.T) {
	t.Parallel()
	cloud := newRoleCloud(t)
	cloud.run(
		resource.TestStep{Config: roleConfig("")},
		resource.TestStep{
			PreConfig:        func() { cloud.edit(func(a *identity.Account) { a.Roles = nil }) },
			Config:           roleConfig(""),
			ConfigPlanChecks: rolePlan(plancheck.ResourceActionCreate),
			Check: resource.ComposeTestCheckFunc(healthyAfter(cloud, readOrders, "srr-orders"), func(*terraform.State) error {
				return cloud.holds([]string{"srr-orders"}, []string{"srr-orders"})
			}),
		},
	)
	if said := cloud.said.take(); !strings.Contains(said, "Its policy srr-orders is still there") {
		t.Errorf("the provider said %q", said)
	}
}

func TestRole_policiesOfOthersAreReportedLeftAloneAndGuardDestroy(t *testing.T) {
	t.Parallel()
	cloud := newRoleCloud(t)
	allow := func(actions string) string {
		return `{"Version":"1","Statement":[{"Effect":"Allow","Action":` + actions + `,"Resource":"*"}]}`
	}
	attached := []string{"AliyunOSSFullAccess", "AliyunOSSReadOnlyAccess", "everything", "srr-orders", "writer"}
	cloud.run(
		resource.TestStep{Config: roleConfig("")},
		resource.TestStep{
			PreConfig: func() {
				cloud.edit(attachPolicy("System", "AliyunOSSFullAccess", ""))
				cloud.edit(attachPolicy("System", "AliyunOSSReadOnlyAccess", ""))
				cloud.edit(attachPolicy("Custom", "everything", allow(`"*"`)))
				cloud.edit(attachPolicy("Custom", "writer", allow(`["oss:GetObject","oss:PutObject"]`)))
			},
			Config:           roleConfig(""),
			ConfigPlanChecks: roleUnchanged(),
			Check: func(*terraform.State) error {
				said := cloud.said.take()
				for _, want := range []string{
					"System policy AliyunOSSFullAccess, which somebody attached to role srr-orders, allows oss:*.",
					"Custom policy everything, which somebody attached to role srr-orders, allows *.",
					"Custom policy writer, which somebody attached to role srr-orders, allows oss:PutObject.",
				} {
					if !strings.Contains(said, want) {
						return fmt.Errorf("not said: %s\n%s", want, said)
					}
				}
				if strings.Contains(said, "ReadOnly") {
					return errors.New("reading is reported as widening")
				}
				return nil
			},
		},
		resource.TestStep{
			Config: roleConfig(""), Destroy: true,
			ExpectError: regexp.MustCompile(`(?s)custom policy\s+everything.*force_detach_policies\s+=\s+true`),
		},
		resource.TestStep{
			PreConfig: func() {
				if err := cloud.healthy(readOrders, attached...); err != nil {
					t.Errorf("a refused destroy changed something: %v", err)
				}
			},
			Config: roleConfig("force_detach_policies = true"),
			Check:  healthyAfter(cloud, readOrders, attached...),
		},
	)
	if err := cloud.holds(nil, []string{"everything", "writer"}); err != nil {
		t.Errorf("after destroy: %v", err)
	}
}

// priorValue checks what the plan shows as the value before the change.
type priorValue struct {
	attribute string
	want      knownvalue.Check
}

// CheckPlan implements plancheck.PlanCheck.
func (p priorValue) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		if change.Address != roleAddress {
			continue
		}
		got, err := tfjsonpath.Traverse(change.Change.Before, tfjsonpath.New(p.attribute))
		if err == nil {
			err = p.want.CheckValue(got)
		}
		if err != nil {
			resp.Error = fmt.Errorf("before the change, %s: %w", p.attribute, err)
		}
		return
	}
	resp.Error = errors.New("the plan does not mention the role")
}
