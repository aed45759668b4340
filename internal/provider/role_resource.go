package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

var (
	_ resource.ResourceWithConfigure      = (*roleResource)(nil)
	_ resource.ResourceWithIdentity       = (*roleResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*roleResource)(nil)
	_ resource.ResourceWithValidateConfig = (*roleResource)(nil)
	_ resource.ResourceWithImportState    = (*roleResource)(nil)
	_ resource.ResourceWithMoveState      = (*roleResource)(nil)
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

// Create makes role, policy and attachments. After a failure it takes back what
// it has made; where that fails too, the role is in the state, so that Terraform
// knows about it.
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
	resp.Diagnostics.Append(r.refuseForeignBuckets(ctx, plan.SourceBuckets, who)...)
	leftover, diags := r.refuseExisting(ctx, goal)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	created, err := createRole(ctx, r.account.client, goal, r.account.retry)
	if err != nil {
		resp.Diagnostics.Append(callFailed("Cannot create role "+goal.name, err))
		return
	}
	plan.begin(created, who.ID)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, markKey, quoted(newMark()))...)
	seen := roleObservation{role: created, policy: leftover}
	if err := reconcileRole(ctx, r.account.client, goal, seen, false, r.account.retry); err != nil {
		outcome, gone := r.takeBack(ctx, goal, created.ID)
		resp.Diagnostics.Append(callFailed("Cannot complete role "+goal.name, err, outcome))
		if !gone {
			resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
			resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
		}
		return
	}
	resp.Diagnostics.Append(rememberPolicy(ctx, resp.Private, goal.policyName)...)
	resp.Diagnostics.Append(r.settle(ctx, goal, created.ID)...)
	plan.PolicyDocument = types.StringValue(canonicalOrAsIs(goal.document))
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
}

// Update reconciles whatever differs, also what somebody changed by hand. After
// a failure the state stays as it was: it still names the policy to remove, and
// the private state those that a swap of policies has left.
func (r *roleResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state roleModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	who, diags := r.account.identify(ctx)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(sameAccount(state.AccountID, who, "role "+state.Name.ValueString())...)
	if !strings.EqualFold(plan.Name.ValueString(), state.Name.ValueString()) {
		resp.Diagnostics.AddAttributeError(path.Root("name"), "Name of the role became known only now",
			"It names another role, and a role cannot be renamed. Run plan again: it replaces the role.")
	}
	goal, diags := plan.goal(ctx)
	resp.Diagnostics.Append(diags...)
	owned, diags := ownsPolicy(ctx, req.Private, state.PolicyName.ValueString())
	resp.Diagnostics.Append(diags...)
	leftovers, diags := leftoverPolicies(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	left, diags := r.reconcileAndSwap(ctx, goal, state, owned, leftovers)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(rememberLeftovers(ctx, resp.Private, left)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(rememberPolicy(ctx, resp.Private, goal.policyName)...)
	resp.Diagnostics.Append(r.settle(ctx, goal, state.RoleID.ValueString())...)
	plan.showNames(who.ID)
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
	name, policyName := state.Name.ValueString(), state.PolicyName.ValueString()
	owned, diags := ownsPolicy(ctx, req.Private, policyName)
	resp.Diagnostics.Append(diags...)
	leftovers, diags := leftoverPolicies(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if why := r.othersKeep(ctx, state, markIn(ctx, req.Private)); why != nil {
		resp.Diagnostics.Append(why)
		return
	}
	seen, err := observeRole(alicloud.Fresh(ctx), r.account.client, name, policyName)
	if alicloud.HasCode(err, codeRoleMissing) {
		resp.Diagnostics.Append(r.dropPolicy(ctx, name, policyName, owned)...)
		_, diags := r.dropLeftovers(ctx, name, leftovers)
		resp.Diagnostics.Append(diags...)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(callFailed("Cannot read role "+name, err))
		return
	}
	if seen.role.ID != state.RoleID.ValueString() {
		resp.Diagnostics.AddWarning("Role was replaced outside Terraform",
			fmt.Sprintf("Role %s has another id than the one in the state. It and its policies were left alone.", name))
		return
	}
	own := ""
	if owned || seen.policy != nil && isOurs(*seen.policy, name, seen.isAttached(alicloud.PolicyCustom, policyName)) {
		own = policyName
	}
	if others := seen.foreign(own, state.KMSCryptoUserAccess.ValueBool()); len(others) > 0 && !state.ForceDetachPolicies.ValueBool() {
		resp.Diagnostics.AddAttributeError(path.Root("force_detach_policies"), "Role has policies of somebody else",
			fmt.Sprintf("Role %s also carries %s, which this resource did not attach. Detach them, or set force_detach_policies = true and apply before destroying.",
				name, policyNames(others)))
		return
	}
	_, diags = r.dropLeftovers(ctx, name, seen.leftovers(policyName, leftovers))
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if resp.Diagnostics.Append(r.remove(ctx, name, own, seen.attached)...); !resp.Diagnostics.HasError() {
		r.account.run.forgetRule(ctx, rolesNoted, state.RoleID.ValueString())
	}
}

// remove detaches everything and deletes what the resource created; ownPolicy is
// "" when there is none.
func (r *roleResource) remove(ctx context.Context, name, ownPolicy string, attached []alicloud.AttachedPolicy) (diags diag.Diagnostics) {
	for _, p := range attached {
		if err := detach(ctx, r.account.client, p.Type, p.Name, name); err != nil {
			diags.Append(callFailed("Cannot detach policy "+p.Name+" from role "+name, err))
			return diags
		}
	}
	if ownPolicy != "" {
		if diags.Append(r.deleteOwn(ctx, name, ownPolicy)...); diags.HasError() {
			return diags
		}
	}
	if err := deleteRole(ctx, r.account.client, name, attached, r.account.retry); err != nil {
		diags.Append(callFailed("Cannot delete role "+name, err))
	}
	return diags
}
