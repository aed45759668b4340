package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
)

// setChanged puts into a plan what differs from what Terraform proposed. To set
// one attribute the framework builds the whole plan anew, which a plan of
// hundreds of resources without a change would feel.
func setChanged(ctx context.Context, plan *tfsdk.Plan, proposed, decided map[string]attr.Value) (diags diag.Diagnostics) {
	for name, value := range decided {
		if !value.Equal(proposed[name]) {
			diags.Append(plan.SetAttribute(ctx, path.Root(name), value)...)
		}
	}
	return diags
}
