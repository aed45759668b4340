package provider_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// A swap that fails leaves the role as it was, so that the change can be given up
// as well as tried again.
func TestRole_failedSwapOfPoliciesIsTakenBack(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"CreatePolicy", "AttachPolicyToRole", "DetachPolicyFromRole", "DeletePolicy"} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			cloud := newRoleCloud(t)
			cloud.run(
				resource.TestStep{Config: roleConfig("")},
				resource.TestStep{
					PreConfig:   func() { cloud.fail(emulator.FaultError, operation) },
					Config:      roleConfig(`policy_name = "new-name"`),
					ExpectError: regexp.MustCompile(`(?s)NoPermission.*of\s+new-name\s+nothing\s+is\s+left`),
				},
				resource.TestStep{
					Config:           roleConfig(""),
					ConfigPlanChecks: roleUnchanged(),
					Check:            onlyOurs(cloud, readOrders, "srr-orders"),
				},
			)
			if err := cloud.holds(nil, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// Where taking back fails, too, the new policy is not forgotten: reading warns of
// it, and the next change or destruction removes it.
func TestRole_failedSwapThatCannotBeTakenBackIsFinishedLater(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		failing  []string
		attached []string
	}{
		{[]string{"AttachPolicyToRole", "DeletePolicy"}, []string{"srr-orders"}},
		{[]string{"DetachPolicyFromRole", "DetachPolicyFromRole"}, []string{"new-name", "srr-orders"}},
		{[]string{"DeletePolicy", "DeletePolicy"}, []string{"srr-orders"}},
		{[]string{"DeletePolicy", "AttachPolicyToRole"}, []string{"new-name"}},
	} {
		for _, later := range []string{"destroyed", "changed"} {
			t.Run(strings.Join(row.failing, " ")+" "+later, func(t *testing.T) {
				t.Parallel()
				cloud := newRoleCloud(t)
				fail, left := func() { cloud.fail(emulator.FaultError, row.failing...) }, `The\s+policy\s+new-name\s+is\s+left`
				if row.failing[1] == "AttachPolicyToRole" { // the first attachment is that of the new policy
					left = `The\s+role\s+has\s+the\s+policy\s+new-name`
					fail = func() {
						cloud.fail(emulator.FaultError, "DeletePolicy")
						cloud.BeforeNext(emulator.Fault{Operation: "DeletePolicy"}, func() { cloud.fail(emulator.FaultError, "AttachPolicyToRole") })
					}
				}
				steps := []resource.TestStep{
					{Config: roleConfig("")},
					{
						PreConfig:   fail,
						Config:      roleConfig(`policy_name = "new-name"`),
						ExpectError: regexp.MustCompile(`(?s)NoPermission.*` + left),
					},
					{
						PreConfig: func() {
							cloud.said.take()
							if err := cloud.healthy(readOrders, row.attached...); err != nil {
								t.Error(err)
							}
						},
						RefreshState:       true,
						ExpectNonEmptyPlan: true,
						Check: func(*terraform.State) error {
							if said := cloud.said.take(); !strings.Contains(said, "Policy of an interrupted change is left: Policy new-name") {
								t.Errorf("said: %s", said)
							}
							return cloud.holds([]string{"srr-orders"}, []string{"new-name", "srr-orders"})
						},
					},
				}
				if later == "changed" {
					steps = append(steps, resource.TestStep{
						Config:           roleConfig(`description = "changed"`),
						ConfigPlanChecks: rolePlan(plancheck.ResourceActionUpdate),
						Check:            onlyOurs(cloud, readOrders, "srr-orders"),
					})
				}
				cloud.run(steps...)
				if left := cloud.Faults(); len(left) > 0 {
					t.Errorf("nothing was refused: %v", left)
				}
				if err := cloud.holds(nil, nil); err != nil {
					t.Error(err)
				}
			})
		}
	}
}
