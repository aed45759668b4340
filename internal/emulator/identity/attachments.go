package identity

import (
	"net/http"
	"slices"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// attachPolicyToRole checks in the order in which the API page lists its errors.
func (s *Service) attachPolicyToRole(c Call) (map[string]any, *cloud.Error) {
	a, r, name, err := s.findAttachment(c)
	if err != nil {
		return nil, err
	}
	policyType := c.Params["PolicyType"]
	if indexOf(r.attached, policyType, name) >= 0 {
		return nil, cloud.Errorf(http.StatusConflict, "EntityAlreadyExists.Role.Policy", "The policy has already been attached to the role.")
	}
	limit, count := maxCustomPerRole, 0
	if policyType == system {
		limit = maxSystemPerRole
	}
	for _, at := range r.attached {
		if at.policyType == policyType {
			count++
		}
	}
	if count >= limit {
		return nil, cloud.Errorf(http.StatusConflict, "LimitExceeded.Role.Policy", "The count of policies attached to the role beyond the current limits.")
	}
	r.attached = append(r.attached, attachment{policyType, name, s.options.Clock.Now()})
	s.changed(a)
	return map[string]any{}, nil
}

func (s *Service) detachPolicyFromRole(c Call) (map[string]any, *cloud.Error) {
	a, r, name, err := s.findAttachment(c)
	if err != nil {
		return nil, err
	}
	at := indexOf(r.attached, c.Params["PolicyType"], name)
	if at < 0 {
		return nil, cloud.Errorf(http.StatusNotFound, "EntityNotExist.Role.Policy", "The indicate policy of the role does not exist.")
	}
	r.attached = slices.Delete(r.attached, at, at+1)
	s.changed(a)
	return map[string]any{}, nil
}

// findAttachment returns the role and the policy's name in its stored spelling.
func (s *Service) findAttachment(c Call) (*account, *role, string, *cloud.Error) {
	if err := first(checkRoleName(c.Params), checkPolicyType(c.Params), checkPolicyName(c.Params)); err != nil {
		return nil, nil, "", err
	}
	a, r, err := s.findRole(c)
	if err != nil {
		return nil, nil, "", err
	}
	if c.Params["PolicyType"] == system {
		_, name, known := access.SystemPolicy(c.Params["PolicyName"])
		if !known {
			return nil, nil, "", noPolicy()
		}
		return a, r, name, nil
	}
	p := a.policy(c.Params["PolicyName"])
	if p == nil {
		return nil, nil, "", noPolicy()
	}
	return a, r, p.name, nil
}

func (s *Service) listPoliciesForRole(c Call) (map[string]any, *cloud.Error) {
	a, r, err := s.findRole(c)
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, at := range r.attached {
		fields := systemFields(at.policy)
		if at.policyType == custom {
			fields = policyFields(a.policy(at.policy))
		}
		delete(fields, "CreateDate")
		delete(fields, "UpdateDate")
		fields["AttachDate"] = date(at.at)
		list = append(list, fields)
	}
	return map[string]any{"Policies": map[string]any{"Policy": list}}, nil
}

func (s *Service) listEntitiesForPolicy(c Call) (map[string]any, *cloud.Error) {
	if err := first(checkPolicyType(c.Params), checkPolicyName(c.Params)); err != nil {
		return nil, err
	}
	if _, err := s.getPolicy(c); err != nil {
		return nil, err
	}
	a := s.accounts[c.Caller.AccountID]
	roles, users := []any{}, []any{}
	for _, key := range sortedKeys(a.roles) {
		r := a.roles[key]
		if i := indexOf(r.attached, c.Params["PolicyType"], c.Params["PolicyName"]); i >= 0 {
			roles = append(roles, map[string]any{
				"RoleId": r.id, "RoleName": r.name, "Arn": s.roleARN(a, r.name), "Description": r.description, "AttachDate": date(r.attached[i].at),
			})
		}
	}
	for _, key := range sortedKeys(a.users) {
		u := a.users[key]
		if i := indexOf(u.attached, c.Params["PolicyType"], c.Params["PolicyName"]); i >= 0 {
			users = append(users, map[string]any{
				"UserId": u.id, "UserName": u.name, "DisplayName": u.name, "AttachDate": date(u.attached[i].at),
			})
		}
	}
	return map[string]any{
		"Roles": map[string]any{"Role": roles}, "Users": map[string]any{"User": users}, "Groups": map[string]any{"Group": []any{}},
	}, nil
}
