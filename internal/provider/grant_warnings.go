package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
)

// warnDenies tells of explicit Deny statements that make the grant useless.
func warnDenies(found policy.Finding, place grantPlace) (diags diag.Diagnostics) {
	for _, deny := range found.Denies {
		name := fmt.Sprintf("Statement %d", deny.Index+1)
		if deny.Sid != "" {
			name += fmt.Sprintf(" (%s)", deny.Sid)
		}
		verb := "denies"
		if !deny.Certain {
			verb = "may deny, depending on its conditions,"
		}
		diags.AddWarning("The grant is overruled", fmt.Sprintf(
			"%s of the %s %s the role %s. An explicit Deny outweighs every Allow, and replication stops without an error. "+
				"It was not made by this resource and stays as it is: ask its owner to leave the role out of it.",
			name, place.what, verb, strings.Join(deny.Actions, ", ")))
	}
	return diags
}

// warnGone tells that somebody else removed the grant. It comes back with the
// next apply; a tool that manages the whole document removes it again.
func warnGone(place grantPlace, principal, cure string) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Grant is gone", fmt.Sprintf(
		"The %s no longer has the grant for %s. The next apply adds it again; nothing is replicated until then. "+
			"If it keeps disappearing, something manages the whole document: %s", place.what, principal, cure))
}

// warnLost tells that the bucket or key of the document is gone, and the grant
// with it.
func warnLost(owner string, place grantPlace, principal string) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Grant is gone", fmt.Sprintf(
		"The %s does not exist any more, and neither does the grant for %s in the %s. "+
			"The next apply adds it again if the %s is there by then; otherwise it fails.", owner, principal, place.what, owner))
}

// warnWider tells that another statement allows the same already.
func warnWider(found policy.Finding, place grantPlace) (diags diag.Diagnostics) {
	if len(found.Wider) == 0 {
		return diags
	}
	diags.AddWarning("Already allowed by another statement", fmt.Sprintf(
		"Statement %d of the %s allows the role all of this already, and more. It is not this resource's and is left alone; the grant is added beside it.",
		found.Wider[0]+1, place.what))
	return diags
}

// grantExists is the error of a creation; object is the bucket or key.
func grantExists(place grantPlace, object, roleARN string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("role_arn"), "Grant exists already", fmt.Sprintf(
		"The %s has a grant for %s. Terraform does not take over what it did not create. If another resource has it, remove one of them "+
			"(create_before_destroy cannot work for a grant); otherwise import it:\n\n  import {\n    to = <address of this resource>\n    id = %q\n  }",
		place.what, roleARN, object+","+roleARN))
}

const grantCannotImport = "Grant cannot be imported"

// checkGrantImported refuses a grant, imported or moved, that no configuration can
// describe: the next plan would take rights away, or give more. title is that of
// the error.
func checkGrantImported(title string, place grantPlace, raw []byte, grant policy.Grant) (diags diag.Diagnostics) {
	parsed, err := policy.Parse(place.kind, raw)
	if err != nil {
		return diags // the grant was found in it, so it can be read
	}
	if beyond := parsed.Beyond(grant); len(beyond) > 0 {
		diags.AddError(title, fmt.Sprintf("The grant for %s in the %s %s", grant.Principal, place.what, grantBeyond(beyond)))
	}
	return diags
}

// importChanges is the summary of what an import takes over and a plan repairs.
const importChanges = "Import plans a change"

// warnLess tells that the plan after an import is not empty: what is there is less
// than the resource gives, or only for one region.
func warnLess(what, projection string, grant policy.Grant) (diags diag.Diagnostics) {
	if projection != policy.Projection(grant) {
		diags.AddWarning(importChanges, what+" gives less than replication takes, or only in one region: the plan changes the statement, and an apply completes it.")
	}
	return diags
}

// grantBeyond says what is in a grant that the resource cannot express.
func grantBeyond(beyond []string) string {
	return fmt.Sprintf("holds %s, which this resource cannot express: an apply would take other actions away and extend a part of a bucket to the whole. "+
		"Move other actions into a statement of their own; a grant for a part of a bucket has to stay outside Terraform.", strings.Join(beyond, ", "))
}
