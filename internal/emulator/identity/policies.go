package identity

import (
	"net/http"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

func date(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

func (s *Service) createPolicy(c Call) (map[string]any, *cloud.Error) {
	p, a := c.Params, s.accounts[c.Caller.AccountID]
	if err := first(checkPolicyName(p), required(p, "PolicyDocument"), checkDescription("Description", p["Description"])); err != nil {
		return nil, err
	}
	parsed, err := document(access.IdentityPolicy, "PolicyDocument", p["PolicyDocument"])
	if err != nil {
		return nil, err
	}
	tags, err := readTags(p)
	switch {
	case err != nil:
		return nil, err
	case a.policy(p["PolicyName"]) != nil:
		// The text says group; that is how it is published.
		return nil, cloud.Errorf(http.StatusConflict, "EntityAlreadyExists.Policy", "The group does already EXIST.")
	case len(a.policies) >= maxPolicies:
		return nil, cloud.Errorf(http.StatusConflict, "LimitExceeded.Policy", "The count of policy beyond the current limits.")
	}
	now := s.options.Clock.Now()
	made := &policy{
		name: p["PolicyName"], description: p["Description"], created: now, updated: now, standard: "v1", lastVersion: 1, tags: tags,
		versions: []version{{number: 1, text: p["PolicyDocument"], created: now, document: parsed}},
	}
	a.policies[strings.ToLower(made.name)] = made
	s.changed(a)
	fields := policyFields(made)
	delete(fields, "UpdateDate")
	return map[string]any{"Policy": fields}, nil
}

func policyFields(p *policy) map[string]any {
	return map[string]any{
		"PolicyName": p.name, "PolicyType": custom, "Description": p.description, "DefaultVersion": p.standard,
		"CreateDate": date(p.created), "UpdateDate": date(p.updated),
	}
}

// systemFields describes a system policy; its dates are not of this world.
func systemFields(name string) map[string]any {
	return map[string]any{
		"PolicyName": name, "PolicyType": system, "Description": name, "DefaultVersion": "v1",
		"CreateDate": "2015-05-01T00:00:00Z", "UpdateDate": "2015-05-01T00:00:00Z",
	}
}

// findPolicy validates type and name before it looks a custom policy up.
func (s *Service) findPolicy(c Call) (*account, *policy, *cloud.Error) {
	if err := checkPolicyName(c.Params); err != nil {
		return nil, nil, err
	}
	a := s.accounts[c.Caller.AccountID]
	p := a.policy(c.Params["PolicyName"])
	if p == nil {
		return nil, nil, noPolicy()
	}
	return a, p, nil
}

func (s *Service) getPolicy(c Call) (map[string]any, *cloud.Error) {
	if err := first(checkPolicyType(c.Params), checkPolicyName(c.Params)); err != nil {
		return nil, err
	}
	a := s.accounts[c.Caller.AccountID]
	if c.Params["PolicyType"] == system {
		text, name, known := access.SystemPolicy(c.Params["PolicyName"])
		if !known {
			return nil, noPolicy()
		}
		fields := systemFields(name)
		fields["AttachmentCount"] = a.attachments(system, name)
		return map[string]any{"Policy": fields, "DefaultPolicyVersion": map[string]any{
			"VersionId": "v1", "IsDefaultVersion": true, "PolicyDocument": text, "CreateDate": fields["CreateDate"],
		}}, nil
	}
	_, p, err := s.findPolicy(c)
	if err != nil {
		return nil, err
	}
	fields := policyFields(p)
	fields["AttachmentCount"] = a.attachments(custom, p.name)
	return map[string]any{"Policy": fields, "DefaultPolicyVersion": versionFields(p, p.current())}, nil
}

func (s *Service) listPolicies(c Call) (map[string]any, *cloud.Error) {
	a, all := s.accounts[c.Caller.AccountID], map[string]map[string]any{}
	wanted := c.Params["PolicyType"]
	if wanted != "" {
		if err := checkPolicyType(c.Params); err != nil {
			return nil, err
		}
	}
	tags, err := readTags(c.Params)
	if err != nil {
		return nil, err
	}
	if wanted != system {
		for key, p := range a.policies {
			if !hasTags(p.tags, tags) {
				continue
			}
			fields := policyFields(p)
			fields["AttachmentCount"] = a.attachments(custom, p.name)
			all[custom+"/"+key] = fields
		}
	}
	if wanted != custom && len(tags) == 0 {
		for _, name := range access.SystemPolicyNames() {
			fields := systemFields(name)
			fields["AttachmentCount"] = a.attachments(system, name)
			all[system+"/"+strings.ToLower(name)] = fields
		}
	}
	page, err := paginate(c.Params, sortedKeys(all))
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, key := range page.names {
		list = append(list, all[key])
	}
	return page.answer("Policies", map[string]any{"Policy": list}), nil
}

func (s *Service) updatePolicyDescription(c Call) (map[string]any, *cloud.Error) {
	a, p, err := s.findPolicy(c)
	if err != nil {
		return nil, err
	}
	if err := first(required(c.Params, "NewDescription"), checkDescription("NewDescription", c.Params["NewDescription"])); err != nil {
		return nil, err
	}
	p.description, p.updated = c.Params["NewDescription"], s.options.Clock.Now()
	s.changed(a)
	return map[string]any{"Policy": policyFields(p)}, nil
}

// deletePolicy refuses while the policy is in use. The code for a policy that a
// role still has is not published; it is named after those for users and groups.
func (s *Service) deletePolicy(c Call) (map[string]any, *cloud.Error) {
	a, p, err := s.findPolicy(c)
	if err != nil {
		return nil, err
	}
	for _, r := range a.roles {
		if indexOf(r.attached, custom, p.name) >= 0 {
			return nil, cloud.Errorf(http.StatusConflict, "DeleteConflict.Policy.Role", "The policy CAN NOT been attached to any role while deleting the policy.")
		}
	}
	if a.attachments(custom, p.name) > 0 {
		return nil, cloud.Errorf(http.StatusConflict, "DeleteConflict.Policy.User", "The policy CAN NOT been attached to any user while deleting the policy.")
	}
	if len(p.versions) > 1 && c.Params["CascadingDelete"] != "true" {
		return nil, cloud.Errorf(http.StatusConflict, "DeleteConflict.Policy.Version", "The policy CAN NOT has any version except the default version.")
	}
	delete(a.policies, strings.ToLower(p.name))
	s.changed(a)
	return map[string]any{}, nil
}
