package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// immutables are the arguments that make up a rule, by name.
func (m *ruleModel) immutables() map[string]attr.Value {
	return map[string]attr.Value{
		"source_bucket": m.SourceBucket, "destination_bucket": m.DestinationBucket, "role": m.Role,
		"replicate_history": m.ReplicateHistory, "replicate_deletes": m.ReplicateDeletes,
		"prefixes": m.Prefixes, "tag_filter": m.TagFilter, "replica_kms_key_id": m.ReplicaKMSKeyID,
	}
}

// unknown names the immutable arguments that are not wholly known yet.
func (m *ruleModel) unknown(ctx context.Context) (names []string) {
	for name, value := range m.immutables() {
		if raw, err := value.ToTerraformValue(ctx); err != nil || !raw.IsFullyKnown() {
			names = append(names, name)
		}
	}
	return names
}

// planUnknown keeps the promise of a plan that did not know every value: such a
// plan goes on with the rule. Terraform plans once more during the apply, when
// the values are known. A different one cannot replace the rule then, because the
// plan that was approved does not say so. The two plannings look alike to a
// provider, so the first leaves a note for the second.
func (r *ruleResource) planUnknown(ctx context.Context, p *planning) (diags diag.Diagnostics) {
	if r.account == nil {
		return diags
	}
	bucket, id := p.state.SourceBucket.ValueString(), p.state.RuleID.ValueString()
	p.read = r.account.run.takeRead(bucket, id, p.mark)
	promised := r.account.run.takePending(ctx, bucket, id)
	if !p.read && len(p.replaced) > 0 && containsAll(promised, p.replaced) {
		return cannotChange(p.plan, *p.state, p.replaced)
	}
	if unknown := p.plan.unknown(ctx); len(p.replaced) == 0 && len(unknown) > 0 {
		r.account.run.notePending(ctx, bucket, id, unknown)
	}
	return diags
}

// containsAll reports whether a plan promised to keep what all of these
// attributes say. One that it knew is not what became known in its apply.
func containsAll(promised, replaced []string) bool {
	return !slices.ContainsFunc(replaced, func(name string) bool { return !slices.Contains(promised, name) })
}

// cannotChange refuses values that became known too late, with the value that the
// rule has.
func cannotChange(plan, state ruleModel, names []string) (diags diag.Diagnostics) {
	wanted, present := plan.immutables(), state.immutables()
	for _, name := range names {
		diags.AddAttributeError(path.Root(name), "A rule cannot be changed", fmt.Sprintf(
			"The value of %s became known only in this apply: %s. The rule %s of %s has %s, and OSS cannot change a rule. The plan did not say that the rule is replaced, so nothing was changed. "+
				"Run plan again: it knows the value, replaces the rule and says what that costs. "+
				"That also helps where nothing is being applied: an earlier plan of this machine may be meant, which did not know the value.",
			name, wanted[name], state.RuleID.ValueString(), state.pair(), present[name]))
	}
	return diags
}
