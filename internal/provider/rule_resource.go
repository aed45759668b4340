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
)

var (
	_ resource.ResourceWithConfigure      = (*ruleResource)(nil)
	_ resource.ResourceWithIdentity       = (*ruleResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*ruleResource)(nil)
	_ resource.ResourceWithValidateConfig = (*ruleResource)(nil)
	_ resource.ResourceWithImportState    = (*ruleResource)(nil)
	_ resource.ResourceWithMoveState      = (*ruleResource)(nil)
)

const codeBucketMissing = "NoSuchBucket"

// ruleWouldBeLost refuses what would end without the rule that a resource keeps.
const ruleWouldBeLost = "Rule would be lost"

type ruleResource struct{ account *account }

func newRuleResource() resource.Resource { return &ruleResource{} }

func (r *ruleResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rule"
}

func (r *ruleResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = ruleSchemaV0(ctx)
}

func (r *ruleResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = ruleIdentitySchemaV0()
}

func (r *ruleResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.account = configuredAccount(req.ProviderData, &resp.Diagnostics)
}

// Create makes the rule. Once it exists nothing is an error any more: an error
// would taint a good rule, and Terraform would replace it.
func (r *ruleResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan ruleModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	who, diags := r.account.identify(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	limit, diags := plan.Timeouts.Create(ctx, ruleTimeout)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(plan.check(ctx)...)
	resp.Diagnostics.Append(plan.checkPrefixCount(r.account.prefixLimit)...)
	resp.Diagnostics.Append(plan.checkAccount(who.ID)...)
	resp.Diagnostics.Append(plan.checkKeyRegion(r.account.client.Region())...)
	location, diags := r.sourceLocation(ctx, plan, who)
	resp.Diagnostics.Append(diags...)
	wanted, diags := plan.rule(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	id, mark := newRuleID()
	wanted.ID = id
	bounded, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	// Noted before it is sent: nobody else in this run may take it over.
	r.account.run.makeRule(ctx, wanted.SourceBucket, id, mark)
	made, problem := r.putRule(bounded, request{
		rule: wanted, location: location, adopt: plan.AdoptExisting.ValueBool(), mark: mark, who: who,
	})
	if made.rule.ID != id {
		r.account.run.forgetRule(ctx, wanted.SourceBucket, id)
	}
	if problem != nil {
		resp.Diagnostics.Append(problem)
		return
	}
	r.account.run.makeRule(ctx, wanted.SourceBucket, made.rule.ID, mark)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, markKey, quoted(mark))...)
	plan.RuleID, plan.AccountID = types.StringValue(made.rule.ID), types.StringValue(who.ID)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
	if made.adopted && !r.account.run.takeTold(wanted.SourceBucket, made.rule.ID) {
		resp.Diagnostics.Append(warnHiddenRole(plan, made.rule)...)
	}
	resp.Diagnostics.Append(r.afterCreate(bounded, plan, made)...)
}

// afterCreate warns and waits; it never fails.
func (r *ruleResource) afterCreate(ctx context.Context, m ruleModel, made creation) (diags diag.Diagnostics) {
	if made.interrupted != nil {
		what := "exists and is in the state."
		if made.unseen {
			what = "may exist: nothing showed it before the end. It is in the state, and the next plan says whether it is there."
		}
		diags.AddWarning("The answer to the creation of a rule was lost",
			fmt.Sprintf("The rule %s of %s %s\n\n%v", made.rule.ID, m.pair(), what, made.interrupted))
		return diags
	}
	if !m.WaitUntilActive.ValueBool() {
		return r.waitUntilListed(ctx, m, made)
	}
	switch err := r.waitUntilActive(ctx, m.SourceBucket.ValueString(), made.rule.ID); {
	case errors.Is(err, errRuleWent):
		diags.AddWarning("Rule is gone",
			fmt.Sprintf("The rule %s of %s was created, and deleted outside Terraform while it became active. The next apply creates it again; nothing is replicated until then.",
				made.rule.ID, m.pair()))
	case err != nil:
		diags.AddWarning("The rule is not active yet",
			fmt.Sprintf("The rule %s of %s was created, but did not become active while Terraform waited. It usually takes 3 to 5 minutes; nothing has to be done.\n\n%v",
				made.rule.ID, m.pair(), err))
	}
	return diags
}

// waitUntilListed waits until the bucket's list shows the new rule. A list that
// lags behind would let the next plan take the rule for deleted, and make another.
func (r *ruleResource) waitUntilListed(ctx context.Context, m ruleModel, made creation) (diags diag.Diagnostics) {
	ctx, cancel := context.WithTimeout(ctx, listSettling)
	defer cancel()
	listed := func(rule *alicloud.Rule) bool { return rule != nil }
	if err := r.waitForRule(ctx, m.SourceBucket.ValueString(), made.rule.ID, listed); err != nil {
		diags.AddWarning("The rule is not listed yet",
			fmt.Sprintf("OSS accepted the rule %s of %s, but Terraform did not see it in the list of the bucket's rules. It is in the state; if the next plan says that it is gone, wait a minute and plan again.\n\n%v",
				made.rule.ID, m.pair(), err))
	}
	return diags
}

// sourceLocation asks OSS where the source bucket is, or takes what planning
// was told a moment ago. It also tells a swapped alias before anything is
// written.
func (r *ruleResource) sourceLocation(ctx context.Context, m ruleModel, who alicloud.Account) (string, diag.Diagnostics) {
	var diags diag.Diagnostics
	info, err := r.account.client.BucketInfo(ctx, m.SourceBucket.ValueString())
	if alicloud.IsForeignBucket(err) { // the caller may have got the permission a moment ago
		info, err = r.account.client.BucketInfo(alicloud.Fresh(ctx), m.SourceBucket.ValueString())
	}
	if err != nil {
		diags.Append(callFailed("Cannot read the source bucket "+m.SourceBucket.ValueString(), err))
		return "", diags
	}
	diags.Append(checkSourceBucket(info, who, r.account.client.Region())...)
	return info.Location, diags
}

func checkSourceBucket(info alicloud.BucketInfo, who alicloud.Account, region string) (diags diag.Diagnostics) {
	if info.OwnerID != "" && info.OwnerID != who.ID {
		diags.AddAttributeError(path.Root("source_bucket"), "Source bucket of another account",
			fmt.Sprintf("Bucket %s belongs to account %s; the provider's credentials belong to account %s. A rule is made by the account that owns the source bucket. "+
				"Check whether two provider blocks have each other's credentials.", info.Name, info.OwnerID, who.ID))
	}
	if info.Region != "" && region != "" && info.Region != region {
		diags.AddAttributeError(path.Root("source_bucket"), "Source bucket in another region",
			fmt.Sprintf("Bucket %s is in %s; the provider block works in %s. Use a provider block with region = %q.", info.Name, info.Region, region, info.Region))
	}
	return diags
}

// Read finds the rule by its id and nothing else. Closing counts as gone.
func (r *ruleResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state ruleModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	who, diags := r.account.identify(ctx)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(sameAccount(state.AccountID, who, "the rule "+state.pair())...)
	moved, diags := takeMoved(ctx, req.Private, resp.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	imported := state.DestinationBucket.IsNull()
	bucket, id := state.SourceBucket.ValueString(), state.RuleID.ValueString()
	rule, err := r.findRule(ctx, bucket, id)
	switch {
	case err != nil:
		resp.Diagnostics.Append(callFailed("Cannot read the rule "+id+" of bucket "+bucket, err))
		return
	case rule == nil && imported:
		resp.Diagnostics.AddError("Rule does not exist", fmt.Sprintf("Bucket %s of account %s has no rule with the id %s.", bucket, who.ID, id))
		return
	case imported && rule.Status == alicloud.RuleClosing:
		resp.Diagnostics.AddError("Rule does not exist any more", fmt.Sprintf("The rule %s of bucket %s is closing: its deletion was accepted, and it disappears within minutes.", id, bucket))
		return
	case rule == nil || rule.Status == alicloud.RuleClosing:
		resp.Diagnostics.AddWarning("Rule is gone", fmt.Sprintf(
			"The rule %s of %s was deleted: outside Terraform, or by an earlier run that did not see the end of it. The next apply creates it again if it is still configured; nothing is replicated until then.", id, state.pair()))
		state.AccountID = types.StringValue(who.ID)
		resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...) // Terraform before 1.12 sends none, and a good read needs one
		resp.State.RemoveResource(ctx)
		return
	}
	mark := markIn(ctx, req.Private)
	if (imported || moved) && mark == unmarked {
		mark = newMark()
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, markKey, quoted(mark))...)
	}
	if shared, fresh := r.account.run.readRule(ctx, bucket, id, mark, imported || moved); shared {
		resp.Diagnostics.Append(sharedRule(bucket, id, fresh))
	}
	if imported || moved {
		title := ruleCannotImport
		if moved {
			title = ruleCannotMove
		}
		resp.Diagnostics.Append(r.checkImported(ctx, title, bucket, state.Role.ValueString(), *rule, who)...)
		state.showDefaults()
	}
	state.AccountID = types.StringValue(who.ID)
	resp.Diagnostics.Append(state.show(ctx, asSeen(bucket, *rule))...)
	resp.Diagnostics.Append(warnBareKey(state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// sharedRule says that two resources have one rule. An import and a move are
// refused; for what is in the state already it is a warning, so that it can be
// repaired.
func sharedRule(bucket, id string, fresh bool) diag.Diagnostic {
	text := fmt.Sprintf("Two resources of this configuration have the rule %s of bucket %s. "+
		"Keep one, and take the other out of the state with terraform state rm.", id, bucket)
	if fresh {
		return diag.NewErrorDiagnostic("Rule belongs to another resource", text)
	}
	return diag.NewWarningDiagnostic("Rule belongs to two resources", text)
}

func warnBareKey(m ruleModel) (diags diag.Diagnostics) {
	if key := m.ReplicaKMSKeyID.ValueString(); isBareKey(key) {
		diags.AddAttributeWarning(path.Root("replica_kms_key_id"), "Replica key without an account",
			fmt.Sprintf("The rule names the key %s by its id alone. KMS looks an id up in the account of the caller, so nothing encrypted is copied to another account. "+
				"Replace the rule by one with the key's ARN.", key))
	}
	return diags
}

// Update only changes this provider's own settings. A value that became known
// just now and differs cannot be applied: a rule is immutable.
func (r *ruleResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state ruleModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	wanted, diags := plan.rule(ctx)
	resp.Diagnostics.Append(diags...)
	present, diags := state.rule(ctx)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(cannotChange(plan, state, wanted.Differences(present))...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.RuleID, plan.AccountID = state.RuleID, state.AccountID
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
}

// Delete ends the rule and waits until the bucket's list has lost it: a rule of
// the same pair can only be made then. Whatever fails keeps it in the state.
func (r *ruleResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state ruleModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	limit, diags := state.Timeouts.Delete(ctx, ruleTimeout)
	resp.Diagnostics.Append(diags...)
	who, diags := r.account.identify(ctx)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(sameAccount(state.AccountID, who, "the rule "+state.pair())...)
	if resp.Diagnostics.HasError() {
		return
	}
	bucket, id := state.SourceBucket.ValueString(), state.RuleID.ValueString()
	if problem := r.othersHave(ctx, state, markIn(ctx, req.Private)); problem != nil {
		resp.Diagnostics.Append(problem)
		return
	}
	bounded, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := r.account.client.DeleteRule(bounded, bucket, id); err != nil {
		r.account.run.stayRule(ctx, bucket, id)
		resp.Diagnostics.Append(callFailed("Cannot delete the rule "+id+" of "+state.pair(), err))
		return
	}
	gone := func(rule *alicloud.Rule) bool { return rule == nil }
	if err := r.waitForRule(bounded, bucket, id, gone); err != nil {
		resp.Diagnostics.AddError("The rule is still closing", fmt.Sprintf(
			"OSS accepted the deletion of the rule %s of %s, but Terraform did not see it disappear. It stays in the state; run destroy or apply again, or raise timeouts.delete.\n\n%v",
			id, state.pair(), err))
		return
	}
	r.account.run.forgetRule(ctx, bucket, id)
}

// othersHave says why a rule must not be deleted: another resource of this run
// has it, or could not make the one that follows. nil begins the deletion.
func (r *ruleResource) othersHave(ctx context.Context, state ruleModel, mark string) diag.Diagnostic {
	id := state.RuleID.ValueString()
	switch r.account.run.leaveRule(ctx, state.SourceBucket.ValueString(), id, mark, state.PreventReplacement.ValueBool()) {
	case staysTakenOver:
		return diag.NewWarningDiagnostic("Rule was taken over in this run", fmt.Sprintf(
			"Another resource took over the rule %s of %s in this run, so it was not deleted; only this resource's entry in the state goes.", id, state.pair()))
	case staysKept:
		return diag.NewWarningDiagnostic("Rule is kept for another resource", fmt.Sprintf(
			"Another resource of this configuration has the rule %s of %s and keeps it, so it was not deleted; only this resource's entry in the state goes.", id, state.pair()))
	case staysAlone:
		return diag.NewErrorDiagnostic(ruleWouldBeLost, fmt.Sprintf(
			"Another resource of this run wants a rule for %s, which could not be made beside the rule %s. So this one was not deleted and stays in the state: nothing would be replicated any more. "+
				"Use a moved block if the resource was renamed, or adopt_existing = true in the new one if its rule is equal, and apply again.", state.pair(), id))
	case staysPrevented:
		return prevented(id, state.pair(), "")
	}
	return nil
}
