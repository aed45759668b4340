package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// othersCounted is how many others than the role have a policy, as RAM counts them.
// attachedHere says that the role itself has it.
func othersCounted(is alicloud.Policy, attachedHere bool) int {
	if attachedHere {
		return is.AttachmentCount - 1
	}
	return is.AttachmentCount
}

// policyUsers names who else than the role has a policy. RAM counts them in the
// policy itself, so that only a shared one costs a call; whom the caller may not
// see is counted.
func policyUsers(ctx context.Context, client *alicloud.Client, is alicloud.Policy, roleName string, attachedHere bool) []string {
	others := othersCounted(is, attachedHere)
	if others <= 0 {
		return nil
	}
	entities, err := client.ListEntitiesForPolicy(ctx, alicloud.PolicyCustom, is.Name)
	switch {
	case alicloud.HasCode(err, codePolicyMissing):
		return nil
	case err != nil:
		return []string{fmt.Sprintf("%d more (their names cannot be read: %v)", others, err)}
	}
	return few(otherUsers(entities, roleName))
}

// few bounds what a message names: one policy can serve every role of an account.
func few(names []string) []string {
	const most = 5
	if len(names) <= most {
		return names
	}
	return append(names[:most:most], fmt.Sprintf("%d more", len(names)-most))
}

// warnShared tells of an imported or moved role, and of one that is listed for an
// import, that others use its policy.
func warnShared(ctx context.Context, client *alicloud.Client, m roleModel, seen roleObservation) (diags diag.Diagnostics) {
	if seen.policy == nil {
		return diags
	}
	name := m.Name.ValueString()
	users := policyUsers(ctx, client, *seen.policy, name, seen.isAttached(alicloud.PolicyCustom, seen.policy.Name))
	if len(users) > 0 {
		diags.AddWarning("Policy of the role is shared", fmt.Sprintf(
			"Policy %s of role %s is also attached to %s. Nothing changes for them as long as the policy stays as it is, and a plan that would change it is refused. %s",
			seen.policy.Name, name, strings.Join(users, ", "), ownPolicyAdvice(name, seen.policy.Name)))
	}
	return diags
}

// refuseSharedChange refuses a plan that changes what a policy of others allows. A
// policy that is missing or cannot be read is the apply's to judge: it looks again.
func (r *roleResource) refuseSharedChange(ctx context.Context, plan, state roleModel) diag.Diagnostics {
	name := state.PolicyName.ValueString()
	if plan.PolicyName.IsUnknown() || !strings.EqualFold(plan.PolicyName.ValueString(), name) ||
		plan.PolicyDocument.IsUnknown() || plan.PolicyDocument.Equal(state.PolicyDocument) {
		return nil
	}
	found, err := r.account.client.GetPolicy(ctx, alicloud.PolicyCustom, name)
	if err != nil || canonicalIn(found.Document, state.AccountID.ValueString()) == plan.PolicyDocument.ValueString() {
		return nil
	}
	attached := state.PolicyDocument.ValueString() != ""
	return changesForOthers(state.Name.ValueString(), found.Name, policyUsers(ctx, r.account.client, found, state.Name.ValueString(), attached))
}

// refuseShared is refuseSharedChange for an apply, right before the first write:
// what was unknown is known by now, and others may have come meanwhile.
func (o roleObservation) refuseShared(ctx context.Context, client *alicloud.Client, goal roleGoal) diag.Diagnostics {
	if o.policy == nil || !rewrites(*o.policy, goal, o.owner()) {
		return nil
	}
	attached := o.isAttached(alicloud.PolicyCustom, goal.policyName)
	return changesForOthers(goal.name, o.policy.Name, policyUsers(alicloud.Fresh(ctx), client, *o.policy, goal.name, attached))
}

func changesForOthers(role, policy string, users []string) (diags diag.Diagnostics) {
	if len(users) > 0 {
		diags.AddAttributeError(path.Root("policy_name"), "Policy is used by others", fmt.Sprintf(
			"Policy %s of role %s is also attached to %s, and would allow them something else. Nothing was changed. %s",
			policy, role, strings.Join(users, ", "), ownPolicyAdvice(role, policy)))
	}
	return diags
}

// ownPolicyAdvice is the way out for a role that shares a policy.
func ownPolicyAdvice(role, shared string) string {
	own := replication.DefaultPolicyName(role)
	if strings.EqualFold(own, shared) {
		own += "-own"
	}
	return fmt.Sprintf("To change it for this role alone, give the role a policy of its own, for example policy_name = %q: "+
		"an apply makes that one, takes %s from this role, and leaves it to the others as it is.", own, shared)
}
