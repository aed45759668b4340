package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// factsOfPair looks for a rule of the pair. Without a state the rule is created,
// replaced (a second look), or replaced because it is tainted.
func (r *ruleResource) factsOfPair(ctx context.Context, p *planning) (diags diag.Diagnostics) {
	bucket := p.plan.SourceBucket.ValueString()
	if p.state != nil {
		return r.factsOfNewPair(ctx, p)
	}
	if p.goes != nil { // its place becomes free
		return diags
	}
	existing, found, err := r.ruleForPair(ctx, bucket, p.plan.DestinationBucket.ValueString())
	if err != nil && p.plan.PreventReplacement.ValueBool() && !alicloud.HasCode(err, codeBucketMissing) {
		return append(diags, cannotPrevent(p.plan.pair(), err))
	}
	if err != nil || !found || existing.Status == alicloud.RuleClosing {
		return diags
	}
	if r.account.run.wantRule(ctx, bucket, existing.ID, p.plan.PreventReplacement.ValueBool()) {
		diags.Append(contested(existing.ID, p.plan.pair()))
		return diags
	}
	// A tainted resource was read, and is planned as one that has nothing; the
	// destruction of one that was renamed may be planned before or after this. Without
	// a refresh neither shows.
	note := r.account.run.noteOf(ctx, bucket, existing.ID)
	tainted := note.onlyRead()
	switch {
	case p.plan.PreventReplacement.ValueBool() && (tainted || !p.plan.AdoptExisting.ValueBool()):
		next := ""
		if !tainted {
			next = p.plan.nextStep(existing, r.differencesAtPlan(ctx, p.plan, existing, &diags))
		}
		diags.Append(prevented(existing.ID, p.plan.pair(), next))
	case tainted:
		diags.AddAttributeWarning(path.Root("destination_bucket"), "The rule will be replaced",
			fmt.Sprintf("The rule %s of %s is in the state, and this plan makes another one for the same pair: the resource is tainted, or was renamed without a moved block. %s",
				existing.ID, p.plan.pair(), p.plan.costOfReplacement()))
	default:
		diags.Append(r.warnExisting(ctx, p.plan, existing)...)
	}
	return diags
}

// factsOfNewPair refuses a replacement that would delete the rule and then find
// the place of the new one taken.
func (r *ruleResource) factsOfNewPair(ctx context.Context, p *planning) (diags diag.Diagnostics) {
	bucket, destination, own := p.plan.SourceBucket.ValueString(), p.plan.DestinationBucket.ValueString(), p.state.RuleID.ValueString()
	taken := func(ctx context.Context) (alicloud.Rule, bool) {
		existing, found, err := r.ruleForPair(ctx, bucket, destination)
		return existing, err == nil && found && existing.ID != own && existing.Status != alicloud.RuleClosing
	}
	if _, found := taken(ctx); !found {
		return diags
	}
	existing, found := taken(alicloud.Fresh(ctx)) // the shared list may be a minute old
	if !found {
		return diags
	}
	if p.plan.AdoptExisting.ValueBool() && len(r.differencesAtPlan(ctx, p.plan, existing, &diags)) == 0 {
		diags.Append(r.foretellHiddenRole(p.plan, existing)...)
		if r.account.run.wantRule(ctx, bucket, existing.ID, p.plan.PreventReplacement.ValueBool()) {
			diags.Append(contested(existing.ID, p.plan.pair()))
		}
		return diags
	}
	text := fmt.Sprintf("OSS allows one rule for a pair of buckets, and %s has the rule %s (%s). This plan would delete the rule %s of %s and then fail to make the new one, so nothing is planned. "+
		"Remove the rule %s first, in an apply of its own if a resource of this configuration has it, or use other buckets.",
		p.plan.pair(), existing.ID, existing.Status, own, p.state.pair(), existing.ID)
	diags.AddAttributeError(path.Root("destination_bucket"), "A rule for these buckets exists already", text)
	return diags
}

// differencesAtPlan names what an existing rule has that the plan, as far as it
// is known, does not give it.
func (r *ruleResource) differencesAtPlan(ctx context.Context, m ruleModel, existing alicloud.Rule, diags *diag.Diagnostics) []string {
	different := m.replacedBy(ctx, modelOf(ctx, m, existing), diags)
	location := ""
	if source, err := r.account.client.BucketInfo(ctx, m.SourceBucket.ValueString()); err == nil {
		location = source.Location
	}
	different = append(different, foreignTo(location, existing)...)
	// What cannot be read is not known to differ; the apply demands to know it.
	if who, err := r.account.client.Account(ctx); err == nil {
		if roleless, err := r.mayLackRole(ctx, existing, who); err == nil && roleless {
			different = append(different, noRole)
		}
	}
	return different
}

func cannotPrevent(pair string, err error) diag.Diagnostic {
	return callFailed("Cannot see which rule exists for "+pair, err,
		"prevent_replacement is true. Without the list of the bucket's rules, a new rule cannot be told from one that is tainted, so nothing is planned.")
}

// prevented refuses to make a rule beside the one that is there. next is what else
// there is to do, where the rule may be somebody else's.
func prevented(id, pair, next string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("prevent_replacement"), "Replacement is prevented", fmt.Sprintf(
		"The rule %s of %s exists, this plan makes another one for the same pair, and prevent_replacement is true: the resource is tainted or was renamed without a moved block, or the rule is somebody else's. "+
			"Run terraform untaint, use a moved block, or set prevent_replacement = false in the same plan.%s", id, pair, next))
}

// warnExisting foretells what creating a second rule for a pair will end in.
func (r *ruleResource) warnExisting(ctx context.Context, m ruleModel, existing alicloud.Rule) (diags diag.Diagnostics) {
	different := r.differencesAtPlan(ctx, m, existing, &diags)
	if m.AdoptExisting.ValueBool() && len(different) == 0 {
		return append(diags, r.foretellHiddenRole(m, existing)...)
	}
	text := fmt.Sprintf("The rule %s of %s (%s) exists, and this plan makes another one for the same pair, which OSS refuses while that rule is there. "+
		"If this resource was renamed, use a moved block: without one nothing is replicated for a while, or the apply fails and leaves the rule as it is.", existing.ID, m.pair(), existing.Status)
	text += m.nextStep(existing, different)
	diags.AddAttributeWarning(path.Root("destination_bucket"), "A rule for these buckets exists already", text)
	return diags
}

// nextStep says how a rule that somebody else made differs, and how to have it.
func (m *ruleModel) nextStep(existing alicloud.Rule, different []string) string {
	step := " Set adopt_existing = true to take it over."
	if len(different) > 0 {
		step = fmt.Sprintf(" It differs from this configuration in: %s.", strings.Join(different, ", "))
	}
	return step + howToHave(m.SourceBucket.ValueString(), existing)
}

// foretellHiddenRole is warnHiddenRole in a plan. An apply plans once more: it shall
// not say the same after that.
func (r *ruleResource) foretellHiddenRole(m ruleModel, existing alicloud.Rule) diag.Diagnostics {
	diags := warnHiddenRole(m, existing)
	if len(diags) > 0 {
		r.account.run.setTold(m.SourceBucket.ValueString(), existing.ID)
	}
	return diags
}

// warnHiddenRole says that one field of an adopted rule could not be compared: the
// answers of OSS may leave the role out (OSS GetBucketReplication page, 2026-03).
func warnHiddenRole(m ruleModel, existing alicloud.Rule) (diags diag.Diagnostics) {
	if existing.Role == "" {
		diags.AddAttributeWarning(path.Root("role"), "The role of the rule is not shown", fmt.Sprintf(
			"The rule %s of %s is taken over, because all else equals this configuration. OSS does not show which role it was made with, so nobody compared that with %s. "+
				"If it is another role, OSS goes on with that one: look in the console, and if so, replace the rule with -replace.",
			existing.ID, m.pair(), m.Role.ValueString()))
	}
	return diags
}

// warnUnseen says that a rule may be taken over which no plan has shown.
func (p *planning) warnUnseen() (diags diag.Diagnostics) {
	if p.plan.AdoptExisting.ValueBool() && (p.plan.SourceBucket.IsUnknown() || p.plan.DestinationBucket.IsUnknown()) {
		diags.AddAttributeWarning(path.Root("adopt_existing"), "A rule may be taken over unseen", "Which buckets the rule connects becomes known only in the apply, and adopt_existing is true. "+
			"If they have an equal rule by then, this resource takes it over, although this plan could not show it or see who else has it. "+
			"Use names that are known when planning, or adopt_existing = false.")
	}
	return diags
}

// modelOf is an existing rule in the form of a state.
func modelOf(ctx context.Context, like ruleModel, existing alicloud.Rule) ruleModel {
	seen := ruleModel{SourceBucket: like.SourceBucket, TagFilter: like.TagFilter, Prefixes: like.Prefixes}
	_ = seen.show(ctx, asSeen(like.SourceBucket.ValueString(), existing))
	return seen
}
