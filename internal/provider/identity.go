package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// readIdentity decodes the identity that an import names.
func readIdentity[T any](ctx context.Context, given *tfsdk.ResourceIdentity, diags *diag.Diagnostics) (identity T) {
	diags.Append(given.Get(ctx, &identity)...)
	return identity
}

// identityAccount compares the account that an import names, if it does, with the
// caller's, before anything of the object is read.
func identityAccount(given types.String, who alicloud.Account) (diags diag.Diagnostics) {
	if given.IsNull() || given.ValueString() == who.ID || who.ID == "" {
		return diags
	}
	diags.Append(otherAccount("account_id", given.ValueString(), who))
	return diags
}

// otherAccount is the error of an import that names an object of another account.
func otherAccount(attribute, owner string, who alicloud.Account) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root(attribute), "Import from another account", fmt.Sprintf(
		"The identity names account %s; the provider's credentials belong to account %s. Check which provider block the import uses.", owner, who.ID))
}

// identityAttribute is the error of an attribute of an identity that names
// nothing.
func identityAttribute(name string, err error) (diags diag.Diagnostics) {
	if err != nil {
		diags.AddAttributeError(path.Root(name), "Invalid identity", err.Error())
	}
	return diags
}
