package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// ModifyPlan decides what replaces the rule: only a known value that means
// something else. Facts are read for rules that the plan creates or replaces.
func (r *ruleResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	var plan ruleModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(plan.check(ctx)...)
	creates := req.State.Raw.IsNull()
	if !creates {
		var state ruleModel
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		replaced := plan.replacedBy(ctx, state, &resp.Diagnostics)
		resp.Diagnostics.Append(plan.explainReplacement(state, replaced)...)
		for _, name := range replaced {
			resp.RequiresReplace = append(resp.RequiresReplace, path.Root(name))
		}
		plan.RuleID, plan.AccountID = state.RuleID, state.AccountID
		if creates = len(replaced) > 0; creates {
			plan.RuleID = types.StringUnknown()
		}
	}
	if r.account != nil && r.account.unknown == "" && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(r.planAgainstAccount(ctx, &plan, creates, req.State.Raw.IsNull())...)
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("rule_id"), plan.RuleID)...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("account_id"), plan.AccountID)...)
}

// replacedBy names the immutable attributes whose planned value is known and
// means something else than the rule in the state.
func (m *ruleModel) replacedBy(ctx context.Context, state ruleModel, diags *diag.Diagnostics) []string {
	wanted, wantedDiags := m.rule(ctx)
	present, presentDiags := state.rule(ctx)
	diags.Append(wantedDiags...)
	diags.Append(presentDiags...)
	unknown := map[string]bool{
		"source_bucket": m.SourceBucket.IsUnknown(), "destination_bucket": m.DestinationBucket.IsUnknown(), "role": m.Role.IsUnknown(),
		"replicate_history": m.ReplicateHistory.IsUnknown(), "replicate_deletes": m.ReplicateDeletes.IsUnknown(),
		"prefixes": unknownSet(m.Prefixes), "tag_filter": !m.tagFilterKnown(ctx), "replica_kms_key_id": m.ReplicaKMSKeyID.IsUnknown(),
	}
	return slices.DeleteFunc(wanted.Differences(present), func(name string) bool { return unknown[name] })
}

// explainReplacement says what a replacement costs, or refuses it.
func (m *ruleModel) explainReplacement(state ruleModel, replaced []string) (diags diag.Diagnostics) {
	if len(replaced) == 0 {
		return diags
	}
	fields := strings.Join(replaced, ", ")
	if m.PreventReplacement.ValueBool() {
		diags.AddAttributeError(path.Root(replaced[0]), "Replacement is prevented",
			fmt.Sprintf("A change of %s would replace the rule %s of %s, and prevent_replacement is true. Undo the change, or set prevent_replacement = false in the same plan.",
				fields, state.RuleID.ValueString(), state.pair()))
		return diags
	}
	history := "Objects that are written in between are not copied, because replicate_history is false."
	if m.ReplicateHistory.ValueBool() {
		history = "Afterwards all history is copied again, which may overwrite objects of the same name in the destination."
	}
	diags.AddAttributeWarning(path.Root(replaced[0]), "The rule will be replaced",
		fmt.Sprintf("OSS cannot change a rule, so a change of %s deletes %s of %s and makes a new one. Replication stops from the deletion until the new rule is active, "+
			"usually 5 to 10 minutes. %s", fields, state.RuleID.ValueString(), state.pair(), history))
	return diags
}

// planAgainstAccount compares the plan with the account and with what can be
// read. second says that the state is null: a creation, or the second look of
// Terraform at a replacement.
func (r *ruleResource) planAgainstAccount(ctx context.Context, m *ruleModel, creates, second bool) (diags diag.Diagnostics) {
	who, diags := r.account.identify(ctx)
	if diags.HasError() {
		return diags
	}
	if creates {
		m.AccountID = types.StringValue(who.ID)
	}
	diags.Append(m.checkPrefixCount(r.account.prefixLimit)...)
	diags.Append(m.checkAccount(who.ID, r.account.client.Region())...)
	if creates && !diags.HasError() && !m.SourceBucket.IsUnknown() {
		diags.Append(r.factsOfSource(ctx, *m, who)...)
		if !m.DestinationBucket.IsUnknown() {
			diags.Append(r.factsOfDestination(ctx, *m)...)
			if second {
				diags.Append(r.factsOfPair(ctx, *m)...)
			}
		}
	}
	return diags
}

// factsOfSource refuses what nothing in this run can change. A missing bucket
// may be created in this run.
func (r *ruleResource) factsOfSource(ctx context.Context, m ruleModel, who alicloud.Account) (diags diag.Diagnostics) {
	info, err := r.account.client.BucketInfo(ctx, m.SourceBucket.ValueString())
	switch {
	case err == nil:
		diags.Append(checkSourceBucket(info, who, r.account.client.Region())...)
		if info.Versioning == "Suspended" {
			diags.AddAttributeWarning(path.Root("source_bucket"), "Versioning of the source bucket is suspended",
				"OSS replicates only between buckets that both have versioning enabled or both never had it. It will refuse the rule.")
		}
	case isForeignBucket(err):
		diags.AddAttributeError(path.Root("source_bucket"), "Source bucket of another account",
			fmt.Sprintf("The provider's credentials belong to account %s, which does not own bucket %s. A rule is made by the account that owns the source bucket. "+
				"Check whether two provider blocks have each other's credentials.\n\n%v", who.ID, m.SourceBucket.ValueString(), err))
	}
	return diags
}

// isForeignBucket recognises the answer for a bucket of another account (OSS EC
// 0003-00000001, 2026).
func isForeignBucket(err error) bool {
	failure := &alicloud.Error{}
	return alicloud.HasCode(err, "BucketNotBelongTo") || asFailure(err, &failure) && failure.EC == "0003-00000001"
}

// factsOfDestination usually learns nothing: the bucket is another account's.
func (r *ruleResource) factsOfDestination(ctx context.Context, m ruleModel) (diags diag.Diagnostics) {
	destination, err := r.account.client.BucketInfo(ctx, m.DestinationBucket.ValueString())
	if err != nil {
		return diags
	}
	if destination.Region != r.account.client.Region() {
		diags.AddAttributeError(path.Root("destination_bucket"), "Destination bucket in another region",
			fmt.Sprintf("Bucket %s is in %s; the source is in %s. This provider manages rules within one region.", destination.Name, destination.Region, r.account.client.Region()))
	}
	source, err := r.account.client.BucketInfo(ctx, m.SourceBucket.ValueString())
	if err == nil && source.Versioning != destination.Versioning {
		diags.AddAttributeWarning(path.Root("destination_bucket"), "Versioning of the buckets differs",
			fmt.Sprintf("It is %q on %s and %q on %s. OSS will refuse the rule unless this run makes them equal.", source.Versioning, source.Name, destination.Versioning, destination.Name))
	}
	return diags
}

// factsOfPair looks for a rule of the pair. One that a resource of this process
// has is being replaced, and no news.
func (r *ruleResource) factsOfPair(ctx context.Context, m ruleModel) (diags diag.Diagnostics) {
	existing, found, err := r.ruleForPair(ctx, m.SourceBucket.ValueString(), m.DestinationBucket.ValueString())
	if err != nil || !found || existing.Status == alicloud.RuleClosing {
		return diags
	}
	ours := strings.HasPrefix(existing.ID, ruleIDPrefix) || r.account.run.has(m.SourceBucket.ValueString(), existing.ID)
	if m.PreventReplacement.ValueBool() && ours {
		diags.AddAttributeError(path.Root("prevent_replacement"), "Replacement is prevented",
			fmt.Sprintf("The rule %s of %s exists and would be replaced: the resource is tainted, or -replace was given. prevent_replacement is true. "+
				"Run terraform untaint, or set prevent_replacement = false in the same plan.", existing.ID, m.pair()))
		return diags
	}
	if r.account.run.has(m.SourceBucket.ValueString(), existing.ID) || m.AdoptExisting.ValueBool() {
		return diags
	}
	diags.AddAttributeWarning(path.Root("destination_bucket"), "A rule for these buckets exists already",
		fmt.Sprintf("The rule %s of %s (%s) was not made by this resource. Creating another one will fail; import it, or set adopt_existing = true if it equals this configuration.%s",
			existing.ID, m.pair(), existing.Status, importBlock(m.SourceBucket.ValueString(), existing.ID)))
	return diags
}
