package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

var (
	_ resource.ResourceWithConfigure   = (*roleResource)(nil)
	_ resource.ResourceWithIdentity    = (*roleResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*roleResource)(nil)
	_ resource.ResourceWithImportState = (*roleResource)(nil)
)

type roleResource struct{ account *account }

func newRoleResource() resource.Resource { return &roleResource{} }

func (r *roleResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_replication_role"
}

func (r *roleResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = roleSchemaV0()
}

func (r *roleResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = roleIdentitySchemaV0()
}

func (r *roleResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.account = configuredAccount(req.ProviderData, &resp.Diagnostics)
}

// Create makes role, policy and attachments. What identifies the role goes into
// the state right after RAM confirmed it, so that a failure further on leaves a
// role that Terraform knows about.
func (r *roleResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan roleModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	who, diags := r.account.identify(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	goal, diags := plan.goal(ctx)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(r.refuseExisting(ctx, goal)...)
	if resp.Diagnostics.HasError() {
		return
	}
	created, err := createRole(ctx, r.account.client, goal)
	if err != nil {
		resp.Diagnostics.Append(callFailed("Cannot create role "+goal.name, err))
		return
	}
	plan.begin(created, who.ID)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := reconcileRole(ctx, r.account.client, goal, false, r.account.retry); err != nil {
		resp.Diagnostics.Append(callFailed("Cannot complete role "+goal.name, err))
		return
	}
	resp.Diagnostics.Append(r.refresh(ctx, &plan, who.ID)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Read finds the role by name and id. A role of the same name with another id
// is another role, and the one in the state is gone.
func (r *roleResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state roleModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	who, diags := r.account.identify(ctx)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(sameAccount(state.AccountID, who, "role "+state.Name.ValueString())...)
	if resp.Diagnostics.HasError() {
		return
	}
	state.AccountID = types.StringValue(who.ID)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	imported := state.RoleID.IsNull()
	if imported {
		resp.Diagnostics.Append(r.discover(ctx, &state)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	seen, err := observeRole(ctx, r.account.client, state.Name.ValueString(), state.PolicyName.ValueString())
	switch {
	case alicloud.HasCode(err, codeRoleMissing):
		if imported {
			resp.Diagnostics.AddError("Role does not exist", fmt.Sprintf("Account %s has no role %s.", who.ID, state.Name.ValueString()))
			return
		}
		resp.Diagnostics.AddWarning("Role is gone", fmt.Sprintf("Role %s of account %s was deleted outside Terraform. The next apply creates it again.",
			state.Name.ValueString(), who.ID))
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		resp.Diagnostics.Append(callFailed("Cannot read role "+state.Name.ValueString(), err))
		return
	case !imported && seen.role.ID != state.RoleID.ValueString():
		resp.Diagnostics.AddWarning("Role was replaced outside Terraform", fmt.Sprintf(
			"Role %s of account %s has the id %s; the one in the state had %s. Terraform does not take over a role that it did not create: "+
				"delete it, or import it with: terraform import <address> %s",
			state.Name.ValueString(), who.ID, seen.role.ID, state.RoleID.ValueString(), state.Name.ValueString()))
		resp.State.RemoveResource(ctx)
		return
	}
	state.show(seen, who.ID)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// Update reconciles whatever differs, also what somebody changed by hand.
func (r *roleResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state roleModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	who, diags := r.account.identify(ctx)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(sameAccount(state.AccountID, who, "role "+state.Name.ValueString())...)
	if !plan.Name.Equal(state.Name) && !strings.EqualFold(plan.Name.ValueString(), state.Name.ValueString()) {
		resp.Diagnostics.AddAttributeError(path.Root("name"), "Name of the role became known only now",
			"It names another role, and a role cannot be renamed. Run plan again: it replaces the role.")
	}
	if resp.Diagnostics.HasError() {
		return
	}
	goal, diags := plan.goal(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	owned := strings.EqualFold(goal.policyName, state.PolicyName.ValueString())
	if err := reconcileRole(ctx, r.account.client, goal, owned, r.account.retry); err != nil {
		resp.Diagnostics.Append(callFailed("Cannot update role "+goal.name, err))
		return
	}
	if !owned {
		resp.Diagnostics.Append(r.dropPolicy(ctx, goal.name, state.PolicyName.ValueString())...)
	}
	resp.Diagnostics.Append(r.refresh(ctx, &plan, who.ID)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
}

// Delete removes attachments, the policy and the role, in this order: whatever
// interrupts it, the role stays in the state until everything else is gone.
func (r *roleResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state roleModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	who, diags := r.account.identify(ctx)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(sameAccount(state.AccountID, who, "role "+state.Name.ValueString())...)
	if resp.Diagnostics.HasError() {
		return
	}
	name, policyName := state.Name.ValueString(), state.PolicyName.ValueString()
	seen, err := observeRole(alicloud.Fresh(ctx), r.account.client, name, policyName)
	if alicloud.HasCode(err, codeRoleMissing) {
		resp.Diagnostics.Append(r.dropPolicy(ctx, name, policyName)...)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(callFailed("Cannot read role "+name, err))
		return
	}
	if seen.role.ID != state.RoleID.ValueString() {
		resp.Diagnostics.AddWarning("Role was replaced outside Terraform",
			fmt.Sprintf("Role %s has another id than the one in the state. It was left alone.", name))
		return
	}
	if others := seen.foreign(policyName, state.KMSCryptoUserAccess.ValueBool()); len(others) > 0 && !state.ForceDetachPolicies.ValueBool() {
		resp.Diagnostics.AddAttributeError(path.Root("force_detach_policies"), "Role has policies of somebody else",
			fmt.Sprintf("Role %s also carries %s, which this resource did not attach. Detach them, or set force_detach_policies = true and apply before destroying.",
				name, policyNames(others)))
		return
	}
	resp.Diagnostics.Append(r.remove(ctx, name, policyName, seen.attached)...)
}

// ImportState takes "name" or "name,policy_name", or the identity.
func (r *roleResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	name, policyName, _ := strings.Cut(req.ID, ",")
	if req.ID == "" && req.Identity != nil {
		var identity roleIdentityModel
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		who, diags := r.account.identify(ctx)
		resp.Diagnostics.Append(diags...)
		resp.Diagnostics.Append(identityAccount(identity.AccountID, who)...)
		name = identity.Name.ValueString()
	}
	if err := errors.Join(roleNameAndPolicy(name, policyName)...); err != nil {
		resp.Diagnostics.AddError("Invalid import id", err.Error()+"\n\nExpected \"role_name\" or \"role_name,policy_name\", for example \"oss-srr-orders\".")
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("name"), name)...)
	if policyName != "" {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("policy_name"), policyName)...)
	}
}

// remove detaches everything and deletes what the resource created.
func (r *roleResource) remove(ctx context.Context, name, policyName string, attached []alicloud.AttachedPolicy) (diags diag.Diagnostics) {
	for _, p := range attached {
		if err := detach(ctx, r.account.client, p.Type, p.Name, name); err != nil {
			diags.Append(callFailed("Cannot detach policy "+p.Name+" from role "+name, err))
			return diags
		}
	}
	if diags.Append(r.dropPolicy(ctx, name, policyName)...); diags.HasError() {
		return diags
	}
	if err := deleteRole(ctx, r.account.client, name, r.account.retry); err != nil {
		diags.Append(callFailed("Cannot delete role "+name, err))
	}
	return diags
}
