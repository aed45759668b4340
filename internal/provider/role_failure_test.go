package provider_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

// onlyOurs checks that there is one role with one policy, or nothing more.
func onlyOurs(c roleCloud, document string, attached ...string) func(*terraform.State) error {
	return resource.ComposeTestCheckFunc(healthyAfter(c, document, attached...), func(*terraform.State) error {
		return c.holds([]string{"srr-orders"}, []string{"srr-orders"})
	})
}

const bothKMS = "kms_crypto_user_access = true"

func TestRole_lostAnswersOfEveryCallChangeNothing(t *testing.T) {
	t.Parallel()
	cloud := newRoleCloud(t)
	lose := func(operations ...string) func() {
		return func() { cloud.fail(emulator.FaultLostResponse, operations...) }
	}
	cloud.run(
		resource.TestStep{
			PreConfig: lose("CreateRole", "CreatePolicy", "AttachPolicyToRole", "AttachPolicyToRole"),
			Config:    roleConfig(bothKMS),
			Check:     onlyOurs(cloud, readOrders, "AliyunKMSCryptoUserAccess", "srr-orders"),
		},
		resource.TestStep{
			PreConfig: lose("UpdateRole", "CreatePolicyVersion", "DetachPolicyFromRole"),
			Config:    roleConfig("max_session_duration = 7200\n source_buckets = [\"payroll\"]"),
			Check:     onlyOurs(cloud, strings.ReplaceAll(readOrders, "orders", "payroll"), "srr-orders"),
		},
		resource.TestStep{
			PreConfig: lose("CreatePolicy", "AttachPolicyToRole", "DetachPolicyFromRole", "DeletePolicyVersion", "DeletePolicy"),
			Config:    roleConfig("policy_name = \"Swapped\""),
			Check: func(*terraform.State) error {
				lose("DetachPolicyFromRole", "DeletePolicy", "DeleteRole")()
				return cloud.holds([]string{"srr-orders"}, []string{"Swapped"})
			},
		},
	)
	if left := cloud.Faults(); len(left) > 0 {
		t.Errorf("these answers were not lost: %v", left)
	}
	if err := cloud.holds(nil, nil); err != nil {
		t.Error(err)
	}
}

// impatient is a configuration whose provider tries every call only once, so
// that a lost answer or a refusal interrupts it.
func impatient(body string) string {
	return strings.Replace(config(body), "provider \"srr\" {", "provider \"srr\" {\n  max_retries = 0", 1)
}

// Every row interrupts the creation at one call, by a refusal or by losing the
// answer of a client that does not try again. What was made is taken back, and
// the next apply starts anew.
func TestRole_interruptedCreationIsTakenBack(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, operation string
		kind            emulator.FaultKind
		fails           bool
	}{
		{"role, answer lost", "CreateRole", emulator.FaultLostResponse, false},
		{"role without policy", "CreatePolicy", emulator.FaultError, true},
		{"policy, answer lost", "CreatePolicy", emulator.FaultLostResponse, false},
		{"policy without attachment", "AttachPolicyToRole", emulator.FaultError, true},
		{"attachment, answer lost", "AttachPolicyToRole", emulator.FaultLostResponse, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			cloud := newRoleCloud(t)
			interrupted := resource.TestStep{
				PreConfig: func() { cloud.fail(row.kind, row.operation) },
				Config:    impatient(roleConfig("")),
			}
			again := resource.TestStep{Config: impatient(roleConfig("")), Check: onlyOurs(cloud, readOrders, "srr-orders")}
			if row.fails {
				interrupted.ExpectError = regexp.MustCompile(`(?s)Cannot complete role srr-orders.*removed\s+again`)
				again.PreConfig = func() {
					if err := cloud.holds(nil, nil); err != nil {
						t.Error(err)
					}
				}
				again.ConfigPlanChecks = rolePlan(plancheck.ResourceActionCreate)
			}
			cloud.run(interrupted, again)
			if left := cloud.Faults(); len(left) > 0 {
				t.Errorf("nothing was interrupted: %v", left)
			}
			if err := cloud.holds(nil, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// Where taking back fails as well, at whatever call, the role is in the state and
// the next apply replaces it: nothing is orphaned.
func TestRole_interruptedCreationThatCannotBeTakenBackIsReplaced(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ failing, refused string }{
		{"CreatePolicy", "DeleteRole"},
		{"AttachPolicyToRole", "DeletePolicy"},
		{"AttachPolicyToRole", "DeleteRole"},
		{"AttachPolicyToRole", "ListEntitiesForPolicy"},
	} {
		t.Run(row.failing+" "+row.refused, func(t *testing.T) {
			t.Parallel()
			cloud := newRoleCloud(t)
			cloud.run(
				resource.TestStep{
					PreConfig:   func() { cloud.fail(emulator.FaultError, row.failing, row.refused) },
					Config:      impatient(roleConfig("")),
					ExpectError: regexp.MustCompile(`(?s)Cannot complete role srr-orders.*The\s+role\s+stays,.*next\s+apply\s+replaces\s+it`),
				},
				resource.TestStep{
					Config:           impatient(roleConfig("")),
					ConfigPlanChecks: rolePlan(plancheck.ResourceActionDestroyBeforeCreate),
					Check:            onlyOurs(cloud, readOrders, "srr-orders"),
				},
			)
			if left := cloud.Faults(); len(left) > 0 {
				t.Errorf("nothing was refused: %v", left)
			}
			if err := cloud.holds(nil, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// Two roles cannot have one name, so that create_before_destroy never replaces what
// stayed. The error says what goes on with it.
func TestRole_whatCannotBeTakenBackIsCompletedAfterUntaint(t *testing.T) {
	t.Parallel()
	cloud := newRoleCloud(t)
	d := cloud.terraform().write(roleConfig("  lifecycle {\n    create_before_destroy = true\n  }"))
	cloud.fail(emulator.FaultError, "AttachPolicyToRole", "DeleteRole")
	d.apply().fails("Cannot complete role srr-orders", "The role stays", "create_before_destroy", "run terraform untaint, and the next apply completes the role")
	d.apply().fails("Role exists already", "something asks for create_before_destroy")
	d.text("untaint", "srr_replication_role.this")
	d.apply().warns("Policy of the role is gone", "The next apply creates it again")
	d.plan().empty()
	d.destroy().ok()
	if err := cloud.holds(nil, nil); err != nil {
		t.Error(err)
	}
}

// A killed process leaves a role of which no state knows. The error says how to go
// on, and that completes the role.
func TestRole_killedCreationIsCompletedAfterAnImport(t *testing.T) {
	t.Parallel()
	cloud := newRoleCloud(t)
	body := roleConfig("")
	cloud.run(
		resource.TestStep{
			PreConfig: func() {
				cloud.edit(func(a *identity.Account) {
					a.Roles = []identity.Role{{Name: "srr-orders", TrustPolicy: trustOfOSS, Description: "Lets OSS read source buckets for replication. Managed by Terraform (srr)."}}
				})
			},
			Config:      body,
			ExpectError: regexp.MustCompile(`(?s)The\s+role\s+itself\s+is\s+as\s+configured\.\s+It\s+has\s+no\s+policy,.*import.*completes`),
		},
		resource.TestStep{
			Config:           "import {\n  to = srr_replication_role.this\n  id = \"srr-orders\"\n}\n" + body,
			ConfigPlanChecks: rolePlan(plancheck.ResourceActionUpdate),
			Check:            onlyOurs(cloud, readOrders, "srr-orders"),
		},
		resource.TestStep{Config: body, ConfigPlanChecks: roleUnchanged()},
	)
}

// With create_before_destroy, which a role also gets from whatever depends on it,
// a role that stayed could never be replaced.
func TestRole_interruptedCreationConvergesWithCreateBeforeDestroy(t *testing.T) {
	t.Parallel()
	cloud := newRoleCloud(t)
	body := roleConfig("lifecycle { create_before_destroy = true }")
	cloud.run(
		resource.TestStep{
			PreConfig:   func() { cloud.fail(emulator.FaultError, "AttachPolicyToRole") },
			Config:      impatient(body),
			ExpectError: regexp.MustCompile(`Cannot complete role srr-orders`),
		},
		resource.TestStep{Config: impatient(body), Check: onlyOurs(cloud, readOrders, "srr-orders")},
	)
}

func TestRole_attachmentWithoutPolicyIsRepaired(t *testing.T) {
	t.Parallel()
	cloud := newRoleCloud(t)
	cloud.run(
		resource.TestStep{Config: roleConfig(bothKMS)},
		resource.TestStep{
			PreConfig: func() { cloud.edit(deletePolicies) },
			Config:    roleConfig(bothKMS),
			Check:     onlyOurs(cloud, readOrders, "AliyunKMSCryptoUserAccess", "srr-orders"),
		},
	)
}

// The swap makes and attaches the new policy before it removes the old one.
func TestRole_interruptedSwapOfPoliciesLeavesNoneBehind(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"DetachPolicyFromRole", "DeletePolicy", "AttachPolicyToRole"} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			cloud := newRoleCloud(t)
			cloud.run(
				resource.TestStep{Config: roleConfig("")},
				resource.TestStep{
					PreConfig:   func() { cloud.fail(emulator.FaultError, operation) },
					Config:      roleConfig(`policy_name = "new-name"`),
					ExpectError: regexp.MustCompile(`NoPermission`),
				},
				resource.TestStep{
					Config:           roleConfig(`policy_name = "new-name"`),
					ConfigPlanChecks: rolePlan(plancheck.ResourceActionUpdate),
					Check: resource.ComposeTestCheckFunc(healthyAfter(cloud, readOrders, "new-name"), func(*terraform.State) error {
						return cloud.holds([]string{"srr-orders"}, []string{"new-name"})
					}),
				},
			)
		})
	}
}

func TestRole_interruptedDestroyIsFinished(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"DetachPolicyFromRole", "DeletePolicyVersion", "DeletePolicy", "DeleteRole"} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			cloud := newRoleCloud(t)
			config := roleConfig(`source_buckets = ["orders", "payroll"]`)
			cloud.run(
				resource.TestStep{Config: roleConfig("")},
				resource.TestStep{Config: config},
				resource.TestStep{
					PreConfig:   func() { cloud.ClearRequests(); cloud.fail(emulator.FaultError, operation) },
					Config:      config,
					Destroy:     true,
					ExpectError: regexp.MustCompile(`NoPermission`),
				},
			)
			if err := cloud.holds(nil, nil); err != nil {
				t.Error(err)
			}
			var order []string
			for _, write := range cloud.writes() {
				if !slices.Contains(order, write) {
					order = append(order, write)
				}
			}
			want := []string{"DetachPolicyFromRole", "DeletePolicyVersion", "DeletePolicy", "DeleteRole"}
			if !slices.Equal(order, want) {
				t.Errorf("the order was %v, want %v", order, want)
			}
		})
	}
}

const foreignDocument = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"ecs:*","Resource":"*"}]}`

func foreignPolicy(a *identity.Account) {
	a.Policies = append(a.Policies, identity.Policy{Name: "SRR-orders", Description: "of another team", Versions: []identity.Version{{Number: 1, Document: foreignDocument}}})
}

func (c roleCloud) foreignPolicyUntouched() error {
	for _, p := range c.account().Policies {
		if p.Name == "SRR-orders" && defaultDocument(p) == foreignDocument && len(p.Versions) == 1 {
			return nil
		}
	}
	return fmt.Errorf("the policy of another team was changed: %+v", c.account().Policies)
}

func TestRole_foreignRoleAndPolicyAreNeverTakenOver(t *testing.T) {
	t.Parallel()
	cloud := newRoleCloud(t, func(w *emulator.World) { foreignPolicy(&w.Accounts[0]) })
	foreignRole := func(a *identity.Account) {
		a.Roles = []identity.Role{{Name: "SRR-Orders", Description: "of another team", TrustPolicy: trustOfOSS}}
	}
	cloud.run(
		resource.TestStep{Config: roleConfig(""), ExpectError: regexp.MustCompile(`Policy exists already`)},
		resource.TestStep{
			PreConfig:   func() { cloud.edit(foreignRole) },
			Config:      roleConfig(`policy_name = "free"`),
			ExpectError: regexp.MustCompile(`(?s)Role exists already.*terraform import <address>\s+SRR-Orders`),
		},
	)
	if writes := cloud.writes(); len(writes) > 0 {
		t.Errorf("written: %v", writes)
	}
	if err := cloud.foreignPolicyUntouched(); err != nil {
		t.Error(err)
	}
}

// A creation that was only throttled has made nothing: a role that somebody else
// makes meanwhile stays theirs, although it is just what was asked for.
func TestRole_foreignRoleThatAppearsDuringThrottlingIsSpared(t *testing.T) {
	t.Parallel()
	cloud := newRoleCloud(t)
	foreign := identity.Role{
		Name: "srr-orders", TrustPolicy: trustOfOSS, MaxSessionDuration: 3600,
		Description: "Lets OSS read source buckets for replication. Managed by Terraform (srr).",
	}
	cloud.run(resource.TestStep{
		PreConfig: func() {
			cloud.BeforeNext(emulator.Fault{Operation: "CreateRole"}, func() {
				cloud.edit(func(a *identity.Account) { a.Roles = []identity.Role{foreign} })
			})
			if err := cloud.Inject(emulator.Fault{Kind: emulator.FaultError, Operation: "CreateRole", Status: 400, Code: "Throttling.User"}); err != nil {
				t.Fatal(err)
			}
		},
		Config:      roleConfig(""),
		ExpectError: regexp.MustCompile(`EntityAlreadyExists\.Role`),
	})
	if writes := cloud.writes(); !slices.Equal(writes, []string{"CreateRole", "CreateRole"}) {
		t.Errorf("written: %v", writes)
	}
	if err := cloud.holds([]string{"srr-orders"}, nil); err != nil {
		t.Error(err)
	}
}

// Somebody makes a policy of the name between the check and the creation: the
// creation fails, and neither the repair nor the destruction touches it.
func TestRole_foreignPolicyThatAppearsDuringCreationIsSpared(t *testing.T) {
	t.Parallel()
	cloud := newRoleCloud(t)
	foreign := func(*terraform.State) error { return cloud.foreignPolicyUntouched() }
	cloud.run(
		resource.TestStep{
			PreConfig: func() {
				cloud.BeforeNext(emulator.Fault{Operation: "CreatePolicy"}, func() { cloud.edit(foreignPolicy) })
			},
			Config:      roleConfig(""),
			ExpectError: regexp.MustCompile(`(?s)was\s+not\s+created\s+by\s+this\s+resource`),
		},
		resource.TestStep{Config: roleConfig(""), ExpectError: regexp.MustCompile(`Policy exists already`)},
		resource.TestStep{Config: roleConfig(`policy_name = "free"`), Check: foreign},
		resource.TestStep{Config: roleConfig(""), ExpectError: regexp.MustCompile(`(?s)was\s+not\s+created\s+by\s+this\s+resource`)},
	)
	if err := cloud.foreignPolicyUntouched(); err != nil {
		t.Error(err)
	}
	if err := cloud.holds(nil, []string{"SRR-orders"}); err != nil {
		t.Error(err)
	}
}
