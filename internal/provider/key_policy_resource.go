package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

var (
	_ resource.ResourceWithConfigure   = (*keyPolicyResource)(nil)
	_ resource.ResourceWithIdentity    = (*keyPolicyResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*keyPolicyResource)(nil)
	_ resource.ResourceWithImportState = (*keyPolicyResource)(nil)
	_ resource.ResourceWithMoveState   = (*keyPolicyResource)(nil)
)

const (
	codeKeyMissing = "Forbidden.KeyNotFound"
	keyPolicyCure  = "leave policy out of alicloud_kms_key, or give it lifecycle { ignore_changes = [policy] }."
)

type keyPolicyResource struct{ account *account }

func newKeyPolicyResource() resource.Resource { return &keyPolicyResource{} }

func (r *keyPolicyResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_kms_key_policy"
}

func (r *keyPolicyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = keyPolicySchemaV0()
}

func (r *keyPolicyResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = keyPolicyIdentitySchemaV0()
}

func (r *keyPolicyResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.account = configuredAccount(req.ProviderData, &resp.Diagnostics)
}

// showNames sets what follows from the arguments and the account alone.
func (m *keyPolicyModel) showNames(owner, region string) {
	m.AccountID, m.KeyARN, m.Sid = types.StringValue(owner), types.StringUnknown(), types.StringUnknown()
	if !m.KeyID.IsUnknown() {
		m.KeyARN = types.StringValue(m.key(owner, region).ARN())
	}
	if role, err := replication.ParseRoleARN(m.RoleARN.ValueString()); err == nil {
		m.Sid = types.StringValue(replication.KeySid(role))
	}
}

// key is the key that the argument names: an ARN says it all, an id is one of
// the caller's account and region.
func (m *keyPolicyModel) key(owner, region string) replication.Key {
	if key, err := replication.ParseKeyARN(m.KeyID.ValueString()); err == nil {
		return key
	}
	return replication.Key{Region: region, AccountID: owner, ID: m.KeyID.ValueString()}
}

func (m *keyPolicyModel) grant(ctx context.Context, owner string) (policy.Grant, diag.Diagnostics) {
	var diags diag.Diagnostics
	role, err := replication.ParseRoleARN(m.RoleARN.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("role_arn"), "Value is not a role ARN", err.Error())
		return policy.Grant{}, diags
	}
	actions := replication.DefaultKeyActions()
	if !m.Actions.IsNull() {
		actions = nil
		diags.Append(m.Actions.ElementsAs(ctx, &actions, false)...)
		slices.SortFunc(actions, byKeyUse)
	}
	return keyGrant(owner, role, actions), diags
}

// keyGrant is what this resource gives to a role.
func keyGrant(owner string, role replication.Role, actions []string) policy.Grant {
	return policy.Grant{
		Kind: policy.KeyPolicy, Principal: role.ARN(), Owner: owner, Actions: actions, Universe: keyUses(),
		Resources: []string{"*"}, Sid: replication.KeySid(role),
	}
}

func (m *keyPolicyModel) identity() keyPolicyIdentityModel {
	return keyPolicyIdentityModel{KeyARN: m.KeyARN, RoleARN: m.RoleARN}
}

// place names the document by the key's ARN, whichever way the key is given.
func (r *keyPolicyResource) place(m keyPolicyModel) grantPlace {
	arn := m.KeyARN.ValueString()
	return grantPlace{key: "kms:" + arn, what: "policy of key " + arn, kind: policy.KeyPolicy, store: keyPolicyStore{r.account.client, arn}}
}

// start identifies the caller, fills in the names and builds the grant.
func (r *keyPolicyResource) start(ctx context.Context, m *keyPolicyModel) (policy.Grant, diag.Diagnostics) {
	who, diags := r.account.identify(ctx)
	diags.Append(sameAccount(m.AccountID, who, "the grant on key "+m.KeyID.ValueString())...)
	if diags.HasError() {
		return policy.Grant{}, diags
	}
	m.showNames(who.ID, r.account.client.Region())
	diags.Append(m.checkKeyName(who.ID, r.account.client.Region())...)
	grant, grantDiags := m.grant(ctx, who.ID)
	diags.Append(grantDiags...)
	return grant, diags
}

// checkKeyName compares account and region of an ARN with the provider block's.
func (m *keyPolicyModel) checkKeyName(owner, region string) (diags diag.Diagnostics) {
	key := m.key(owner, region)
	if key.AccountID != owner {
		diags.AddAttributeError(path.Root("key_id"), "Key of another account", fmt.Sprintf(
			"The key belongs to account %s, the provider's credentials to account %s. A key policy is written by the account that owns the key. "+
				"Check whether two provider blocks have each other's credentials.", key.AccountID, owner))
	}
	if key.Region != region {
		diags.AddAttributeError(path.Root("key_id"), "Key in another region", fmt.Sprintf(
			"The key is in %s; the provider block works in %s. Replicas need a key of the buckets' region.", key.Region, region))
	}
	return diags
}

// Create adds the statement. One that was there before is not taken over.
func (r *keyPolicyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan keyPolicyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	grant, diags := r.start(ctx, &plan)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if resp.Diagnostics.Append(r.checkWrite(ctx, plan)...); resp.Diagnostics.HasError() {
		return
	}
	place := r.place(plan)
	result, err := r.account.putGrant(ctx, place, grant, true)
	if errors.Is(err, errGrantExists) {
		resp.Diagnostics.Append(grantExists(place, plan.KeyARN.ValueString(), plan.RoleARN.ValueString()))
		return
	}
	if err != nil {
		resp.Diagnostics.Append(grantFailed("Cannot add the grant to the "+place.what, err, place))
		if !result.Wrote {
			return
		}
	}
	plan.Statement = types.StringValue(policy.Projection(grant))
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
	resp.Diagnostics.Append(r.account.grantMade(ctx, place, plan.RoleARN.ValueString(), resp.Private)...)
	if err == nil {
		resp.Diagnostics.Append(r.warnAfter(result.Before, result.After, grant, place)...)
	}
}

func (r *keyPolicyResource) warnAfter(before, after []byte, grant policy.Grant, place grantPlace) (diags diag.Diagnostics) {
	if found, err := r.account.findGrant(place.kind, before, grant); err == nil && before != nil {
		diags.Append(warnWider(found, place)...)
	}
	if found, err := r.account.findGrant(place.kind, after, grant); err == nil {
		diags.Append(warnDenies(found, place)...)
		diags.Append(warnOwner(found, place)...)
	}
	return diags
}

// warnOwner tells of a key policy that names nobody of the owner's account.
func warnOwner(found policy.Finding, place grantPlace) (diags diag.Diagnostics) {
	if !found.OwnerStatement {
		diags.AddWarning("Key policy without the owner", fmt.Sprintf(
			"No statement of the %s allows the account that owns the key anything. Only RAM policies give its users the key now. "+
				"This resource does not add such a statement; the documented default allows kms:* to acs:ram::<account>:*.", place.what))
	}
	return diags
}

// checkWrite refuses before a write what the key or its instance does not allow.
// What was read a while ago refuses nothing.
func (r *keyPolicyResource) checkWrite(ctx context.Context, m keyPolicyModel) diag.Diagnostics {
	diags := r.checkKey(ctx, m)
	if diags.HasError() {
		diags = r.checkKey(alicloud.Fresh(ctx), m)
	}
	if !diags.HasError() {
		diags.Append(r.checkQuantity(ctx, m)...)
	}
	return diags
}

// checkKey refuses keys that cannot serve replicas, each with reason and cure.
func (r *keyPolicyResource) checkKey(ctx context.Context, m keyPolicyModel) (diags diag.Diagnostics) {
	key, err := r.account.client.DescribeKey(ctx, m.KeyARN.ValueString())
	if err != nil {
		diags.Append(callFailed("Cannot read the key "+m.KeyARN.ValueString(), err))
		return diags
	}
	refuse := func(summary, detail string) { diags.AddAttributeError(path.Root("key_id"), summary, detail) }
	switch {
	case key.InstanceID == "":
		refuse("Key has no key policy", fmt.Sprintf("Key %s is a default or service key, which cannot be shared with another account. "+
			"Create a software key in a KMS instance with an access management quantity of at least 2.", key.ID))
	case key.State != "Enabled":
		refuse("Key is not enabled", fmt.Sprintf("Key %s is in the state %s; OSS could not encrypt replicas with it. Enable it or use another one.", key.ID, key.State))
	case key.Usage != "" && key.Usage != "ENCRYPT/DECRYPT" || isAsymmetric(key.Spec):
		refuse("Key cannot encrypt data keys", fmt.Sprintf("Key %s is a %s key for %s; replicas need a symmetric key for ENCRYPT/DECRYPT.", key.ID, key.Spec, key.Usage))
	}
	return diags
}

func isAsymmetric(spec string) bool {
	return strings.HasPrefix(spec, "RSA_") || strings.HasPrefix(spec, "EC_")
}

// Read shows our statement and nothing else.
func (r *keyPolicyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state keyPolicyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	imported := state.Statement.IsNull()
	grant, diags := r.start(ctx, &state)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	place := r.place(state)
	raw, err := r.account.client.KeyPolicy(ctx, state.KeyARN.ValueString())
	missing := alicloud.HasCode(err, codeKeyMissing)
	var found policy.Finding
	if err == nil {
		found, err = r.account.findGrant(place.kind, raw, grant)
	}
	switch {
	case err != nil && !missing:
		resp.Diagnostics.Append(grantFailed("Cannot read the "+place.what, err, place))
		return
	case !found.Present && imported:
		resp.Diagnostics.AddError("Grant does not exist", fmt.Sprintf("The %s has no grant for %s.%s", place.what, grant.Principal, because(err)))
		return
	case missing:
		resp.Diagnostics.Append(warnLost("key "+state.KeyARN.ValueString(), place, grant.Principal))
	case !found.Present:
		resp.Diagnostics.Append(warnGone(place, grant.Principal, keyPolicyCure))
	}
	if !found.Present {
		r.account.run.forgetGrant(place.noted(state.RoleARN.ValueString()), markIn(ctx, req.Private))
		resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...) // needed for a read that ends well, also where Terraform sent none
		resp.State.RemoveResource(ctx)
		return
	}
	resp.Diagnostics.Append(r.account.grantRead(ctx, place, state.RoleARN.ValueString(), imported, req.Private, resp.Private)...)
	resp.Diagnostics.Append(warnDenies(found, place)...)
	if imported {
		resp.Diagnostics.Append(checkGrantImported(grantCannotImport, place, raw, grant)...)
		state.Actions = stringSet(actionsIn(found.Projection))
	}
	state.Statement = types.StringValue(found.Projection)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// actionsIn are the actions of a projection that a grant may have.
func actionsIn(projection string) []string {
	var found []string
	for _, action := range keyUses() {
		if strings.Contains(projection, `"`+action+`"`) {
			found = append(found, action)
		}
	}
	return found
}

// Update repairs the statement, whatever became of it.
func (r *keyPolicyResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state keyPolicyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	plan.AccountID = state.AccountID
	grant, diags := r.start(ctx, &plan)
	resp.Diagnostics.Append(diags...)
	const text = "The value became known only now and names another one than before. Run plan again: it replaces the grant."
	if !plan.KeyARN.Equal(state.KeyARN) {
		resp.Diagnostics.AddAttributeError(path.Root("key_id"), "A grant cannot move", text)
	}
	if !plan.Sid.Equal(state.Sid) {
		resp.Diagnostics.AddAttributeError(path.Root("role_arn"), "A grant cannot move", text)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if resp.Diagnostics.Append(r.checkWrite(ctx, plan)...); resp.Diagnostics.HasError() {
		return
	}
	place := r.place(plan)
	result, err := r.account.putGrant(ctx, place, grant, false)
	if err != nil {
		resp.Diagnostics.Append(grantFailed("Cannot change the grant in the "+place.what, err, place))
		return
	}
	plan.Statement = types.StringValue(policy.Projection(grant))
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
	resp.Diagnostics.Append(r.warnAfter(nil, result.After, grant, place)...)
}

// Delete takes the statement out and leaves everything else.
func (r *keyPolicyResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state keyPolicyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	grant, diags := r.start(ctx, &state)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	place := r.place(state)
	restored, err := r.account.removeGrant(ctx, place, grant)
	switch {
	case err != nil && !alicloud.HasCode(err, codeKeyMissing):
		resp.Diagnostics.Append(grantFailed("Cannot remove the grant from the "+place.what, err, place))
		return
	case restored:
		resp.Diagnostics.AddWarning("Key got its default policy", fmt.Sprintf(
			"The grant was the only statement of the %s. A key policy cannot be empty, so it now holds the documented default: its owner's account may do everything with it.", place.what))
	}
	r.account.run.forgetGrant(place.noted(state.RoleARN.ValueString()), markIn(ctx, req.Private))
}
