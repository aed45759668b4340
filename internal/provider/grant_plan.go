package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// noteGrant tells the run about a grant, by the role in its one spelling.
func (a *account) noteGrant(place grantPlace, roleARN string, note func(*grantPlans)) grantPlans {
	if role, err := replication.ParseRoleARN(roleARN); err == nil {
		roleARN = strings.ToLower(role.ARN())
	}
	return a.run.planGrant(place.key, roleARN, note)
}

// grantStays notes that a planned resource goes on with its grant. Terraform
// plans in no order, so this and grantGoes find the same conflicts.
func (a *account) grantStays(place grantPlace, roleARN string) (diags diag.Diagnostics) {
	plans := a.noteGrant(place, roleARN, func(p *grantPlans) { p.stays++ })
	text := fmt.Sprintf("Two resources of this configuration have the grant for %s in the %s; destroying one removes the grant of both. "+
		"Keep one, and take the other out of the state with terraform state rm.", roleARN, place.what)
	switch {
	case plans.goes:
		diags.Append(grantWouldGo(place, roleARN))
	case plans.stays > 1 && plans.imported:
		diags.AddError("Grant belongs to another resource", text)
	case plans.stays > 1:
		diags.AddWarning("Grant belongs to two resources", text)
	}
	return diags
}

// grantGoes notes that a planned destruction takes the grant along.
func (a *account) grantGoes(place grantPlace, roleARN string) (diags diag.Diagnostics) {
	if plans := a.noteGrant(place, roleARN, func(p *grantPlans) { p.goes = true }); plans.stays > 0 {
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
