package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

var (
	_ resource.ResourceWithConfigure   = (*destinationGrantResource)(nil)
	_ resource.ResourceWithIdentity    = (*destinationGrantResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*destinationGrantResource)(nil)
	_ resource.ResourceWithImportState = (*destinationGrantResource)(nil)
	_ resource.ResourceWithMoveState   = (*destinationGrantResource)(nil)
)

const bucketPolicyCure = "give alicloud_oss_bucket lifecycle { ignore_changes = [policy] }, and move the statements of alicloud_oss_bucket_policy elsewhere."

type destinationGrantResource struct{ account *account }

func newDestinationGrantResource() resource.Resource { return &destinationGrantResource{} }

func (r *destinationGrantResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_destination_grant"
}

func (r *destinationGrantResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = destinationGrantSchemaV0()
}

func (r *destinationGrantResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = destinationGrantIdentitySchemaV0()
}

func (r *destinationGrantResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.account = configuredAccount(req.ProviderData, &resp.Diagnostics)
}

// grant is what the model asks for in the account that owns the bucket.
func (m *destinationGrantModel) grant(owner string) (policy.Grant, error) {
	role, err := replication.ParseRoleARN(m.RoleARN.ValueString())
	grant := bucketGrant(owner, m.Bucket.ValueString(), role.Principal())
	grant.Actions = replication.GrantActions(m.AllowDeletes.IsNull() || m.AllowDeletes.ValueBool())
	return grant, err
}

// bucketGrant is all that this resource can give to a principal.
func bucketGrant(owner, bucket, principal string) policy.Grant {
	return policy.Grant{
		Kind: policy.BucketPolicy, Principal: principal, Owner: owner,
		Actions: replication.GrantActions(true), Universe: replication.GrantActions(true),
		Resources: replication.BucketResources(owner, bucket),
	}
}

func (m *destinationGrantModel) identity() destinationGrantIdentityModel {
	return destinationGrantIdentityModel{AccountID: m.AccountID, Bucket: m.Bucket, RoleARN: m.RoleARN}
}

func (r *destinationGrantResource) place(m destinationGrantModel) grantPlace {
	bucket := m.Bucket.ValueString()
	return grantPlace{
		key: "oss:" + bucket, what: "policy of bucket " + bucket, kind: policy.BucketPolicy,
		store: bucketPolicyStore{r.account.client, bucket},
	}
}

// start identifies the caller and builds the grant.
func (r *destinationGrantResource) start(ctx context.Context, m destinationGrantModel) (alicloud.Account, policy.Grant, diag.Diagnostics) {
	who, diags := r.account.identify(ctx)
	diags.Append(sameAccount(m.AccountID, who, "the grant on bucket "+m.Bucket.ValueString())...)
	if diags.HasError() {
		return who, policy.Grant{}, diags
	}
	grant, err := m.grant(who.ID)
	if err != nil {
		diags.AddAttributeError(path.Root("role_arn"), "Value is not a role ARN", err.Error())
	}
	return who, grant, diags
}

// Create adds the grant. A grant that was there before is not taken over.
func (r *destinationGrantResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan destinationGrantModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	who, grant, diags := r.start(ctx, plan)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(r.checkBucket(ctx, plan, who)...)
	if resp.Diagnostics.HasError() {
		return
	}
	place := r.place(plan)
	result, err := r.account.putGrant(ctx, place, grant, true)
	if err != nil {
		if errors.Is(err, errGrantExists) {
			resp.Diagnostics.Append(grantExists(place, plan.Bucket.ValueString(), plan.RoleARN.ValueString()))
			return
		}
		resp.Diagnostics.Append(grantFailed("Cannot add the grant to the "+place.what, err, place))
		if !result.Wrote {
			return
		}
	}
	plan.AccountID, plan.Principal = types.StringValue(who.ID), types.StringValue(grant.Principal)
	plan.Statement = types.StringValue(policy.Projection(grant))
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
	resp.Diagnostics.Append(r.account.grantMade(ctx, place, plan.RoleARN.ValueString(), resp.Private)...)
	if err == nil {
		resp.Diagnostics.Append(r.warnAfter(result.Before, result.After, grant, place)...)
	}
}

// warnAfter tells what was wider before, and what overrules the grant now.
func (r *destinationGrantResource) warnAfter(before, after []byte, grant policy.Grant, place grantPlace) (diags diag.Diagnostics) {
	if found, err := r.account.findGrant(place.kind, before, grant); err == nil {
		diags.Append(warnWider(found, place)...)
	}
	if found, err := r.account.findGrant(place.kind, after, grant); err == nil {
		diags.Append(warnDenies(found, place)...)
	}
	return diags
}

// checkBucket refuses a bucket of another account or region before any write.
func (r *destinationGrantResource) checkBucket(ctx context.Context, m destinationGrantModel, who alicloud.Account) (diags diag.Diagnostics) {
	info, err := r.account.client.BucketInfo(ctx, m.Bucket.ValueString())
	switch {
	case err == nil && info.OwnerID != "" && info.OwnerID != who.ID, alicloud.IsForeignBucket(err):
		owner := "another account"
		if err == nil {
			owner = "account " + info.OwnerID
		}
		diags.AddAttributeError(path.Root("bucket"), "Bucket of another account", fmt.Sprintf(
			"Bucket %s belongs to %s; the provider's credentials belong to account %s. A bucket policy is written by the account that owns the bucket. "+
				"Check whether two provider blocks have each other's credentials.%s", m.Bucket.ValueString(), owner, who.ID, because(err)))
	case err == nil && info.Region != r.account.client.Region():
		diags.AddAttributeError(path.Root("bucket"), "Bucket in another region", fmt.Sprintf(
			"Bucket %s is in %s; the provider block works in %s. Use a provider block with region = %q.", info.Name, info.Region, r.account.client.Region(), info.Region))
	case alicloud.IsOtherRegion(err):
		diags.AddAttributeError(path.Root("bucket"), "Bucket in another region", fmt.Sprintf(
			"Bucket %s is not in %s, where the provider block works. Use a provider block of its region.%s",
			m.Bucket.ValueString(), r.account.client.Region(), because(err)))
	case err != nil && !alicloud.IsForbidden(err):
		diags.Append(callFailed("Cannot read the bucket "+m.Bucket.ValueString(), err))
	}
	return diags
}

// checkTaken is checkBucket for an import or a move. A policy can name its owner
// as *, so that only the bucket itself says whose it is; a bucket that is missing
// is told by the read of its policy.
func (r *destinationGrantResource) checkTaken(ctx context.Context, m destinationGrantModel, who alicloud.Account) diag.Diagnostics {
	if _, err := r.account.client.BucketInfo(ctx, m.Bucket.ValueString()); alicloud.HasCode(err, codeBucketMissing) {
		return nil
	}
	return r.checkBucket(ctx, m, who)
}

func because(err error) string {
	if err == nil {
		return ""
	}
	return "\n\n" + err.Error()
}

// Read shows our part of the policy and nothing else.
func (r *destinationGrantResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state destinationGrantModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	imported := state.Statement.IsNull()
	moved, diags := takeMoved(ctx, req.Private, resp.Private)
	resp.Diagnostics.Append(diags...)
	who, grant, diags := r.start(ctx, state)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	place, title := r.place(state), grantCannotImport
	if moved {
		title = grantCannotMove
	}
	if imported || moved {
		if resp.Diagnostics.Append(r.checkTaken(ctx, state, who)...); resp.Diagnostics.HasError() {
			return
		}
	}
	raw, err := r.account.client.BucketPolicy(ctx, state.Bucket.ValueString())
	missing := alicloud.HasCode(err, codeBucketMissing)
	var found policy.Finding
	if err == nil {
		found, err = r.account.findGrant(place.kind, raw, grant)
	}
	switch {
	case err != nil && !missing:
		resp.Diagnostics.Append(grantFailed("Cannot read the "+place.what, err, place))
		return
	case !found.Present && imported:
		resp.Diagnostics.AddError("Grant does not exist", fmt.Sprintf("The %s of account %s has no grant for %s.%s", place.what, who.ID, grant.Principal, because(err)))
		return
	case missing:
		resp.Diagnostics.Append(warnLost("bucket "+state.Bucket.ValueString(), place, grant.Principal))
	case !found.Present:
		resp.Diagnostics.Append(warnGone(place, grant.Principal, bucketPolicyCure))
	}
	if !found.Present {
		r.account.run.forgetGrant(place.noted(state.RoleARN.ValueString()), markIn(ctx, req.Private))
		state.AccountID = types.StringValue(who.ID)
		resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...) // needed for a read that ends well, also where Terraform sent none
		resp.State.RemoveResource(ctx)
		return
	}
	resp.Diagnostics.Append(r.account.grantRead(ctx, place, state.RoleARN.ValueString(), imported || moved, req.Private, resp.Private)...)
	resp.Diagnostics.Append(warnDenies(found, place)...)
	if imported || moved {
		resp.Diagnostics.Append(checkGrantImported(title, place, raw, grant)...)
		state.show(found.Projection, grant.Principal, who.ID)
		if wanted, err := state.grant(who.ID); err == nil && imported && !resp.Diagnostics.HasError() {
			resp.Diagnostics.Append(warnLess("The grant for "+grant.Principal+" in the "+place.what, found.Projection, wanted)...)
		}
	}
	state.AccountID, state.Principal = types.StringValue(who.ID), types.StringValue(grant.Principal)
	state.Statement = types.StringValue(found.Projection)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// Update repairs the grant, whatever became of it.
func (r *destinationGrantResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state destinationGrantModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(refuseOtherGrant(plan, state)...)
	plan.AccountID = state.AccountID
	_, grant, diags := r.start(ctx, plan)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	place := r.place(plan)
	result, err := r.account.putGrant(ctx, place, grant, false)
	if err != nil {
		resp.Diagnostics.Append(grantFailed("Cannot change the grant in the "+place.what, err, place))
		return
	}
	plan.Principal, plan.Statement = types.StringValue(grant.Principal), types.StringValue(policy.Projection(grant))
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
	resp.Diagnostics.Append(r.warnAfter(nil, result.After, grant, place)...)
}

// refuseOtherGrant catches a bucket or role that became known only in the apply
// and is another one: the old grant would be left behind.
func refuseOtherGrant(plan, state destinationGrantModel) (diags diag.Diagnostics) {
	const text = "The value became known only now and names another one than before. Run plan again: it replaces the grant."
	if !plan.Bucket.Equal(state.Bucket) {
		diags.AddAttributeError(path.Root("bucket"), "A grant cannot move", text)
	}
	before, errBefore := replication.ParseRoleARN(state.RoleARN.ValueString())
	after, errAfter := replication.ParseRoleARN(plan.RoleARN.ValueString())
	if errBefore == nil && errAfter == nil && !before.Same(after) {
		diags.AddAttributeError(path.Root("role_arn"), "A grant cannot move", text)
	}
	return diags
}

// Delete takes the grant out and leaves everything else.
func (r *destinationGrantResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state destinationGrantModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	_, grant, diags := r.start(ctx, state)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	place := r.place(state)
	_, err := r.account.removeGrant(ctx, place, grant)
	if err != nil && !alicloud.HasCode(err, codeBucketMissing) {
		resp.Diagnostics.Append(grantFailed("Cannot remove the grant from the "+place.what, err, place))
		return
	}
	r.account.run.forgetGrant(place.noted(state.RoleARN.ValueString()), markIn(ctx, req.Private))
}
