package provider

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// roleObservation is what RAM says of a role and of its own policy.
type roleObservation struct {
	role     alicloud.Role
	policy   *alicloud.Policy // nil when there is none of that name
	attached []alicloud.AttachedPolicy
}

// Read finds the role by name and id. A role of the same name with another id
// is another role, and the one in the state is gone.
func (r *roleResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state roleModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	who, diags := r.account.identify(ctx)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(sameAccount(state.AccountID, who, "role "+state.Name.ValueString())...)
	moved, diags := takeMoved(ctx, req.Private, resp.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	state.AccountID = types.StringValue(who.ID)
	imported, named := state.RoleID.IsNull(), !state.PolicyName.IsNull()
	if imported || moved {
		resp.Diagnostics.Append(r.discover(ctx, &state, moved)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	r.account.run.forgetRolePlan(ctx, replication.Role{AccountID: who.ID, Name: state.Name.ValueString()})
	seen, err := observeRole(ctx, r.account.client, state.Name.ValueString(), state.PolicyName.ValueString())
	switch {
	case alicloud.HasCode(err, codeRoleMissing) && imported:
		resp.Diagnostics.AddError("Role does not exist", fmt.Sprintf("Account %s has no role %s.", who.ID, state.Name.ValueString()))
		return
	case alicloud.HasCode(err, codeRoleMissing):
		resp.Diagnostics.Append(r.warnGone(ctx, state)...)
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		resp.Diagnostics.Append(callFailed("Cannot read role "+state.Name.ValueString(), err))
		return
	case !imported && seen.role.ID != state.RoleID.ValueString():
		resp.Diagnostics.Append(warnReplaced(state, seen.role)...)
		resp.State.RemoveResource(ctx)
		return
	}
	if imported || moved {
		state.spellAs(seen, imported)
		check := seen.checkMoved
		if imported {
			check = seen.checkImported
		}
		resp.Diagnostics.Append(check(state)...)
		resp.Diagnostics.Append(rememberDescription(ctx, resp.Private, seen.role.Description)...)
		if seen.isOwn(state, named) {
			resp.Diagnostics.Append(rememberPolicy(ctx, resp.Private, state.PolicyName.ValueString())...)
		}
	}
	state.show(seen, who.ID)
	resp.Diagnostics.Append(r.noteRead(ctx, state, imported || moved, req.Private, resp.Private)...)
	if imported || moved {
		resp.Diagnostics.Append(warnShared(ctx, r.account.client, state, seen)...)
	}
	switch {
	case imported:
		resp.Diagnostics.Append(warnImported(ctx, state, seen)...)
	case !moved || seen.policy != nil: // another policy served the role before it was moved
		resp.Diagnostics.Append(warnDetached(state, seen)...)
	}
	resp.Diagnostics.Append(r.warnWidening(ctx, state, seen)...)
	noted, diags := leftoverPolicies(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(r.warnLeftovers(ctx, state, seen, noted)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
}

// observeRole reads the role, its attachments and its policy at once. A missing
// role is the error EntityNotExist.Role, whatever the other reads say; a missing
// policy is none.
func observeRole(ctx context.Context, client *alicloud.Client, name, policyName string) (roleObservation, error) {
	var seen roleObservation
	var roleErr, attachedErr, policyErr error
	var all sync.WaitGroup
	all.Go(func() { seen.role, roleErr = client.GetRole(ctx, name) })
	all.Go(func() { seen.attached, attachedErr = client.ListPoliciesForRole(ctx, name) })
	all.Go(func() {
		if policyName == "" {
			return
		}
		found, err := client.GetPolicy(ctx, alicloud.PolicyCustom, policyName)
		switch {
		case err == nil:
			seen.policy = &found
		case !alicloud.HasCode(err, codePolicyMissing):
			policyErr = err
		}
	})
	all.Wait()
	return seen, cmp.Or(roleErr, attachedErr, policyErr)
}

// readPolicies reads policies at once; each has its own outcome.
func readPolicies(ctx context.Context, client *alicloud.Client, attached []alicloud.AttachedPolicy) (found []alicloud.Policy, failures []error) {
	found, failures = make([]alicloud.Policy, len(attached)), make([]error, len(attached))
	var all sync.WaitGroup
	for i, p := range attached {
		all.Go(func() { found[i], failures[i] = client.GetPolicy(ctx, p.Type, p.Name) })
	}
	all.Wait()
	return found, failures
}

func (o roleObservation) isAttached(policyType, name string) bool {
	for _, p := range o.attached {
		if p.Type == policyType && strings.EqualFold(p.Name, name) {
			return true
		}
	}
	return false
}

// shows reports whether everything that the goal asks for is there.
func (o roleObservation) shows(goal roleGoal) bool {
	return o.trustsOSSAlone() &&
		(goal.description == "" || goal.description == o.role.Description) &&
		goal.duration == o.role.MaxSessionDuration &&
		o.document(goal.policyName) == canonicalOrAsIs(goal.document) &&
		o.isAttached(alicloud.PolicySystem, replication.KMSCryptoUserPolicy) == goal.cryptoAccess
}

// foreign lists attached policies that the resource did not attach. One that
// carries its mark is its own, even where an interrupted swap has left it.
func (o roleObservation) foreign(policyName string, cryptoAccess bool) []alicloud.AttachedPolicy {
	var others []alicloud.AttachedPolicy
	for _, p := range o.attached {
		ours := o.isMarked(p) || p.Type == alicloud.PolicyCustom && strings.EqualFold(p.Name, policyName) ||
			cryptoAccess && p.Type == alicloud.PolicySystem && p.Name == replication.KMSCryptoUserPolicy
		if !ours {
			others = append(others, p)
		}
	}
	return others
}

// document is the role's own policy in canonical form, "" while it is missing or
// not attached, because it then permits nothing.
func (o roleObservation) document(policyName string) string {
	if o.policy == nil || !o.isAttached(alicloud.PolicyCustom, policyName) {
		return ""
	}
	return canonicalIn(o.policy.Document, o.owner())
}

// owner is the uid of the role's account, which also owns its source buckets.
func (o roleObservation) owner() string {
	role, err := replication.ParseRoleARN(o.role.ARN)
	if err != nil {
		return ""
	}
	return role.AccountID
}

// canonicalOrAsIs shows a document that cannot be read as it is: it differs from
// any desired one, so the plan repairs it.
func canonicalOrAsIs(document string) string { return canonicalIn(document, "") }

// canonicalIn is canonicalOrAsIs for buckets of one owner.
func canonicalIn(document, owner string) string {
	text, err := policy.CanonicalIn([]byte(document), owner)
	if err != nil {
		return document
	}
	return text
}

// isOwn decides at import whether the policy belongs to the resource: the user
// named it, the role has it, or it carries our mark.
func (o roleObservation) isOwn(m roleModel, named bool) bool {
	attached := o.isAttached(alicloud.PolicyCustom, m.PolicyName.ValueString())
	return o.policy != nil && (named || attached || isOurs(*o.policy, m.Name.ValueString(), attached))
}

// spellAs takes over RAM's own spelling of the names of an imported role. A moved
// one keeps the name that it was moved with, because that identifies it, and an
// identity never changes.
func (m *roleModel) spellAs(o roleObservation, imported bool) {
	if imported {
		m.Name = types.StringValue(o.role.Name)
	}
	if o.policy != nil {
		m.PolicyName = types.StringValue(o.policy.Name)
	}
}

// show puts what was observed into the state. Spellings of names stay as they
// are in the state where RAM takes them for the same.
func (m *roleModel) show(o roleObservation, accountID string) {
	m.showNames(accountID)
	m.RoleID = types.StringValue(o.role.ID)
	m.Description = types.StringValue(o.role.Description)
	m.MaxSessionDuration = types.Int64Value(int64(o.role.MaxSessionDuration))
	m.KMSCryptoUserAccess = types.BoolValue(o.isAttached(alicloud.PolicySystem, replication.KMSCryptoUserPolicy))
	m.TrustPolicy = types.StringValue(canonicalOrAsIs(o.role.TrustPolicy))
	m.PolicyDocument = types.StringValue(o.document(m.PolicyName.ValueString()))
}

// showNames sets what follows from account and name alone. It is computed and
// never copied from an answer: RAM's spelling of ARNs varies.
func (m *roleModel) showNames(accountID string) {
	role := replication.Role{AccountID: accountID, Name: m.Name.ValueString()}
	m.AccountID = types.StringValue(accountID)
	m.ARN = types.StringValue(role.ARN())
	m.Principal = types.StringValue(role.Principal())
}

func policyNames(policies []alicloud.AttachedPolicy) string {
	names := make([]string, 0, len(policies))
	for _, p := range policies {
		names = append(names, strings.ToLower(p.Type)+" policy "+p.Name)
	}
	return strings.Join(names, ", ")
}
