package provider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// reconcileAndSwap completes the new policy before it removes the old one, so
// that replication never lacks a permission, and then whatever earlier swaps have
// left. A swap that fails is taken back: the state goes on with the old policy.
// The policies that are left after all are returned.
func (r *roleResource) reconcileAndSwap(ctx context.Context, goal roleGoal, state roleModel, owned bool, leftovers []string) ([]string, diag.Diagnostics) {
	var diags diag.Diagnostics
	seen, err := observeRole(alicloud.Fresh(ctx), r.account.client, goal.name, goal.policyName)
	if err != nil {
		diags.Append(callFailed("Cannot read role "+goal.name, err))
		return leftovers, diags
	}
	if seen.role.ID != state.RoleID.ValueString() {
		diags.AddError("Role was replaced outside Terraform", fmt.Sprintf(
			"Role %s has the id %s; the one in the state has %s. It was left alone. Run plan again.", goal.name, seen.role.ID, state.RoleID.ValueString()))
		return leftovers, diags
	}
	leftovers = seen.leftovers(goal.policyName, leftovers)
	oldPolicy := state.PolicyName.ValueString()
	same := strings.EqualFold(goal.policyName, oldPolicy)
	if same {
		diags.Append(seen.refuseShared(ctx, r.account.client, goal)...)
	}
	if diags.HasError() {
		return leftovers, diags
	}
	if err := reconcileRole(ctx, r.account.client, goal, seen, owned && same, r.account.retry); err != nil {
		var outcome []string
		if !same && !errors.Is(err, errForeign) {
			leftovers, outcome = r.takeSwapBack(ctx, goal, oldPolicy, leftovers)
		}
		diags.Append(callFailed("Cannot update role "+goal.name, err, outcome...))
		return leftovers, diags
	}
	if !same {
		leftovers = without(leftovers, oldPolicy)
		dropped := r.dropPolicy(ctx, goal.name, oldPolicy, owned)
		if err := firstError(dropped); err != nil && !r.isGone(ctx, oldPolicy) {
			again := r.attachAgain(ctx, goal.name, oldPolicy)
			if !alicloud.HasCode(again, codePolicyMissing) { // else the deletion was carried out after all
				var outcome []string
				leftovers, outcome = r.takeDetachedSwapBack(ctx, goal, oldPolicy, again, leftovers)
				diags.Append(callFailed("Cannot update role "+goal.name, err, outcome...))
				return leftovers, diags
			}
		}
		diags.Append(dropped.Warnings()...)
	}
	leftovers, more := r.dropLeftovers(ctx, goal.name, leftovers)
	diags.Append(more...)
	return leftovers, diags
}

// attachAgain gives the role its old policy back, also after an interrupt. The
// policy is an old one: where RAM says that it does not exist, it was deleted.
func (r *roleResource) attachAgain(ctx context.Context, roleName, oldPolicy string) error {
	ctx, cancel := toTheEnd(alicloud.Fresh(ctx), lastLook)
	defer cancel()
	return attach(ctx, r.account.client, alicloud.PolicyCustom, oldPolicy, roleName, never)
}

// takeDetachedSwapBack is takeSwapBack after attachAgain: without the old policy
// the role keeps the new one.
func (r *roleResource) takeDetachedSwapBack(ctx context.Context, goal roleGoal, oldPolicy string, again error, leftovers []string) (left, outcome []string) {
	if again != nil {
		return append(leftovers, goal.policyName), []string{fmt.Sprintf(
			"The role has the policy %s, because attaching %s again failed: %v. The next change or destruction of the role goes on from there.",
			goal.policyName, oldPolicy, again)}
	}
	return r.takeSwapBack(ctx, goal, oldPolicy, leftovers)
}

// takeSwapBack removes the new policy, also after an interrupt. What could not be
// removed joins the leftovers.
func (r *roleResource) takeSwapBack(ctx context.Context, goal roleGoal, oldPolicy string, leftovers []string) (left, outcome []string) {
	ctx, cancel := toTheEnd(alicloud.Fresh(ctx), lastLook)
	defer cancel()
	if err := firstError(r.dropPolicy(ctx, goal.name, goal.policyName, false)); err != nil {
		return append(leftovers, goal.policyName), []string{fmt.Sprintf(
			"The role goes on with the policy %s. The policy %s is left, because removing it again failed: %v. The next change or destruction of the role removes it.",
			oldPolicy, goal.policyName, err)}
	}
	return leftovers, []string{fmt.Sprintf("The role goes on with the policy %s; of %s nothing is left.", oldPolicy, goal.policyName)}
}

// isGone is whether RAM states that a custom policy does not exist, also after an
// interrupt.
func (r *roleResource) isGone(ctx context.Context, name string) bool {
	ctx, cancel := pastInterrupt(alicloud.Fresh(ctx), lastLook)
	defer cancel()
	_, err := r.account.client.GetPolicy(ctx, alicloud.PolicyCustom, name)
	return alicloud.HasCode(err, codePolicyMissing)
}

// dropLeftovers removes policies of this resource and returns those that it could
// not remove. One that does not carry the resource's mark is not touched.
func (r *roleResource) dropLeftovers(ctx context.Context, roleName string, names []string) (left []string, diags diag.Diagnostics) {
	for _, name := range names {
		dropped := r.dropPolicy(ctx, roleName, name, false)
		diags.Append(dropped...)
		if dropped.HasError() {
			left = append(left, name)
		}
	}
	return left, diags
}

// leftovers are the policies beside the given one that an interrupted swap has
// left: the noted ones, and those on the role that carry its mark.
func (o roleObservation) leftovers(policyName string, noted []string) []string {
	names := without(noted, policyName)
	for _, p := range o.attached {
		if o.isMarked(p) && !strings.EqualFold(p.Name, policyName) {
			names = append(without(names, p.Name), p.Name)
		}
	}
	return names
}

// isMarked is whether this resource made the attached policy for this role.
func (o roleObservation) isMarked(p alicloud.AttachedPolicy) bool {
	return p.Type == alicloud.PolicyCustom && strings.EqualFold(p.Description, policyDescription(o.role.Name))
}

func without(names []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(one string) bool { return strings.EqualFold(one, name) })
}

// warnLeftovers tells of policies that an interrupted swap has left. A noted one
// that does not exist any more, or is somebody else's by now, is nothing to tell.
func (r *roleResource) warnLeftovers(ctx context.Context, m roleModel, seen roleObservation, noted []string) (diags diag.Diagnostics) {
	for _, name := range seen.leftovers(m.PolicyName.ValueString(), noted) {
		found, err := r.account.client.GetPolicy(ctx, alicloud.PolicyCustom, name)
		if err == nil && strings.EqualFold(found.Description, policyDescription(seen.role.Name)) {
			diags.AddWarning("Policy of an interrupted change is left", fmt.Sprintf(
				"Policy %s was made for role %s when its policy was to change, and could not be removed again. The next change or destruction of the role removes it.",
				name, seen.role.Name))
		}
	}
	return diags
}

// leftoverPoliciesKey is where the private state keeps the names of policies that
// a swap could not remove.
const leftoverPoliciesKey = "leftover_policies"

func leftoverPolicies(ctx context.Context, private privateReader) (names []string, diags diag.Diagnostics) {
	raw, diags := private.GetKey(ctx, leftoverPoliciesKey)
	if diags.HasError() || len(raw) == 0 {
		return nil, diags
	}
	if err := json.Unmarshal(raw, &names); err != nil {
		diags.AddError("Private state cannot be read", err.Error())
	}
	return names, diags
}

func rememberLeftovers(ctx context.Context, private privateWriter, names []string) (diags diag.Diagnostics) {
	raw, err := json.Marshal(append([]string{}, names...))
	if err != nil {
		diags.AddError("Private state cannot be written", err.Error())
		return diags
	}
	return private.SetKey(ctx, leftoverPoliciesKey, raw)
}
