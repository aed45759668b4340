package identity

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

func (s *Service) nextID() string {
	s.lastID++
	return strconv.FormatInt(s.lastID, 10)
}

func (s *Service) createRole(c Call) (map[string]any, *cloud.Error) {
	p, a := c.Params, s.accounts[c.Caller.AccountID]
	if err := first(checkRoleName(p), required(p, "AssumeRolePolicyDocument"), checkDescription("Description", p["Description"])); err != nil {
		return nil, err
	}
	parsed, err := document(access.TrustPolicy, "AssumeRolePolicyDocument", p["AssumeRolePolicyDocument"])
	if err != nil {
		return nil, err
	}
	seconds, err := sessionDuration("MaxSessionDuration", p["MaxSessionDuration"], minSessionDuration)
	if err != nil {
		return nil, err
	}
	tags, err := readTags(p)
	switch {
	case err != nil:
		return nil, err
	case a.role(p["RoleName"]) != nil:
		// Whether names that differ only in case can coexist is not documented;
		// ARNs in lower case suggest that they cannot.
		return nil, cloud.Errorf(http.StatusConflict, "EntityAlreadyExists.Role", "The role does already EXIST.")
	case len(a.roles) >= maxRoles:
		return nil, cloud.Errorf(http.StatusConflict, "LimitExceeded.Role", "The count of roles beyond the current limits.")
	}
	now := s.options.Clock.Now()
	r := &role{
		id: s.nextID(), name: p["RoleName"], description: p["Description"], trust: p["AssumeRolePolicyDocument"],
		maxSession: seconds, created: now, updated: now, tags: tags, document: parsed,
	}
	a.roles[strings.ToLower(r.name)] = r
	s.changed(a)
	answer := s.roleFields(a, r, true)
	delete(answer, "UpdateDate")
	return map[string]any{"Role": answer}, nil
}

func (s *Service) getRole(c Call) (map[string]any, *cloud.Error) {
	a, r, err := s.findRole(c)
	if err != nil {
		return nil, err
	}
	return map[string]any{"Role": s.roleFields(a, r, true)}, nil
}

// findRole validates the name before it looks the role up.
func (s *Service) findRole(c Call) (*account, *role, *cloud.Error) {
	if err := checkRoleName(c.Params); err != nil {
		return nil, nil, err
	}
	a := s.accounts[c.Caller.AccountID]
	r := a.role(c.Params["RoleName"])
	if r == nil {
		return nil, nil, noRole()
	}
	return a, r, nil
}

func (s *Service) updateRole(c Call) (map[string]any, *cloud.Error) {
	p := c.Params
	a, r, err := s.findRole(c)
	if err != nil {
		return nil, err
	}
	if err := checkDescription("NewDescription", p["NewDescription"]); err != nil {
		return nil, err
	}
	seconds, err := sessionDuration("NewMaxSessionDuration", p["NewMaxSessionDuration"], r.maxSession)
	if err != nil {
		return nil, err
	}
	if text := p["NewAssumeRolePolicyDocument"]; text != "" {
		parsed, err := document(access.TrustPolicy, "NewAssumeRolePolicyDocument", text)
		if err != nil {
			return nil, err
		}
		r.trust, r.document = text, parsed
	}
	if text := p["NewDescription"]; text != "" {
		r.description = text
	}
	r.maxSession, r.updated = seconds, s.options.Clock.Now()
	s.changed(a)
	return map[string]any{"Role": s.roleFields(a, r, true)}, nil
}

func (s *Service) deleteRole(c Call) (map[string]any, *cloud.Error) {
	a, r, err := s.findRole(c)
	if err != nil {
		return nil, err
	}
	if len(r.attached) > 0 {
		return nil, cloud.Errorf(http.StatusConflict, "DeleteConflict.Role.Policy", "The role CAN NOT has any attached policy while deleting the role.")
	}
	delete(a.roles, strings.ToLower(r.name))
	s.changed(a)
	return map[string]any{}, nil
}

func (s *Service) listRoles(c Call) (map[string]any, *cloud.Error) {
	a := s.accounts[c.Caller.AccountID]
	wanted, err := readTags(c.Params)
	if err != nil {
		return nil, err
	}
	names := slices.DeleteFunc(sortedKeys(a.roles), func(name string) bool { return !hasTags(a.roles[name].tags, wanted) })
	page, err := paginate(c.Params, names)
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, name := range page.names {
		fields := s.roleFields(a, a.roles[name], false)
		fields["Tags"] = map[string]any{"Tag": tagList(a.roles[name].tags)}
		list = append(list, fields)
	}
	return page.answer("Roles", map[string]any{"Role": list}), nil
}

// roleARN is lower case in its name unless the switch keeps the case.
func (s *Service) roleARN(a *account, name string) string {
	if !s.options.Switches.KeepRoleARNCase {
		name = strings.ToLower(name)
	}
	return "acs:ram::" + a.id + ":role/" + name
}

func (s *Service) roleFields(a *account, r *role, withTrust bool) map[string]any {
	fields := map[string]any{
		"RoleId": r.id, "RoleName": r.name, "Arn": s.roleARN(a, r.name), "Description": r.description,
		"MaxSessionDuration": r.maxSession, "CreateDate": date(r.created), "UpdateDate": date(r.updated),
	}
	if withTrust {
		fields["AssumeRolePolicyDocument"] = r.trust
	}
	return fields
}
