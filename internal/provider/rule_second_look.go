package provider

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// replacedKey holds, between the two looks that Terraform lets a provider take
// at a replacement, the rule that goes. The second look has no state; without
// this it could not be told from a creation.
const replacedKey = "rule"

// replaced is what the second look has to know of the rule that goes. The plan may
// not know its buckets, and may not know yet whether it may go.
type replaced struct {
	ID          string `json:"id"`
	Source      string `json:"source"`
	Destination string `json:"destination"`
	Prevents    bool   `json:"prevents"`
}

// forSecondLook is a rule of the state in the form of replacedKey.
func (m *ruleModel) forSecondLook() ([]byte, error) {
	return json.Marshal(replaced{
		ID: m.RuleID.ValueString(), Source: m.SourceBucket.ValueString(), Destination: m.DestinationBucket.ValueString(),
		Prevents: m.PreventReplacement.ValueBool(),
	})
}

// replacedRule is the rule that a second look replaces; nil for a creation. Earlier
// versions noted the id alone, and the plan had to say the rest.
func replacedRule(noted []byte, plan ruleModel) *ruleModel {
	var rule replaced
	if json.Unmarshal(noted, &rule) == nil && rule.ID != "" {
		return &ruleModel{
			RuleID: types.StringValue(rule.ID), SourceBucket: types.StringValue(rule.Source), DestinationBucket: types.StringValue(rule.Destination),
			PreventReplacement: types.BoolValue(rule.Prevents),
		}
	}
	var id string
	if json.Unmarshal(noted, &id) != nil || id == "" {
		return nil
	}
	return &ruleModel{RuleID: types.StringValue(id), SourceBucket: plan.SourceBucket, DestinationBucket: plan.DestinationBucket}
}

// planSecondLook is what can be said of a replacement whatever else is known of the
// account and of the new rule. One that Terraform decides by itself, not by what
// differs, shows only here.
func (r *ruleResource) planSecondLook(ctx context.Context, p *planning) (diags diag.Diagnostics) {
	if p.goes == nil {
		return diags
	}
	if p.prevents() {
		diags.AddAttributeError(path.Root("prevent_replacement"), "Replacement is prevented", fmt.Sprintf(
			"The rule %s of %s would be replaced, because -replace was given or replace_triggered_by asks for it, and prevent_replacement is true. "+
				"Leave that out, or set prevent_replacement = false in the same plan.", p.goes.RuleID.ValueString(), p.goes.pair()))
	}
	return append(diags, r.planEnd(ctx, *p.goes, p.mark, true)...)
}
