package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// planning is what one call of ModifyPlan is about.
type planning struct {
	plan ruleModel
	// state is nil for a creation, for a tainted rule and for the second look
	// at a replacement.
	state *ruleModel
	// replaced names the attributes that replace the rule.
	replaced []string
	// mark tells the resource in the state from others.
	mark string
	// read says that the rule was read for this plan.
	read bool
	// goes is the rule that a second look replaces; nil otherwise.
	goes *ruleModel
}

func (p *planning) creates() bool { return p.state == nil || len(p.replaced) > 0 }

// ModifyPlan decides what replaces the rule: only a known value that means
// something else. Facts are read for rules that the plan creates or replaces.
func (r *ruleResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(r.planDestruction(ctx, req)...)
		return
	}
	p, diags := readPlanning(ctx, req)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	proposed := p.plan.planned()
	resp.Diagnostics.Append(p.plan.check(ctx)...)
	resp.Diagnostics.Append(p.checkBareKey()...)
	if p.state != nil {
		resp.Diagnostics.Append(r.planChange(ctx, &p)...)
		for _, name := range p.replaced {
			resp.RequiresReplace = append(resp.RequiresReplace, path.Root(name))
		}
		if rule, err := p.state.forSecondLook(); err == nil {
			resp.Diagnostics.Append(resp.Private.SetKey(ctx, replacedKey, rule)...)
		}
	}
	resp.Diagnostics.Append(r.planSecondLook(ctx, &p)...)
	if r.account != nil && r.account.unknown == "" && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(r.planAgainstAccount(ctx, &p)...)
	}
	resp.Diagnostics.Append(setChanged(ctx, &resp.Plan, proposed, p.plan.planned())...)
}

// planned are the attributes that planning decides.
func (m *ruleModel) planned() map[string]attr.Value {
	return map[string]attr.Value{"rule_id": m.RuleID, "role": m.Role, "tag_filter": m.TagFilter, "account_id": m.AccountID}
}

// planDestruction lets other resources take the rule over.
func (r *ruleResource) planDestruction(ctx context.Context, req resource.ModifyPlanRequest) diag.Diagnostics {
	var state ruleModel
	diags := req.State.Get(ctx, &state)
	if !diags.HasError() {
		diags.Append(r.planEnd(ctx, state, markIn(ctx, req.Private), false)...)
	}
	return diags
}

// planEnd notes that the plan deletes a resource's rule, and refuses that where
// another resource goes on with it. An apply of a saved plan no longer sees who
// keeps what.
func (r *ruleResource) planEnd(ctx context.Context, state ruleModel, mark string, again bool) (diags diag.Diagnostics) {
	id := state.RuleID.ValueString()
	if r.account != nil && r.account.run.dropRule(ctx, state.SourceBucket.ValueString(), id, mark, again) {
		diags.Append(goesBesideOther(id, state.pair()))
	}
	return diags
}

func readPlanning(ctx context.Context, req resource.ModifyPlanRequest) (p planning, diags diag.Diagnostics) {
	diags.Append(req.Plan.Get(ctx, &p.plan)...)
	if req.State.Raw.IsNull() {
		noted, privateDiags := req.Private.GetKey(ctx, replacedKey)
		diags.Append(privateDiags...)
		p.goes, p.mark = replacedRule(noted, p.plan), markIn(ctx, req.Private)
		return p, diags
	}
	p.state, p.mark = &ruleModel{}, markIn(ctx, req.Private)
	diags.Append(req.State.Get(ctx, p.state)...)
	if !diags.HasError() {
		p.replaced = p.plan.replacedBy(ctx, *p.state, &diags)
	}
	return p, diags
}

// planChange plans for a rule that is in the state: it stays or is replaced.
func (r *ruleResource) planChange(ctx context.Context, p *planning) (diags diag.Diagnostics) {
	p.plan.RuleID, p.plan.AccountID = p.state.RuleID, p.state.AccountID
	if diags.Append(r.planUnknown(ctx, p)...); diags.HasError() {
		return diags
	}
	if len(p.replaced) > 0 {
		p.plan.RuleID = types.StringUnknown()
		diags.Append(r.planEnd(ctx, *p.state, p.mark, false)...)
		return append(diags, r.explainReplacement(ctx, p)...)
	}
	p.keepSingleTag(ctx)
	p.keepRole()
	return append(diags, r.planStay(ctx, *p.state, p.mark)...)
}

// planStay notes that a resource goes on with its rule, and refuses that where
// another one of the plan wants or deletes it.
func (r *ruleResource) planStay(ctx context.Context, state ruleModel, mark string) (diags diag.Diagnostics) {
	if r.account == nil {
		return diags
	}
	id := state.RuleID.ValueString()
	wanted, lost := r.account.run.keepRule(ctx, state.SourceBucket.ValueString(), id, mark)
	if wanted {
		diags.Append(contested(id, state.pair()))
	}
	if lost {
		diags.Append(goesBesideOther(id, state.pair()))
	}
	return diags
}

// keepSingleTag keeps how a filter of one tag is spelled: with one tag, "any"
// and "all" mean the same.
func (p *planning) keepSingleTag(ctx context.Context) {
	match, tags, diags := p.plan.tags(ctx)
	before, _, more := p.state.tags(ctx)
	if len(tags) == 1 && match != before && before != "" && !diags.HasError() && !more.HasError() {
		p.plan.TagFilter = p.state.TagFilter
	}
}

// keepRole keeps how the role is spelled: a name or an ARN, in any case. A role that an
// import could not see is not there to be kept.
func (p *planning) keepRole() {
	wanted, err := replication.ParseRole(p.plan.Role.ValueString())
	present, presentErr := replication.ParseRole(p.state.Role.ValueString())
	if err != nil || presentErr != nil {
		return
	}
	if present.AccountID == "" { // a role of another account is still to be refused
		present.AccountID = p.state.AccountID.ValueString()
	}
	if wanted.Same(present) {
		p.plan.Role = p.state.Role
	}
}

// contested says that two resources of a plan would end with one rule.
func contested(id, pair string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("destination_bucket"), "Two resources for one pair of buckets", fmt.Sprintf(
		"OSS allows one rule for a pair of buckets. A resource of this configuration has the rule %s of %s and keeps it, and another one wants a rule for the same pair. Remove one of them.", id, pair))
}

// goesBesideOther says that a plan would delete a rule which a resource of the
// state goes on with.
func goesBesideOther(id, pair string) diag.Diagnostic {
	return diag.NewErrorDiagnostic(ruleWouldBeLost, fmt.Sprintf(
		"Two resources of the state have the rule %s of %s. This plan destroys or replaces one of them, which deletes the rule, and keeps the other one, which would end without it. "+
			"Take the resource that goes out of the state with terraform state rm, and plan again. If it is an old object that a replacement left behind (deposed), state rm takes the whole resource; import it again.", id, pair))
}

// replacedBy names the immutable attributes whose planned value is known and
// means something else than the rule in the state.
func (m *ruleModel) replacedBy(ctx context.Context, state ruleModel, diags *diag.Diagnostics) []string {
	wanted, wantedDiags := m.rule(ctx)
	present, presentDiags := state.rule(ctx)
	diags.Append(wantedDiags...)
	diags.Append(presentDiags...)
	unknown := m.unknown(ctx)
	return slices.DeleteFunc(wanted.Differences(present), func(name string) bool { return slices.Contains(unknown, name) })
}

// prevents is whether a replacement is refused: what is not known yet is as it was.
func (p *planning) prevents() bool {
	switch {
	case !p.plan.PreventReplacement.IsUnknown():
		return p.plan.PreventReplacement.ValueBool()
	case p.goes != nil:
		return p.goes.PreventReplacement.ValueBool()
	}
	return p.state.PreventReplacement.ValueBool()
}

// explainReplacement says what a replacement costs, or refuses it.
func (r *ruleResource) explainReplacement(ctx context.Context, p *planning) (diags diag.Diagnostics) {
	fields, id := strings.Join(p.replaced, ", "), p.state.RuleID.ValueString()
	if p.prevents() {
		diags.AddAttributeError(path.Root(p.replaced[0]), "Replacement is prevented",
			fmt.Sprintf("A change of %s would replace the rule %s of %s, and prevent_replacement is true. Undo the change, or set prevent_replacement = false in the same plan.",
				fields, id, p.state.pair()))
		return diags
	}
	text := fmt.Sprintf("OSS cannot change a rule, so a change of %s deletes %s of %s and makes a new one. %s%s",
		fields, id, p.state.pair(), p.plan.costOfReplacement(), r.otherAction(ctx, p))
	if late := p.plan.unknown(ctx); len(late) > 0 {
		slices.Sort(late)
		text += fmt.Sprintf(" The value of %s becomes known only after the deletion: one that is refused then leaves no rule at all.", strings.Join(late, ", "))
	}
	if r.account != nil && !p.read {
		text += " If Terraform reports an inconsistent final plan during an apply, the value became known only then and is not the one the rule has: nothing was changed; run plan again."
	}
	diags.AddAttributeWarning(path.Root(p.replaced[0]), "The rule will be replaced", text)
	return diags
}

func (m *ruleModel) costOfReplacement() string {
	history := "Objects that are written in between are not copied, because replicate_history is false."
	switch {
	case m.ReplicateHistory.IsUnknown():
		history = "If replicate_history, which is not known yet, becomes true, all history is copied again afterwards, which may overwrite objects of the same name in the destination."
	case m.ReplicateHistory.ValueBool():
		history = "Afterwards all history is copied again, which may overwrite objects of the same name in the destination."
	}
	return "Replication stops from the deletion until the new rule is active, usually 5 to 10 minutes. " + history
}

// otherAction says that a rule which was made elsewhere with a list of actions
// comes back with ALL.
func (r *ruleResource) otherAction(ctx context.Context, p *planning) string {
	if r.account == nil || r.account.unknown != "" || !p.plan.ReplicateDeletes.ValueBool() {
		return ""
	}
	rule, err := r.findRule(ctx, p.state.SourceBucket.ValueString(), p.state.RuleID.ValueString())
	if err != nil || rule == nil || rule.Action == actionAll || !repeatsDeletes(rule.Action) {
		return ""
	}
	return fmt.Sprintf(" The old rule has the action %s; the new one is sent with ALL.", rule.Action)
}

// planAgainstAccount compares the plan with the account and with what can be
// read.
func (r *ruleResource) planAgainstAccount(ctx context.Context, p *planning) (diags diag.Diagnostics) {
	who, diags := r.account.identify(ctx)
	if diags.HasError() {
		return diags
	}
	m := &p.plan
	if p.creates() { // a rule that is there has what OSS let it have
		m.AccountID = types.StringValue(who.ID)
		diags.Append(m.checkPrefixCount(r.account.prefixLimit)...)
		diags.Append(m.checkKeyRegion(r.account.client.Region())...)
	}
	diags.Append(m.checkAccount(who.ID)...)
	if p.creates() && !diags.HasError() {
		diags.Append(r.facts(ctx, p, who)...)
	}
	return diags
}
