package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// ImportState takes the name or the ARN, either with ",policy_name", or the
// identity.
func (r *roleResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var name, policyName string
	if req.ID == "" && req.Identity != nil {
		identity := readIdentity[roleIdentityModel](ctx, req.Identity, &resp.Diagnostics)
		resp.Diagnostics.Append(r.checkImportAccount(ctx, identity.AccountID)...)
		name = identity.Name.ValueString()
		resp.Diagnostics.Append(identityAttribute("name", replication.CheckRoleName(name))...)
	} else {
		name, policyName = r.parseImportID(ctx, req.ID, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("name"), name)...)
	if policyName != "" {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("policy_name"), policyName)...)
	}
}

// parseImportID takes an id apart. An ARN names the account too.
func (r *roleResource) parseImportID(ctx context.Context, id string, diags *diag.Diagnostics) (name, policyName string) {
	name, policyName, _ = strings.Cut(id, ",")
	if role, err := replication.ParseRoleARN(name); err == nil {
		name = role.Name
		diags.Append(r.checkImportAccount(ctx, types.StringValue(role.AccountID))...)
	}
	if err := errors.Join(roleNameAndPolicy(name, policyName)...); err != nil {
		diags.AddError("Invalid import id", err.Error()+"\n\nExpected \"role_name\", its ARN, or either with \",policy_name\", for example \"oss-srr-orders\".")
	}
	return name, policyName
}

// checkImportAccount compares the account that an import names with the caller's.
func (r *roleResource) checkImportAccount(ctx context.Context, given types.String) diag.Diagnostics {
	who, diags := r.account.identify(ctx)
	diags.Append(identityAccount(given, who)...)
	return diags
}

// discover completes an imported or moved role: which custom policy is its own, and
// which buckets and keys that names. An import may name the policy, and so is
// refused where it is not that of a replication role; a move cannot, and the plan
// shows what the role will get.
func (r *roleResource) discover(ctx context.Context, m *roleModel, moved bool) (diags diag.Diagnostics) {
	name := m.Name.ValueString()
	if m.PolicyName.IsNull() {
		own, fitting, err := r.ownPolicy(ctx, name, moved)
		switch {
		case err != nil:
			diags.Append(callFailed("Cannot read the policies of role "+name, err))
			return diags
		case len(fitting) > 1 && !moved:
			diags.AddError("Role has several policies that fit", severalFit(name, fitting)+
				fmt.Sprintf(" Name the one to manage, the others stay as they are: terraform import <address> %s,%s", name, fitting[0]))
			return diags
		case len(fitting) > 1:
			diags.AddWarning("Role has several policies that fit", severalFit(name, fitting)+
				" Give the one to manage as policy_name; without it the role gets another policy.")
		}
		m.PolicyName = types.StringValue(own)
	}
	if m.ForceDetachPolicies.IsNull() {
		m.ForceDetachPolicies = types.BoolValue(false)
	}
	found, err := r.account.client.GetPolicy(ctx, alicloud.PolicyCustom, m.PolicyName.ValueString())
	if alicloud.HasCode(err, codePolicyMissing) {
		return diags
	}
	if err != nil {
		diags.Append(callFailed("Cannot read policy "+m.PolicyName.ValueString(), err))
		return diags
	}
	if problems := m.readDocument(ctx, found.Document); !moved {
		diags.Append(problems...)
	}
	return diags
}

func (m *roleModel) readDocument(ctx context.Context, document string) (diags diag.Diagnostics) {
	buckets, keys, err := replication.ReadSourcePolicy(document)
	if err != nil {
		diags.AddError("Policy is not that of a replication role", fmt.Sprintf("Policy %s: %v. Name the right one: terraform import <address> %s,<policy name>",
			m.PolicyName.ValueString(), err, m.Name.ValueString()))
		return diags
	}
	var more diag.Diagnostics
	m.SourceBuckets, more = types.SetValueFrom(ctx, types.StringType, buckets)
	diags.Append(more...)
	if len(keys) > 0 {
		m.KMSKeyARNs, more = types.SetValueFrom(ctx, types.StringType, keys)
		diags.Append(more...)
	}
	return diags
}

// checkImported refuses a role that no configuration can describe: the next apply
// would take away what others may rely on.
func (o roleObservation) checkImported(m roleModel) (diags diag.Diagnostics) {
	refuse := func(why string) {
		diags.AddError("Role cannot be imported", fmt.Sprintf("Role %s %s", o.role.Name, why))
	}
	if !o.trustsOSSAlone() {
		refuse("does not let exactly the service oss.aliyuncs.com assume it, without a condition. An apply would change that. " +
			"Make its trust policy that of a role for OSS, or let Terraform create another role.")
	}
	if o.twoWaysToKMS(m) {
		refuse(twoWaysTaken)
	}
	if o.policy == nil {
		return diags
	}
	if beyond, err := replication.BeyondSourcePolicy(o.policy.Document); err != nil || len(beyond) > 0 {
		refuse(fmt.Sprintf("has the policy %s, which holds %s. This resource cannot express it, and an apply would take it away. "+
			"Move it into another policy of the role, or name the policy that reads the source buckets: terraform import <address> %s,<policy name>",
			m.PolicyName.ValueString(), strings.Join(beyond, ", "), o.role.Name))
	}
	return diags
}

// twoWaysTaken is why no configuration describes a role, see ValidateConfig.
const twoWaysTaken = "may use the KMS keys that its policy names, and every key by the system policy " + replication.KMSCryptoUserPolicy + ". " +
	"This resource can express one of the two only, and an apply would take the other one away. " +
	"Detach " + replication.KMSCryptoUserPolicy + ", or take the statement of the keys out of the policy, and try again."

// twoWaysToKMS is whether the role has both; the keys are those that its policy was
// read with.
func (o roleObservation) twoWaysToKMS(m roleModel) bool {
	return !m.KMSKeyARNs.IsNull() && o.isAttached(alicloud.PolicySystem, replication.KMSCryptoUserPolicy)
}

// checkMoved is checkImported for what a move cannot show as a change in its plan.
// The trust policy was judged by the state that is moved.
func (o roleObservation) checkMoved(m roleModel) (diags diag.Diagnostics) {
	if o.twoWaysToKMS(m) {
		diags.AddError(roleCannotMove, fmt.Sprintf("Role %s %s", o.role.Name, twoWaysTaken))
	}
	return diags
}

// trustsOSSAlone is whether the role is a replication role by its trust policy.
func (o roleObservation) trustsOSSAlone() bool {
	return canonicalOrAsIs(o.role.TrustPolicy) == canonicalOrAsIs(replication.TrustPolicy())
}

// severalFit says that a role's own policy cannot be told from others.
func severalFit(name string, fitting []string) string {
	return fmt.Sprintf("Each of the policies %s of role %s names source buckets of a replication, and none is named like the role.", strings.Join(fitting, ", "), name)
}

// warnImported tells what the plan of an import will change, and why.
func warnImported(ctx context.Context, m roleModel, seen roleObservation) (diags diag.Diagnostics) {
	name, role := m.PolicyName.ValueString(), m.Name.ValueString()
	wanted, _ := m.document(ctx)
	switch has := seen.document(name); {
	case has == "":
		diags.AddWarning("Role has no policy for source buckets", fmt.Sprintf(
			"No custom policy %s is attached to role %s, and no other one was picked. The next apply sees to it that there is one, for the source_buckets of the configuration. "+
				"Policies that are attached stay as they are; if one of them is meant, name it: terraform import <address> %s,<policy name>", name, role, role))
	case has != canonicalOrAsIs(wanted):
		diags.AddWarning(importChanges, fmt.Sprintf(
			"Policy %s of role %s allows less than replication takes, or only in one region: the plan changes policy_document, and an apply the policy.", name, role))
	}
	return diags
}

// ownPolicy picks the role's own policy: the one with the default name, else the
// only custom one, else the only one that names source buckets of a replication,
// else the default name. strict also asks an only custom one for source buckets.
// fitting are all that it looked at and that name any.
func (r *roleResource) ownPolicy(ctx context.Context, roleName string, strict bool) (name string, fitting []string, err error) {
	attached, err := r.account.client.ListPoliciesForRole(ctx, roleName)
	if err != nil && !alicloud.HasCode(err, codeRoleMissing) {
		return "", nil, err
	}
	fallback := replication.DefaultPolicyName(roleName)
	var custom []string
	for _, p := range attached {
		if p.Type != alicloud.PolicyCustom {
			continue
		}
		if strings.EqualFold(p.Name, fallback) {
			return p.Name, nil, nil
		}
		custom = append(custom, p.Name)
	}
	if len(custom) > 1 || strict {
		if custom, err = r.sourcePolicies(ctx, custom); err != nil {
			return "", nil, err
		}
	}
	if len(custom) == 1 {
		return custom[0], custom, nil
	}
	return fallback, custom, nil
}

// sourcePolicies are those of the policies that name source buckets.
func (r *roleResource) sourcePolicies(ctx context.Context, names []string) (fitting []string, err error) {
	for _, name := range names {
		found, err := r.account.client.GetPolicy(ctx, alicloud.PolicyCustom, name)
		if alicloud.HasCode(err, codePolicyMissing) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if _, _, err := replication.ReadSourcePolicy(found.Document); err == nil {
			fitting = append(fitting, name)
		}
	}
	return fitting, nil
}

func roleNameAndPolicy(name, policyName string) []error {
	problems := []error{replication.CheckRoleName(name)}
	if policyName != "" {
		problems = append(problems, replication.CheckPolicyName(policyName))
	}
	return problems
}
