package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// warnGone tells that the role was deleted, and what it left behind.
func (r *roleResource) warnGone(ctx context.Context, m roleModel) (diags diag.Diagnostics) {
	text := fmt.Sprintf("Role %s of account %s was deleted outside Terraform. The next apply creates it again.", m.Name.ValueString(), m.AccountID.ValueString())
	if _, err := r.account.client.GetPolicy(ctx, alicloud.PolicyCustom, m.PolicyName.ValueString()); err == nil {
		text += fmt.Sprintf(" Its policy %s is still there and is used again; if the role is not to come back, delete the policy by hand.", m.PolicyName.ValueString())
	}
	diags.AddWarning("Role is gone", text)
	return diags
}

// warnReplaced tells that another role has taken the name.
func warnReplaced(m roleModel, is alicloud.Role) (diags diag.Diagnostics) {
	diags.AddWarning("Role was replaced outside Terraform", fmt.Sprintf(
		"Role %s of account %s has the id %s; the one in the state had %s. Terraform does not take over a role that it did not create: "+
			"delete it, or import it with: terraform import <address> %s",
		m.Name.ValueString(), m.AccountID.ValueString(), is.ID, m.RoleID.ValueString(), m.Name.ValueString()))
	return diags
}

// warnDetached explains an empty policy_document: the plan shows only that it
// will be filled.
func warnDetached(m roleModel, seen roleObservation) (diags diag.Diagnostics) {
	name := m.PolicyName.ValueString()
	switch {
	case seen.policy == nil:
		diags.AddWarning("Policy of the role is gone", fmt.Sprintf("Policy %s does not exist; role %s can read nothing. The next apply creates it again.", name, m.Name.ValueString()))
	case !seen.isAttached(alicloud.PolicyCustom, name):
		diags.AddWarning("Policy of the role is detached", fmt.Sprintf("Policy %s is not attached to role %s, which can read nothing. The next apply attaches it again.", name, m.Name.ValueString()))
	}
	return diags
}

// warnWidening reports policies that somebody else attached and that give the
// role more than reading. They are left alone.
func (r *roleResource) warnWidening(ctx context.Context, m roleModel, seen roleObservation) (diags diag.Diagnostics) {
	foreign := seen.foreign(m.PolicyName.ValueString(), m.KMSCryptoUserAccess.ValueBool())
	found, failures := readPolicies(ctx, r.account.client, foreign)
	for i, p := range foreign {
		subject := fmt.Sprintf("%s policy %s, which somebody attached to role %s,", p.Type, p.Name, m.Name.ValueString())
		if err := failures[i]; err != nil {
			diags.AddWarning("Role has a policy that cannot be read", fmt.Sprintf("%s cannot be read, so nothing is known of what it allows: %v", subject, err))
			continue
		}
		if wide := wideningActions(found[i].Document); len(wide) > 0 {
			diags.AddWarning("Role may do more than replicate", fmt.Sprintf(
				"%s allows %s. Terraform leaves it alone; detach it if it is not needed.", subject, strings.Join(wide, ", ")))
		}
	}
	return diags
}

// wideningActions lists what a policy allows beyond reading: everything of a
// service, everything but something, and actions of any service that write. A
// document that cannot be read may allow anything.
func wideningActions(document string) []string {
	var parsed struct {
		Statement statementList
	}
	if err := json.Unmarshal([]byte(document), &parsed); err != nil {
		return []string{"something that cannot be read"}
	}
	var wide []string
	for _, s := range parsed.Statement {
		if s.Effect != "Allow" {
			continue
		}
		if len(s.NotAction) > 0 {
			wide = append(wide, "everything but "+strings.Join(s.NotAction, ", "))
		}
		for _, action := range s.Action {
			if widens(action) {
				wide = append(wide, action)
			}
		}
	}
	return wide
}

// widens judges one action pattern. What does not begin like a reading action may
// write, whatever the service: ram:CreateAccessKey is worse than oss:PutObject.
// Action names are compared without regard to
// case (RAM "Policy elements" page, 2025).
func widens(pattern string) bool {
	service, name, found := strings.Cut(strings.ToLower(pattern), ":")
	if !found || strings.ContainsAny(service, "*?") || name == "*" {
		return true
	}
	reading := []string{"get", "list", "describe", "query", "head"}
	switch service {
	case "oss":
		reading = append(reading, "replicateget", "replicatelist")
	case "kms":
		// Using a key is part of replicating; it gives no access to anything else.
		reading = append(reading, "generatedatakey")
		if name == "encrypt" || name == "decrypt" {
			return false
		}
	}
	return !slices.ContainsFunc(reading, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

type allowStatement struct {
	Effect            string
	Action, NotAction oneOrMore
}

// statementList and oneOrMore accept a single value for a list of one, as the
// policy grammar does.
type statementList []allowStatement

// UnmarshalJSON accepts both forms.
func (l *statementList) UnmarshalJSON(raw []byte) error {
	var one allowStatement
	if json.Unmarshal(raw, &one) == nil {
		*l = statementList{one}
		return nil
	}
	return json.Unmarshal(raw, (*[]allowStatement)(l))
}

type oneOrMore []string

// UnmarshalJSON accepts both forms.
func (l *oneOrMore) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*l = oneOrMore{one}
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(l))
}
