package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// defaultDescription is what a role without the argument description says.
// There has to be one: RAM takes 1 to 1,024 characters (UpdateRole page,
// 2026-03), so that a text that somebody entered by hand can be replaced, but
// never removed.
const defaultDescription = "Lets OSS read source buckets for replication. Managed by Terraform (srr)."

// foundDescriptionKey is where the private state keeps the description that a
// role had when it was imported, so that the import itself plans nothing.
const foundDescriptionKey = "found_description"

func rememberDescription(ctx context.Context, private privateWriter, text string) (diags diag.Diagnostics) {
	raw, err := json.Marshal(text)
	if err != nil {
		diags.AddError("Private state cannot be written", err.Error())
		return diags
	}
	return private.SetKey(ctx, foundDescriptionKey, raw)
}

// foundDescription is what rememberDescription kept, nil for a role that was not
// imported.
func foundDescription(ctx context.Context, private privateReader) (*string, diag.Diagnostics) {
	raw, diags := private.GetKey(ctx, foundDescriptionKey)
	if diags.HasError() || len(raw) == 0 {
		return nil, diags
	}
	var found string
	if err := json.Unmarshal(raw, &found); err != nil {
		diags.AddError("Private state cannot be read", err.Error())
		return nil, diags
	}
	return &found, diags
}

// planDescription decides what a role without the argument shall say, whatever
// it says now: that is how a change by hand shows up. An imported role goes on
// with what it said, unless that was nothing and cannot be restored. A role that
// takes its place is a new one.
func (m *roleModel) planDescription(config roleModel, state *roleModel, found *string) {
	switch {
	case state != nil && config.Description.Equal(types.StringValue("")):
		m.Description = state.Description // OpenTofu generates an empty one for a role without any
	case !config.Description.IsNull():
	case state != nil && found != nil && (*found != "" || state.Description.ValueString() == ""):
		m.Description = types.StringValue(*found)
	default:
		m.Description = types.StringValue(defaultDescription)
	}
}
