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

	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// ValidateConfig refuses both ways to KMS at once. "No" to one of them is no way.
func (r *roleResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config roleModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if config.KMSCryptoUserAccess.ValueBool() && !config.KMSKeyARNs.IsNull() && !config.KMSKeyARNs.IsUnknown() {
		resp.Diagnostics.AddAttributeError(path.Root("kms_crypto_user_access"), "Two ways to KMS",
			"kms_crypto_user_access lets the role use every key and kms_key_arns only some of them. Remove one of the two.")
	}
}

// ModifyPlan says what the role will be: everything but its id follows from the
// configuration and the account. Setting known computed values again is what
// makes changes by hand show up.
func (r *roleResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	resp.Diagnostics.Append(r.planHolder(ctx, req)...)
	if req.Plan.Raw.IsNull() || r.account == nil {
		return
	}
	var plan, config roleModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	proposed := plan.planned()
	var state *roleModel
	if !req.State.Raw.IsNull() {
		state = &roleModel{}
		resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	}
	found, diags := foundDescription(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	plan.keepSpelling(config, state)
	plan.planDescription(config, state, found)
	plan.planPolicy(ctx, &resp.Diagnostics)
	role := replication.Role{Name: plan.Name.ValueString()}
	if r.account.unknown == "" {
		who, diags := r.account.identify(ctx)
		resp.Diagnostics.Append(diags...)
		if state != nil {
			resp.Diagnostics.Append(sameAccount(state.AccountID, who, "role "+state.Name.ValueString())...)
		}
		if resp.Diagnostics.HasError() {
			return
		}
		if state == nil || !plan.SourceBuckets.Equal(state.SourceBuckets) {
			resp.Diagnostics.Append(r.refuseForeignBuckets(ctx, plan.SourceBuckets, who)...)
		}
		if state != nil {
			resp.Diagnostics.Append(r.refuseSharedChange(ctx, plan, *state)...)
		}
		plan.planNames(who.ID)
		role.AccountID = who.ID
	}
	resp.Diagnostics.Append(setChanged(ctx, &resp.Plan, proposed, plan.planned())...)
	// A rule of the same plan must not warn of what this plan repairs.
	if !plan.Name.IsUnknown() && !resp.Plan.Raw.Equal(req.State.Raw) {
		r.account.run.planRole(ctx, role)
	}
}

// planned are the attributes that planning decides.
func (m *roleModel) planned() map[string]attr.Value {
	return map[string]attr.Value{
		"name": m.Name, "policy_name": m.PolicyName, "description": m.Description, "trust_policy": m.TrustPolicy,
		"policy_document": m.PolicyDocument, "arn": m.ARN, "principal": m.Principal, "account_id": m.AccountID,
	}
}

// keepSpelling decides the names. RAM does not tell upper from lower case, so a
// name that differs in nothing else from the state is kept as it is there.
func (m *roleModel) keepSpelling(config roleModel, state *roleModel) {
	if state != nil {
		m.Name = sameName(m.Name, state.Name)
	}
	if config.PolicyName.IsNull() {
		m.PolicyName = types.StringUnknown()
		if !m.Name.IsUnknown() {
			m.PolicyName = types.StringValue(replication.DefaultPolicyName(m.Name.ValueString()))
		}
	}
	if state != nil {
		m.PolicyName = sameName(m.PolicyName, state.PolicyName)
	}
}

func sameName(planned, inState types.String) types.String {
	if planned.IsUnknown() || !strings.EqualFold(planned.ValueString(), inState.ValueString()) {
		return planned
	}
	return inState
}

// planPolicy sets the documents as far as they are known, and refuses a policy
// that RAM would refuse.
func (m *roleModel) planPolicy(ctx context.Context, diags *diag.Diagnostics) {
	m.TrustPolicy = types.StringValue(canonicalOrAsIs(replication.TrustPolicy()))
	if unknownSet(m.SourceBuckets) || unknownSet(m.KMSKeyARNs) {
		m.PolicyDocument = types.StringUnknown()
		return
	}
	document, documentDiags := m.document(ctx)
	diags.Append(documentDiags...)
	diags.Append(m.tooLong(document)...)
	m.PolicyDocument = types.StringValue(canonicalOrAsIs(document))
}

// tooLong refuses a policy beyond RAM's limit at the argument that fills most of it.
func (m *roleModel) tooLong(document string) (diags diag.Diagnostics) {
	if len(document) <= replication.MaxPolicyDocument {
		return diags
	}
	buckets, keys := knownStrings(m.SourceBuckets.Elements()), knownStrings(m.KMSKeyARNs.Elements())
	filling := fmt.Sprintf("%d source buckets", len(buckets))
	if len(keys) > 0 {
		filling += fmt.Sprintf(" and %d KMS keys", len(keys))
	}
	at, advice := path.Root("source_buckets"), "Use several roles with fewer buckets each."
	if withoutKeys := len(replication.SourcePolicy(buckets, nil)); len(document) > 2*withoutKeys {
		at, advice = path.Root("kms_key_arns"), "Use fewer keys, several roles, or kms_crypto_user_access."
	}
	diags.AddAttributeError(at, "Policy of the role is too long", fmt.Sprintf(
		"With %s the policy has %d characters; RAM accepts %d. %s", filling, len(document), replication.MaxPolicyDocument, advice))
	return diags
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
