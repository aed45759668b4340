package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// ModifyPlan says what the role will be: everything but its id follows from the
// configuration and the account. Setting known computed values again is what
// makes changes by hand show up.
func (r *roleResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.account == nil {
		return
	}
	var plan, config roleModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.planPolicy(ctx, config, &resp.Diagnostics)
	if r.account.unknown == "" {
		who, diags := r.account.identify(ctx)
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
		plan.planNames(who.ID)
	}
	for name, value := range map[string]attr.Value{
		"policy_name": plan.PolicyName, "trust_policy": plan.TrustPolicy, "policy_document": plan.PolicyDocument,
		"arn": plan.ARN, "principal": plan.Principal, "account_id": plan.AccountID,
	} {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), value)...)
	}
}

// planPolicy sets the documents and the name of the policy as far as they are
// known, and refuses a policy that RAM would refuse.
func (m *roleModel) planPolicy(ctx context.Context, config roleModel, diags *diag.Diagnostics) {
	m.TrustPolicy = types.StringValue(canonicalOrAsIs(replication.TrustPolicy()))
	if config.PolicyName.IsNull() {
		m.PolicyName = types.StringUnknown()
		if !m.Name.IsUnknown() {
			m.PolicyName = types.StringValue(replication.DefaultPolicyName(m.Name.ValueString()))
		}
	}
	if unknownSet(m.SourceBuckets) || unknownSet(m.KMSKeyARNs) {
		m.PolicyDocument = types.StringUnknown()
		return
	}
	document, documentDiags := m.document(ctx)
	diags.Append(documentDiags...)
	if n := len(document); n > replication.MaxPolicyDocument {
		diags.AddAttributeError(path.Root("source_buckets"), "Policy of the role is too long",
			fmt.Sprintf("With %d source buckets the policy has %d characters; RAM accepts %d. Use several roles with fewer buckets each.",
				len(m.SourceBuckets.Elements()), n, replication.MaxPolicyDocument))
	}
	m.PolicyDocument = types.StringValue(canonicalOrAsIs(document))
}

func (m *roleModel) planNames(accountID string) {
	if m.Name.IsUnknown() {
		m.ARN, m.Principal = types.StringUnknown(), types.StringUnknown()
		m.AccountID = types.StringValue(accountID)
		return
	}
	m.showNames(accountID)
}

// document is the policy that the role needs, in the form that is sent.
func (m *roleModel) document(ctx context.Context) (string, diag.Diagnostics) {
	var buckets, keys []string
	diags := m.SourceBuckets.ElementsAs(ctx, &buckets, false)
	if !m.KMSKeyARNs.IsNull() {
		diags.Append(m.KMSKeyARNs.ElementsAs(ctx, &keys, false)...)
	}
	return replication.SourcePolicy(buckets, keys), diags
}

func (m *roleModel) goal(ctx context.Context) (roleGoal, diag.Diagnostics) {
	document, diags := m.document(ctx)
	return roleGoal{
		name: m.Name.ValueString(), description: m.Description.ValueString(),
		policyName: m.PolicyName.ValueString(), document: document,
		duration: int(m.MaxSessionDuration.ValueInt64()), cryptoAccess: m.KMSCryptoUserAccess.ValueBool(),
	}, diags
}

func (m *roleModel) identity() roleIdentityModel {
	return roleIdentityModel{AccountID: m.AccountID, Name: m.Name}
}

// begin fills in what is known once the role exists; nothing else is true yet.
func (m *roleModel) begin(created alicloud.Role, accountID string) {
	m.RoleID = types.StringValue(created.ID)
	m.Description = types.StringValue(created.Description)
	m.TrustPolicy = types.StringValue(canonicalOrAsIs(replication.TrustPolicy()))
	m.PolicyDocument = types.StringValue("")
	m.showNames(accountID)
}

// refresh reads the role back past every cache and puts it into the model.
func (r *roleResource) refresh(ctx context.Context, m *roleModel, accountID string) (diags diag.Diagnostics) {
	seen, err := observeRole(alicloud.Fresh(ctx), r.account.client, m.Name.ValueString(), m.PolicyName.ValueString())
	if err != nil {
		diags.Append(callFailed("Cannot read role "+m.Name.ValueString()+" back", err))
		return diags
	}
	m.show(seen, accountID)
	return diags
}

// refuseExisting stops a creation before the first write if the role, or a
// policy of the wanted name that is somebody else's, is there already.
func (r *roleResource) refuseExisting(ctx context.Context, goal roleGoal) (diags diag.Diagnostics) {
	ctx = alicloud.Fresh(ctx)
	existing, err := r.account.client.GetRole(ctx, goal.name)
	switch {
	case err == nil:
		diags.AddAttributeError(path.Root("name"), "Role exists already", fmt.Sprintf(
			"Account %s has a role %s, id %s, created %s. Terraform does not take over what it did not create. Choose another name, or import it:\n\n  terraform import <address> %s",
			r.account.uid(ctx), existing.Name, existing.ID, existing.CreateDate, existing.Name))
	case !alicloud.HasCode(err, codeRoleMissing):
		diags.Append(callFailed("Cannot check whether role "+goal.name+" exists", err))
	}
	found, err := r.account.client.GetPolicy(ctx, alicloud.PolicyCustom, goal.policyName)
	switch {
	case err == nil && !isLeftover(goal, &found):
		diags.AddAttributeError(path.Root("policy_name"), "Policy exists already", fmt.Sprintf(
			"Account %s has a custom policy %s that this resource did not create. Choose another policy_name.", r.account.uid(ctx), found.Name))
	case err != nil && !alicloud.HasCode(err, codePolicyMissing):
		diags.Append(callFailed("Cannot check whether policy "+goal.policyName+" exists", err))
	}
	return diags
}

// dropPolicy detaches and deletes a policy of this resource. One that somebody
// else uses by now stays, with a warning.
func (r *roleResource) dropPolicy(ctx context.Context, roleName, name string) (diags diag.Diagnostics) {
	if err := detach(ctx, r.account.client, alicloud.PolicyCustom, name, roleName); err != nil {
		diags.Append(callFailed("Cannot detach policy "+name+" from role "+roleName, err))
		return diags
	}
	usedBy, err := deletePolicy(ctx, r.account.client, name, roleName, r.account.retry)
	if err != nil {
		diags.Append(callFailed("Cannot delete policy "+name, err))
	}
	if len(usedBy) > 0 {
		diags.AddWarning("Policy was left in place", fmt.Sprintf("Policy %s is also attached to %s, so it was not deleted.", name, strings.Join(usedBy, ", ")))
	}
	return diags
}

// discover completes an imported role: which custom policy is its own, and
// which buckets and keys that names.
func (r *roleResource) discover(ctx context.Context, m *roleModel) (diags diag.Diagnostics) {
	name := m.Name.ValueString()
	if m.PolicyName.IsNull() {
		attached, err := r.account.client.ListPoliciesForRole(ctx, name)
		if err != nil && !alicloud.HasCode(err, codeRoleMissing) {
			diags.Append(callFailed("Cannot list the policies of role "+name, err))
			return diags
		}
		m.PolicyName = types.StringValue(ownPolicy(attached, name))
	}
	m.ForceDetachPolicies = types.BoolValue(false)
	found, err := r.account.client.GetPolicy(ctx, alicloud.PolicyCustom, m.PolicyName.ValueString())
	if alicloud.HasCode(err, codePolicyMissing) {
		return diags
	}
	if err != nil {
		diags.Append(callFailed("Cannot read policy "+m.PolicyName.ValueString(), err))
		return diags
	}
	diags.Append(m.readDocument(ctx, found.Document)...)
	return diags
}

func (m *roleModel) readDocument(ctx context.Context, document string) (diags diag.Diagnostics) {
	buckets, keys, err := replication.ReadSourcePolicy(document)
	if err != nil {
		diags.AddError("Policy is not that of a replication role", fmt.Sprintf("Policy %s: %v. Name the right one: terraform import <address> %s,<policy name>",
			m.PolicyName.ValueString(), err, m.Name.ValueString()))
		return diags
	}
	var more diag.Diagnostics
	m.SourceBuckets, more = types.SetValueFrom(ctx, types.StringType, buckets)
	diags.Append(more...)
	if len(keys) > 0 {
		m.KMSKeyARNs, more = types.SetValueFrom(ctx, types.StringType, keys)
		diags.Append(more...)
	}
	return diags
}

// ownPolicy picks the role's own policy: the one with the default name, else
// the only custom one, else the default name.
func ownPolicy(attached []alicloud.AttachedPolicy, roleName string) string {
	fallback := replication.DefaultPolicyName(roleName)
	var custom []string
	for _, p := range attached {
		if p.Type != alicloud.PolicyCustom {
			continue
		}
		if strings.EqualFold(p.Name, fallback) {
			return p.Name
		}
		custom = append(custom, p.Name)
	}
	if len(custom) == 1 {
		return custom[0]
	}
	return fallback
}

func policyNames(policies []alicloud.AttachedPolicy) string {
	names := make([]string, 0, len(policies))
	for _, p := range policies {
		names = append(names, strings.ToLower(p.Type)+" policy "+p.Name)
	}
	return strings.Join(names, ", ")
}

func roleNameAndPolicy(name, policyName string) []error {
	problems := []error{replication.CheckRoleName(name)}
	if policyName != "" {
		problems = append(problems, replication.CheckPolicyName(policyName))
	}
	return problems
}
