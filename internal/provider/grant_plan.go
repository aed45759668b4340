package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// noted is the name of a grant in the memory of the run, with the role in its one
// spelling.
func (p grantPlace) noted(roleARN string) grantKey {
	if role, err := replication.ParseRoleARN(roleARN); err == nil {
		roleARN = strings.ToLower(role.ARN())
	}
	return grantKey{p.key, roleARN}
}

// grantMade notes that a resource has just created its grant, and marks it.
func (a *account) grantMade(ctx context.Context, place grantPlace, roleARN string, private privateWriter) diag.Diagnostics {
	mark := newMark()
	a.run.noteGrant(place.noted(roleARN), mark, makes)
	return private.SetKey(ctx, markKey, quoted(mark))
}

// grantRead notes that a resource has a grant; whatever an earlier plan wanted of
// it counts no more. One that is new to the state gets its mark.
func (a *account) grantRead(ctx context.Context, place grantPlace, roleARN string, imported bool, from privateReader, to privateWriter) (diags diag.Diagnostics) {
	mark := markIn(ctx, from)
	if imported && mark == unmarked {
		mark = newMark()
		diags.Append(to.SetKey(ctx, markKey, quoted(mark))...)
	}
	a.run.readGrant(place.noted(roleARN), mark, imported)
	return diags
}

// foretellGrant warns of what a document says about a grant that is planned. The
// import of one that exists begins with the name of what has the document.
func (a *account) foretellGrant(place grantPlace, raw []byte, grant policy.Grant, roleARN, name string) (diags diag.Diagnostics) {
	found, err := a.findGrant(place.kind, raw, grant)
	if err != nil {
		diags.Append(grantFailed("Cannot read the "+place.what, err, place))
		return diags
	}
	diags.Append(warnWider(found, place)...)
	diags.Append(warnDenies(found, place)...)
	if found.Present && !a.run.hasGrant(place.noted(roleARN)) {
		diags.AddAttributeWarning(path.Root("role_arn"), "Grant exists already", fmt.Sprintf(
			"The %s has a grant for %s that is not in the state. Creating it will fail unless this run removes it first; import it with the id %q.",
			place.what, roleARN, name+","+roleARN))
	}
	return diags
}

// grantStays notes that a planned resource goes on with its grant. Terraform
// plans in no order, so this and grantGoes find the same conflicts.
func (a *account) grantStays(place grantPlace, roleARN, mark string) (diags diag.Diagnostics) {
	own, others := a.run.noteGrant(place.noted(roleARN), mark, keeps)
	text := fmt.Sprintf("Two resources of this configuration have the grant for %s in the %s; destroying one removes the grant of both. "+
		"Keep one, and take the other out of the state with terraform state rm.", roleARN, place.what)
	beside := others.keep()
	switch {
	case len(others.leave()) > 0:
		diags.Append(grantWouldGo(place, roleARN))
	case len(beside) > 0 && (own.imported || beside.anyImported()):
		diags.AddError("Grant belongs to another resource", text)
	case len(beside) > 0:
		diags.AddWarning("Grant belongs to two resources", text)
	}
	return diags
}

// grantGoes notes that a planned destruction takes the grant along.
func (a *account) grantGoes(place grantPlace, roleARN, mark string) (diags diag.Diagnostics) {
	_, others := a.run.noteGrant(place.noted(roleARN), mark, goes)
	if len(others.keep()) > 0 {
		diags.Append(grantWouldGo(place, roleARN))
	}
	return diags
}

// grantWouldGo refuses a plan that ends without a grant that a resource of the
// state still has: nothing would be replicated, and nobody would be told.
func grantWouldGo(place grantPlace, roleARN string) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Grant would be lost", fmt.Sprintf(
		"This plan destroys a resource that has the grant for %s in the %s, and another resource imports or keeps the same grant: it would end without it. "+
			"If the resource was renamed, replace the import block by a moved block. "+
			"Otherwise take the resource that goes out of the state with terraform state rm, or with a removed block that has lifecycle { destroy = false }.",
		roleARN, place.what))
}
