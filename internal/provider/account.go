package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud/document"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// account is what a provider block hands to its resources: the clients of one
// account, and which accounts they may belong to. It makes no call by itself.
type account struct {
	client  *alicloud.Client
	allowed []string
	// unknown names a provider argument whose value is not known yet; there is
	// no client then. Falling back to the environment could reach another account.
	unknown string
	// retry repeats a step that a change of a moment ago still blocks.
	retry retryFunc
	// prefixLimit is how many prefixes a rule of this account may have.
	prefixLimit int
	run         *run
	documents   *document.Editors
}

// newAccount is an account without clients yet; unknown names the argument for
// whose sake it gets none.
func newAccount(unknown string) *account {
	return &account{
		unknown: unknown, retry: retrying(sleepContext), prefixLimit: replication.DefaultPrefixLimit,
		run: newRun(), documents: newEditors(),
	}
}

// configuredAccount takes what Configure handed over; nil while Terraform only
// validates.
func configuredAccount(data any, diags *diag.Diagnostics) *account {
	if data == nil {
		return nil
	}
	made, ok := data.(*account)
	if !ok {
		diags.AddError("Unexpected provider data", fmt.Sprintf("Got %T. This is a bug of the provider.", data))
	}
	return made
}

// sameAccount compares the account in the state with the caller's before
// anything of another account is read, changed or believed to be gone.
func sameAccount(inState types.String, who alicloud.Account, object string) (diags diag.Diagnostics) {
	if inState.IsNull() || inState.IsUnknown() || inState.ValueString() == who.ID || who.ID == "" {
		return diags
	}
	diags.AddAttributeError(path.Root("account_id"), "Credentials of another account", fmt.Sprintf(
		"In the state, %s belongs to account %s; the provider's credentials belong to account %s (%s). "+
			"Check whether two provider blocks have each other's credentials.", object, inState.ValueString(), who.ID, who.ARN))
	return diags
}

// identify returns who the block speaks for, checked against
// allowed_account_ids. The service is asked once per provider process.
func (a *account) identify(ctx context.Context) (alicloud.Account, diag.Diagnostics) {
	var diags diag.Diagnostics
	if a.unknown != "" {
		diags.AddAttributeError(path.Root(a.unknown), "Provider configuration is not known yet",
			"The argument "+a.unknown+" of this provider block depends on something that is created in the same run. "+
				"Apply that first, for example with -target, or give the value directly.")
		return alicloud.Account{}, diags
	}
	who, err := a.client.Account(ctx)
	if err != nil {
		diags.Append(callFailed("Cannot find out which account the provider speaks for", err))
		return alicloud.Account{}, diags
	}
	if len(a.allowed) > 0 && !slices.Contains(a.allowed, who.ID) {
		diags.AddAttributeError(path.Root("allowed_account_ids"), "Credentials of another account",
			fmt.Sprintf("The credentials belong to account %s (%s); this provider block may only speak for %s. "+
				"Check whether two provider blocks have each other's credentials.",
				who.ID, who.ARN, strings.Join(a.allowed, ", ")))
	}
	return who, diags
}

// uid is the account's UID for texts, asked for before any of them is needed.
func (a *account) uid(ctx context.Context) string {
	who, err := a.client.Account(ctx)
	if err != nil {
		return "(unknown)"
	}
	return who.ID
}

// callFailed turns the failure of a remote call into a diagnostic: what
// happened, what to do next, and where to look it up; then paragraphs of its own.
func callFailed(summary string, err error, more ...string) diag.Diagnostic {
	detail := err.Error()
	var failure *alicloud.Error
	if asFailure(err, &failure) {
		if step := failure.NextStep(); step != "" {
			detail += "\n\n" + step
		}
	}
	return diag.NewErrorDiagnostic(summary, strings.Join(append([]string{detail}, more...), "\n\n"))
}

func asFailure(err error, failure **alicloud.Error) bool { return errors.As(err, failure) }
