package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// begin fills in what is known once the role exists; nothing else is true yet.
func (m *roleModel) begin(created alicloud.Role, accountID string) {
	m.RoleID = types.StringValue(created.ID)
	m.Description = types.StringValue(created.Description)
	m.TrustPolicy = types.StringValue(canonicalOrAsIs(replication.TrustPolicy()))
	m.PolicyDocument = types.StringValue("")
	m.showNames(accountID)
}

// takeBack removes what a creation that failed has made, also after an
// interrupt, and says how that went. A role that Terraform keeps after a failed
// creation is replaced by the next apply, and that is impossible where something
// asks for create_before_destroy: two roles cannot have one name.
func (r *roleResource) takeBack(ctx context.Context, goal roleGoal, roleID string) (outcome string, gone bool) {
	ctx, cancel := toTheEnd(alicloud.Fresh(ctx), lastLook)
	defer cancel()
	err := r.removeMade(ctx, goal, roleID)
	if err == nil {
		return "The role was removed again: nothing is left of this attempt.", true
	}
	return fmt.Sprintf("The role stays, because removing it again failed: %v. It is in the state as tainted, and the next apply replaces it. "+
		"Where something asks for create_before_destroy that cannot work, because two roles cannot have one name: run terraform untaint, and the next apply completes the role.", err), false
}

func (r *roleResource) removeMade(ctx context.Context, goal roleGoal, roleID string) error {
	seen, err := observeRole(ctx, r.account.client, goal.name, goal.policyName)
	if err != nil {
		return err
	}
	if seen.role.ID != roleID {
		return errNotShown
	}
	attached, own := seen.isAttached(alicloud.PolicyCustom, goal.policyName), ""
	if seen.policy != nil && isOurs(*seen.policy, goal.name, attached) {
		own = goal.policyName
	}
	foreign := seen.foreign(own, goal.cryptoAccess)
	ours := slices.DeleteFunc(seen.attached, func(p alicloud.AttachedPolicy) bool { return among(foreign, p) })
	return firstError(r.remove(ctx, goal.name, own, ours))
}

// firstError is an error of diagnostics in one line, nil where there is none.
func firstError(diags diag.Diagnostics) error {
	for _, d := range diags.Errors() {
		detail, _, _ := strings.Cut(d.Detail(), "\n")
		return fmt.Errorf("%s: %s", d.Summary(), detail)
	}
	return nil
}

// errNotShown says that a read does not show what was written before it.
var errNotShown = errors.New("a read does not show the change yet")

// settle waits until RAM shows what was written, so that neither the next
// resource nor the next plan sees less. The writes have succeeded: if they do not
// show, that is a warning.
func (r *roleResource) settle(ctx context.Context, goal roleGoal, roleID string) (diags diag.Diagnostics) {
	passing := func(err error) bool { return errors.Is(err, errNotShown) || alicloud.HasCode(err, codeRoleMissing) }
	err := r.account.retry(ctx, passing, func() error {
		seen, err := observeRole(alicloud.Fresh(ctx), r.account.client, goal.name, goal.policyName)
		if err == nil && (seen.role.ID != roleID || !seen.shows(goal)) {
			return errNotShown
		}
		return err
	})
	if err != nil {
		diags.AddWarning("Role does not show the change", fmt.Sprintf(
			"RAM accepted every change of role %s, but reading it back did not confirm them: %v\n\nSomebody else may be changing it. The next plan shows what is different.", goal.name, err))
	}
	return diags
}

// refuseExisting stops a creation before the first write if the role, or a
// policy of the wanted name that is somebody else's, is there already. A policy
// that an earlier role of this resource left behind is returned.
func (r *roleResource) refuseExisting(ctx context.Context, goal roleGoal) (leftover *alicloud.Policy, diags diag.Diagnostics) {
	ctx = alicloud.Fresh(ctx)
	var existing alicloud.Role
	var found alicloud.Policy
	var err, policyErr error
	var both sync.WaitGroup
	both.Go(func() { existing, err = r.account.client.GetRole(ctx, goal.name) })
	both.Go(func() { found, policyErr = r.account.client.GetPolicy(ctx, alicloud.PolicyCustom, goal.policyName) })
	both.Wait()
	switch {
	case err == nil:
		diags.AddAttributeError(path.Root("name"), "Role exists already", fmt.Sprintf(
			"Account %s has a role %s, id %s, created %s. Terraform does not take over what it did not create. %s\n\nChoose another name, or import it:\n\n  terraform import <address> %s\n\nIf it is the role that this apply was to replace, something asks for create_before_destroy: two roles cannot have one name.",
			r.account.uid(ctx), existing.Name, existing.ID, existing.CreateDate, goal.differences(existing)+r.unfinished(ctx, existing), existing.Name))
	case !alicloud.HasCode(err, codeRoleMissing):
		diags.Append(callFailed("Cannot check whether role "+goal.name+" exists", err))
	}
	switch {
	case policyErr == nil && isOurs(found, goal.name, false):
		leftover = &found
	case policyErr == nil && !diags.HasError():
		diags.AddAttributeError(path.Root("policy_name"), "Policy exists already", fmt.Sprintf(
			"Account %s has a custom policy %s, created %s, that this resource did not create. Choose another policy_name.",
			r.account.uid(ctx), found.Name, found.CreateDate))
	case policyErr != nil && !alicloud.HasCode(policyErr, codePolicyMissing):
		diags.Append(callFailed("Cannot check whether policy "+goal.policyName+" exists", policyErr))
	}
	return leftover, diags
}

// unfinished recognises what a creation leaves whose process was killed: a role
// without any policy. Nobody can tell it from a role of somebody else that lost
// its policy, so that only an import takes it over.
func (r *roleResource) unfinished(ctx context.Context, is alicloud.Role) string {
	attached, err := r.account.client.ListPoliciesForRole(ctx, is.Name)
	if err != nil || len(attached) > 0 {
		return ""
	}
	return " It has no policy, as after a creation that was killed; if it is yours, import it, and the next apply completes it."
}

// differences says how a role that exists differs from the wanted one.
func (goal roleGoal) differences(is alicloud.Role) string {
	var parts []string
	if canonicalOrAsIs(is.TrustPolicy) != canonicalOrAsIs(replication.TrustPolicy()) {
		parts = append(parts, "its trust policy is "+canonicalOrAsIs(is.TrustPolicy))
	}
	if goal.description != "" && goal.description != is.Description {
		parts = append(parts, fmt.Sprintf("its description is %q", is.Description))
	}
	if goal.duration != is.MaxSessionDuration {
		parts = append(parts, fmt.Sprintf("its longest session is %d seconds", is.MaxSessionDuration))
	}
	if len(parts) == 0 {
		return "The role itself is as configured."
	}
	return "It differs from the configuration: " + strings.Join(parts, "; ") + "."
}
