package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// maxRolePolicies bounds how many policies of a role a plan reads; RAM attaches
// 20 custom and 20 system policies unless the quota is raised (RAM limits page,
// 2025-12).
const maxRolePolicies = 40

// plannedRole stands where a rule's bucket stands in the memory of the run.
const plannedRole = "acs:ram:role"

// factsOfRole warns of a role that OSS cannot assume, or that may not read the
// source. A role that cannot be read, is not there, or is changed by this plan
// may be right in the end.
func (r *ruleResource) factsOfRole(ctx context.Context, p *planning) (diags diag.Diagnostics) {
	named, err := replication.ParseRole(p.plan.Role.ValueString())
	if err != nil || r.account.run.has(plannedRole, strings.ToLower(named.Name)) {
		return diags
	}
	role, err := r.account.client.GetRole(ctx, named.Name)
	if err != nil {
		return diags
	}
	if !trustsOSS(role.TrustPolicy) {
		diags.AddAttributeWarning(path.Root("role"), "OSS cannot assume the role",
			fmt.Sprintf("The trust policy of role %s does not let the service %s assume it, or denies it. OSS will refuse the rule, or copy nothing, unless this run changes that. "+
				"srr_replication_role makes a role that fits.", role.Name, replication.Service))
	}
	creates := p.state == nil && p.goes == ""
	if creates && !p.plan.SourceBucket.IsUnknown() && r.mayNotRead(ctx, role.Name, p.plan.SourceBucket.ValueString()) {
		diags.AddAttributeWarning(path.Root("role"), "The role may not read the source bucket",
			fmt.Sprintf("No policy of role %s, nor that of the bucket, allows it %s and %s on bucket %s. OSS will refuse the rule, or copy nothing, unless this run changes that. "+
				"srr_replication_role makes a role that fits.", role.Name, replication.ActionGet, replication.ActionList, p.plan.SourceBucket.ValueString()))
	}
	return diags
}

// textList is a text or a list of texts, as in policy documents.
type textList []string

// UnmarshalJSON implements json.Unmarshaler.
func (t *textList) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*t = textList{one}
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(t))
}

// has compares without regard to case, as RAM does with actions and services.
func (t textList) has(names ...string) bool {
	return slices.ContainsFunc(t, func(text string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(text, name) })
	})
}

// trustsOSS reads a trust policy by its meaning: some statement allows OSS to
// assume the role and none denies it for sure (RAM "Overview of RAM roles" page,
// 2025). What cannot be read, or depends on a condition, counts as trust.
func trustsOSS(document string) bool {
	var trust struct {
		Statement []struct {
			Effect    string
			Action    textList
			Principal map[string]textList
			Condition map[string]any
		}
	}
	if json.Unmarshal([]byte(document), &trust) != nil {
		return true
	}
	allowed := false
	for _, s := range trust.Statement {
		if !s.Principal["Service"].has(replication.Service, "*") || !s.Action.has("sts:AssumeRole", "sts:*", "*") {
			continue
		}
		if strings.EqualFold(s.Effect, "Allow") {
			allowed = true
		} else if len(s.Condition) == 0 {
			return false
		}
	}
	return allowed
}

// mayNotRead says that the role lacks, for sure, what it needs on the source. In
// the account of the bucket either the role's policies or the bucket's may allow
// it, and each Deny counts (OSS "Authentication flow" page, 2026).
func (r *ruleResource) mayNotRead(ctx context.Context, role, bucket string) bool {
	who, err := r.account.client.Account(ctx)
	if err != nil {
		return false
	}
	documents, readable := r.policiesOf(ctx, role)
	if !readable {
		return false
	}
	own, err := r.account.client.BucketPolicy(ctx, bucket)
	if err != nil {
		return false
	}
	documents = append(documents, own)
	name := "acs:oss:" + r.account.client.Region() + ":" + who.ID + ":" + bucket
	principal := replication.Role{AccountID: who.ID, Name: role}.Principal()
	return refuses(documents, policy.Question{Principal: principal, Action: replication.ActionList, Resource: name}) ||
		refuses(documents, policy.Question{Principal: principal, Action: replication.ActionGet, Resource: name + "/*"})
}

// policiesOf reads the documents of a role's policies; false when one cannot be
// read.
func (r *ruleResource) policiesOf(ctx context.Context, role string) (documents [][]byte, readable bool) {
	attached, err := r.account.client.ListPoliciesForRole(ctx, role)
	if err != nil || len(attached) > maxRolePolicies {
		return nil, false
	}
	allowsAll := func(a alicloud.AttachedPolicy) bool {
		return a.Type == alicloud.PolicySystem && slices.Contains([]string{"AliyunOSSFullAccess", "AdministratorAccess"}, a.Name)
	}
	if slices.ContainsFunc(attached, allowsAll) {
		documents = append(documents, []byte(`{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`))
	}
	found, failures := readPolicies(ctx, r.account.client, slices.DeleteFunc(attached, allowsAll))
	for i := range found {
		if failures[i] != nil {
			return nil, false
		}
		documents = append(documents, []byte(found[i].Document))
	}
	return documents, true
}

// refuses says that one document denies, or that none allows. A statement of a
// RAM policy has no principal, which the grammar of bucket policies takes for
// everyone. What cannot be decided counts as allowed.
func refuses(documents [][]byte, question policy.Question) bool {
	allowed := false
	for _, text := range documents {
		document, err := policy.Parse(policy.BucketPolicy, text)
		if err != nil {
			return false
		}
		switch document.Evaluate(question) {
		case policy.ExplicitDeny:
			return true
		case policy.Allowed, policy.Undecided:
			allowed = true
		default: // says nothing about the question
		}
	}
	return !allowed
}
