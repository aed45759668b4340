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

// ModifyPlan sets what the grant will be. Setting the statement again, also when
// it is known, is what makes changes by hand show up.
func (r *destinationGrantResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	resp.Diagnostics.Append(r.planEnd(ctx, req)...)
	if req.Plan.Raw.IsNull() {
		return
	}
	var plan destinationGrantModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	proposed := plan.planned()
	plan.Principal, plan.Statement = types.StringUnknown(), types.StringUnknown()
	role, err := replication.ParseRoleARN(plan.RoleARN.ValueString())
	if err == nil {
		plan.Principal = types.StringValue(role.Principal())
	}
	if r.account != nil && r.account.unknown == "" {
		who, diags := r.account.identify(ctx)
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
		plan.AccountID = types.StringValue(who.ID)
		if err == nil && !plan.Bucket.IsUnknown() && !plan.AllowDeletes.IsUnknown() {
			grant, _ := plan.grant(who.ID)
			plan.Statement = types.StringValue(policy.Projection(grant))
		}
		if req.State.Raw.IsNull() && !plan.Bucket.IsUnknown() { // a replacement is planned once more, as a creation
			resp.Diagnostics.Append(r.planFacts(ctx, plan, who)...)
		}
	}
	resp.Diagnostics.Append(setChanged(ctx, &resp.Plan, proposed, plan.planned())...)
}

// planned are the attributes that planning decides.
func (m *destinationGrantModel) planned() map[string]attr.Value {
	return map[string]attr.Value{"principal": m.Principal, "statement": m.Statement, "account_id": m.AccountID}
}

// planEnd says whether the grant in the state stays, and refuses a plan that
// removes what another resource goes on with.
func (r *destinationGrantResource) planEnd(ctx context.Context, req resource.ModifyPlanRequest) (diags diag.Diagnostics) {
	if req.State.Raw.IsNull() || r.account == nil {
		return diags
	}
	var state destinationGrantModel
	if diags.Append(req.State.Get(ctx, &state)...); diags.HasError() {
		return diags
	}
	goes := req.Plan.Raw.IsNull()
	if !goes {
		var plan destinationGrantModel // the paths that replace are not told before the end of the plan
		diags.Append(req.Plan.Get(ctx, &plan)...)
		goes = namesOther(state.Bucket, plan.Bucket) || namesOtherRole(state.RoleARN, plan.RoleARN)
	}
	mark := markIn(ctx, req.Private)
	if goes {
		diags.Append(r.account.grantGoes(r.place(state), state.RoleARN.ValueString(), mark)...)
		return diags
	}
	diags.Append(r.account.grantStays(r.place(state), state.RoleARN.ValueString(), mark)...)
	return diags
}

// planFacts refuses what no resource of this run can change. A missing bucket
// may be created in this run.
func (r *destinationGrantResource) planFacts(ctx context.Context, m destinationGrantModel, who alicloud.Account) (diags diag.Diagnostics) {
	if _, err := r.account.client.BucketInfo(ctx, m.Bucket.ValueString()); alicloud.HasCode(err, codeBucketMissing) {
		return diags
	}
	if diags.Append(r.checkBucket(ctx, m, who)...); diags.HasError() {
		return diags
	}
	raw, err := r.account.client.BucketPolicy(ctx, m.Bucket.ValueString())
	grant, grantErr := m.grant(who.ID)
	if err != nil || grantErr != nil {
		return diags
	}
	return append(diags, r.account.foretellGrant(r.place(m), raw, grant, m.RoleARN.ValueString(), m.Bucket.ValueString())...)
}

// ImportState takes "bucket,role_arn" or the identity.
func (r *destinationGrantResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	bucket, role, _ := strings.Cut(req.ID, ",")
	if req.ID == "" && req.Identity != nil {
		bucket, role = r.importIdentity(ctx, req.Identity, &resp.Diagnostics)
	} else {
		resp.Diagnostics.Append(checkGrantImport(replication.CheckBucketName(bucket), role, "bucket,role_arn", "orders-backup")...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("bucket"), bucket)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("role_arn"), role)...)
}

// importIdentity reads the identity and checks its account.
func (r *destinationGrantResource) importIdentity(ctx context.Context, given *tfsdk.ResourceIdentity, diags *diag.Diagnostics) (bucket, role string) {
	identity := readIdentity[destinationGrantIdentityModel](ctx, given, diags)
	who, more := r.account.identify(ctx)
	diags.Append(more...)
	diags.Append(identityAccount(identity.AccountID, who)...)
	bucket, role = identity.Bucket.ValueString(), identity.RoleARN.ValueString()
	diags.Append(identityAttribute("bucket", replication.CheckBucketName(bucket))...)
	_, err := replication.ParseRoleARN(role)
	diags.Append(identityAttribute("role_arn", err)...)
	return bucket, role
}

// checkGrantImport says what an import id should look like.
func checkGrantImport(placeErr error, role, form, example string) (diags diag.Diagnostics) {
	_, roleErr := replication.ParseRoleARN(role)
	for _, err := range []error{placeErr, roleErr} {
		if err != nil {
			diags.AddError("Invalid import id", fmt.Sprintf("%v\n\nExpected %q, for example %q.", err, form, example+",acs:ram::1000000000000001:role/oss-srr-orders"))
			return diags
		}
	}
	return diags
}
