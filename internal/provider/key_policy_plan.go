package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// ModifyPlan sets what the statement will be, also when it was known before, so
// that changes by hand show up.
func (r *keyPolicyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	resp.Diagnostics.Append(r.planEnd(ctx, req)...)
	if req.Plan.Raw.IsNull() {
		return
	}
	var plan keyPolicyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	proposed := plan.planned()
	plan.Statement = types.StringUnknown()
	if r.account == nil || r.account.unknown != "" {
		plan.KeyARN, plan.Sid = types.StringUnknown(), types.StringUnknown()
	} else {
		plan.planStatement(ctx, r, req.State.Raw.IsNull(), &resp.Diagnostics) // a replacement is planned once more, as a creation
	}
	resp.Diagnostics.Append(setChanged(ctx, &resp.Plan, proposed, plan.planned())...)
}

// planned are the attributes that planning decides.
func (m *keyPolicyModel) planned() map[string]attr.Value {
	return map[string]attr.Value{"statement": m.Statement, "key_arn": m.KeyARN, "sid": m.Sid, "account_id": m.AccountID}
}

// planEnd says whether the grant in the state stays, and refuses a plan that
// removes what another resource goes on with.
func (r *keyPolicyResource) planEnd(ctx context.Context, req resource.ModifyPlanRequest) (diags diag.Diagnostics) {
	if req.State.Raw.IsNull() || r.account == nil {
		return diags
	}
	var state keyPolicyModel
	if diags.Append(req.State.Get(ctx, &state)...); diags.HasError() {
		return diags
	}
	goes := req.Plan.Raw.IsNull()
	if !goes {
		var plan keyPolicyModel // the paths that replace are not told before the end of the plan
		diags.Append(req.Plan.Get(ctx, &plan)...)
		goes = namesOtherKey(state.KeyID, plan.KeyID) || namesOtherRole(state.RoleARN, plan.RoleARN)
	}
	mark := markIn(ctx, req.Private)
	if goes {
		diags.Append(r.account.grantGoes(r.place(state), state.RoleARN.ValueString(), mark)...)
		return diags
	}
	diags.Append(r.account.grantStays(r.place(state), state.RoleARN.ValueString(), mark)...)
	return diags
}

func (m *keyPolicyModel) planStatement(ctx context.Context, r *keyPolicyResource, creates bool, diags *diag.Diagnostics) {
	who, more := r.account.identify(ctx)
	if diags.Append(more...); more.HasError() {
		return
	}
	region := r.account.client.Region()
	m.showNames(who.ID, region)
	if m.KeyID.IsUnknown() {
		return
	}
	diags.Append(m.checkKeyName(who.ID, region)...)
	if m.RoleARN.IsUnknown() || unknownSet(m.Actions) || diags.HasError() {
		return
	}
	grant, more := m.grant(ctx, who.ID)
	diags.Append(more...)
	m.Statement = types.StringValue(policy.Projection(grant))
	if creates {
		diags.Append(r.planFacts(ctx, *m, grant)...)
	}
}

// planFacts refuses a key that cannot serve. A missing one may be created in
// this run.
func (r *keyPolicyResource) planFacts(ctx context.Context, m keyPolicyModel, grant policy.Grant) (diags diag.Diagnostics) {
	_, err := r.account.client.DescribeKey(ctx, m.KeyARN.ValueString())
	if alicloud.HasCode(err, codeKeyMissing) || alicloud.IsForbidden(err) {
		return diags
	}
	if diags.Append(r.checkKey(ctx, m)...); diags.HasError() {
		return diags
	}
	if diags.Append(r.checkQuantity(ctx, m)...); diags.HasError() {
		return diags
	}
	raw, err := r.account.client.KeyPolicy(ctx, m.KeyARN.ValueString())
	if err != nil {
		return diags
	}
	return append(diags, r.account.foretellGrant(r.place(m), raw, grant, m.RoleARN.ValueString(), m.KeyARN.ValueString())...)
}

// ImportState takes "key,role_arn" or the identity.
func (r *keyPolicyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	key, role, _ := strings.Cut(req.ID, ",")
	if req.ID == "" && req.Identity != nil {
		key, role = r.importIdentity(ctx, req.Identity, &resp.Diagnostics)
	} else {
		resp.Diagnostics.Append(checkGrantImport(replication.CheckKey(key), role, "key,role_arn", "acs:kms:cn-hangzhou:2000000000000002:key/key-hzz0123")...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("key_id"), key)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("role_arn"), role)...)
}

// importIdentity reads the identity and checks account and region, which are in
// the ARN.
func (r *keyPolicyResource) importIdentity(ctx context.Context, given *tfsdk.ResourceIdentity, diags *diag.Diagnostics) (arn, role string) {
	identity := readIdentity[keyPolicyIdentityModel](ctx, given, diags)
	who, more := r.account.identify(ctx)
	diags.Append(more...)
	arn, role = identity.KeyARN.ValueString(), identity.RoleARN.ValueString()
	key, keyErr := replication.ParseKeyARN(arn)
	diags.Append(identityAttribute("key_arn", keyErr)...)
	_, roleErr := replication.ParseRoleARN(role)
	diags.Append(identityAttribute("role_arn", roleErr)...)
	switch {
	case diags.HasError():
	case key.AccountID != who.ID:
		diags.Append(otherAccount("key_arn", key.AccountID, who))
	case key.Region != r.account.client.Region():
		diags.Append(identityAttribute("key_arn", fmt.Errorf("the key is in %s; the provider block works in %s", key.Region, r.account.client.Region()))...)
	}
	return arn, role
}
