package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Every resource reads states of all versions of its schema.
var (
	_ resource.ResourceWithUpgradeState = (*roleResource)(nil)
	_ resource.ResourceWithUpgradeState = (*destinationGrantResource)(nil)
	_ resource.ResourceWithUpgradeState = (*keyPolicyResource)(nil)
	_ resource.ResourceWithUpgradeState = (*ruleResource)(nil)
)

// upgraders are for a schema in which every attribute means what it meant in version 0. A version that changes a
// meaning gets upgraders of its own.
func upgraders() map[int64]resource.StateUpgrader {
	return map[int64]resource.StateUpgrader{0: {StateUpgrader: readByName}}
}

// readByName takes from a stored state every attribute that the schema still has. Attributes that are new are null.
func readByName(ctx context.Context, req resource.UpgradeStateRequest, resp *resource.UpgradeStateResponse) {
	kind := resp.State.Schema.Type().TerraformType(ctx)
	stored, err := req.RawState.UnmarshalWithOpts(kind, tfprotov6.UnmarshalOpts{
		ValueFromJSONOpts: tftypes.ValueFromJSONOpts{IgnoreUndefinedAttributes: true},
	})
	if err != nil {
		resp.Diagnostics.AddError("Stored state cannot be read", "The state of this resource is not what an earlier version of the provider wrote: "+err.Error())
		return
	}
	resp.State.Raw = stored
}

func (*roleResource) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	return upgraders()
}

func (*destinationGrantResource) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	return upgraders()
}

func (*keyPolicyResource) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	return upgraders()
}

func (*ruleResource) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	return upgraders()
}
