package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// movedKey marks an object that a moved block brought here, until it was read
// once: what only the service knows is checked and completed then, as after an
// import.
const movedKey = "moved"

// comesFrom reports whether the source of a move is this type of the official
// provider, aliyun/alicloud on the registries (hashicorp/alicloud before
// Terraform 0.13). The host differs between Terraform and OpenTofu.
func comesFrom(req resource.MoveStateRequest, typeName string) bool {
	_, address, _ := strings.Cut(req.SourceProviderAddress, "/")
	return req.SourceTypeName == typeName && (address == "aliyun/alicloud" || address == "hashicorp/alicloud")
}

// movedObject decodes what the other provider recorded. Fields that this
// provider does not know are left aside; T names those that it needs, as
// alicloud has had them since schema version 0.
func movedObject[T any](req resource.MoveStateRequest) (object T, diags diag.Diagnostics) {
	if req.SourceSchemaVersion != 0 {
		diags.AddError("State of another version", fmt.Sprintf(
			"The state of the %s has schema version %d; this provider knows version 0. "+
				"Use a newer version of this provider, or import the object and take the old resource out of the state with a removed block.",
			req.SourceTypeName, req.SourceSchemaVersion))
		return object, diags
	}
	err := json.Unmarshal(req.SourceRawState.JSON, &object)
	if err != nil {
		diags.AddError("State of another version", fmt.Sprintf(
			"The state of the %s is not what this provider expects: %v. "+
				"Run terraform apply -refresh-only with the provider alicloud first, or import the object and take the old resource out of the state with a removed block.",
			req.SourceTypeName, err))
	}
	return object, diags
}

// refusedMove is a move from a type that holds more than the target. text says
// what to do instead.
func refusedMove(typeName, summary, text string) resource.StateMover {
	return resource.StateMover{StateMover: func(_ context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
		if comesFrom(req, typeName) {
			resp.Diagnostics.AddError(summary, text)
		}
	}}
}

func markMoved(ctx context.Context, private privateWriter) diag.Diagnostics {
	return private.SetKey(ctx, movedKey, []byte("true"))
}

// takeMoved reports whether the object was moved and not read since, and
// forgets it.
func takeMoved(ctx context.Context, from privateReader, to privateWriter) (moved bool, diags diag.Diagnostics) {
	raw, diags := from.GetKey(ctx, movedKey)
	if len(raw) == 0 || diags.HasError() {
		return false, diags
	}
	diags.Append(to.SetKey(ctx, movedKey, nil)...)
	return true, diags
}
