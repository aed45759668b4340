package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// rolesNoted stands for the bucket where a run notes its roles beside the rules of
// buckets: no bucket has such a name. RAM never gives the id of a role again.
const rolesNoted = "roles of RAM"

// noteRead notes that a resource has the role. One that is new to the state gets
// its mark. Only a plan tells who goes on with it: what a removed block forgets is
// read as well.
func (r *roleResource) noteRead(ctx context.Context, m roleModel, fresh bool, from privateReader, to privateWriter) (diags diag.Diagnostics) {
	mark := markIn(ctx, from)
	if fresh && mark == unmarked {
		mark = newMark()
		diags.Append(to.SetKey(ctx, markKey, quoted(mark))...)
	}
	_ = r.account.run.editRule(ctx, rolesNoted, m.RoleID.ValueString(), func(n *ruleNote) {
		does, again := afterRead(n.Holders[mark])
		if again && mark != unmarked {
			n.beginAgain(mark)
		}
		n.set(mark, does)
		if fresh {
			n.setFresh(mark)
		}
	})
	return diags
}

// planHolder notes what the plan does with the role in the state. Terraform plans in
// no order, so whoever comes second finds the conflict.
func (r *roleResource) planHolder(ctx context.Context, req resource.ModifyPlanRequest) (diags diag.Diagnostics) {
	if req.State.Raw.IsNull() || r.account == nil {
		return diags
	}
	var state roleModel
	if diags.Append(req.State.Get(ctx, &state)...); diags.HasError() || state.RoleID.ValueString() == "" { // moved, and not read
		return diags
	}
	stays := false
	if !req.Plan.Raw.IsNull() {
		var name types.String // the paths that replace are not told before the end of the plan
		diags.Append(req.Plan.GetAttribute(ctx, path.Root("name"), &name)...)
		stays = sameName(name, state.Name).Equal(state.Name) || name.IsUnknown()
	}
	if mark := markIn(ctx, req.Private); stays {
		diags.Append(r.roleStays(ctx, state, mark)...)
	} else {
		diags.Append(r.roleGoes(ctx, state, mark)...)
	}
	return diags
}

// roleStays notes that a resource goes on with its role. Two that do are refused
// where one of them is new, and told of where both are in the state, so that it
// can be repaired.
func (r *roleResource) roleStays(ctx context.Context, m roleModel, mark string) (diags diag.Diagnostics) {
	var lost, shared, fresh bool
	_ = r.account.run.editRule(ctx, rolesNoted, m.RoleID.ValueString(), func(n *ruleNote) {
		n.set(mark, keeps)
		lost, shared, fresh = n.doneBeside(mark, goes, goesUnread), n.keptBeside(mark), len(n.Fresh) > 0
	})
	text := fmt.Sprintf("Two resources of this configuration have the role %s of account %s; destroying one deletes the role of both. "+
		"Keep one, and take the other out of the state with terraform state rm.", m.Name.ValueString(), m.AccountID.ValueString())
	switch {
	case lost:
		diags.Append(roleWouldGo(m))
	case shared && fresh:
		diags.AddError("Role belongs to another resource", text)
	case shared:
		diags.AddWarning("Role belongs to two resources", text)
	}
	return diags
}

// roleGoes notes that a planned destruction or replacement deletes the role. One
// that was planned to stay before is of the plan that Terraform makes to refresh,
// before it plans to destroy everything.
func (r *roleResource) roleGoes(ctx context.Context, m roleModel, mark string) (diags diag.Diagnostics) {
	lost := false
	_ = r.account.run.editRule(ctx, rolesNoted, m.RoleID.ValueString(), func(n *ruleNote) {
		before := n.Holders[mark]
		if before == keeps {
			n.endPlan()
		}
		n.set(mark, follows(before, goes))
		lost = n.keptBeside(mark)
	})
	if lost {
		diags.Append(roleWouldGo(m))
	}
	return diags
}

// roleWouldGo refuses a plan that ends without a role that a resource still has: an
// apply of a saved plan no longer sees who keeps what.
func roleWouldGo(m roleModel) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Role would be lost", fmt.Sprintf(
		"This plan destroys or replaces a resource that has the role %s of account %s, and another resource imports or keeps the same role: it would end without it. "+
			"If the resource was renamed, replace the import block by a moved block. "+
			"Otherwise take the resource that goes out of the state with terraform state rm, or with a removed block that has lifecycle { destroy = false }.",
		m.Name.ValueString(), m.AccountID.ValueString()))
}

// othersKeep says that the role is not deleted, because another resource of this run
// goes on with it: a replacement that -replace asks for looks like that. nil if none
// does.
func (r *roleResource) othersKeep(ctx context.Context, m roleModel, mark string) (why diag.Diagnostic) {
	_ = r.account.run.editRule(ctx, rolesNoted, m.RoleID.ValueString(), func(n *ruleNote) {
		if !n.keptBeside(mark) {
			return
		}
		delete(n.Holders, mark)
		why = diag.NewWarningDiagnostic("Role is kept for another resource", fmt.Sprintf(
			"Another resource of this configuration has the role %s of account %s and keeps it, so it was not deleted; only this resource's entry in the state goes.",
			m.Name.ValueString(), m.AccountID.ValueString()))
	})
	return why
}
