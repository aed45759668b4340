package identity

import (
	"net/http"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// changed records the state after a change for the data plane. RAM writes to a
// control plane and replicates to the regions, which decide from their replica
// ("Resilience in RAM" page); the time that takes is not published.
func (s *Service) changed(a *account) {
	if s.options.Switches.RAMPropagation <= 0 {
		return
	}
	s.visible(a)
	a.past = append(a.past, snapshot{s.options.Clock.Now(), a.clone()})
}

// visible is the account as OSS, KMS and STS see it now.
func (s *Service) visible(a *account) *account {
	if a == nil || s.options.Switches.RAMPropagation <= 0 {
		return a
	}
	limit := s.options.Clock.Now().Add(-s.options.Switches.RAMPropagation)
	newest := 0 // what Load brought, also when somebody sets the clock back
	for i, p := range a.past {
		if !p.at.After(limit) {
			newest = i
		}
	}
	a.past = a.past[newest:]
	return a.past[0].view
}

// Identities are the policies that apply to a caller, as the other services see
// them.
func (s *Service) Identities(c cloud.Caller) access.Identities {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.identities(s.visible(s.accounts[c.AccountID]), c)
}

func (s *Service) identities(a *account, c cloud.Caller) access.Identities {
	var ids access.Identities
	if a == nil {
		return ids
	}
	switch c.Kind {
	case cloud.User:
		if u := a.users[strings.ToLower(c.UserName)]; u != nil {
			ids.Policies = a.documents(u.attached)
		}
	case cloud.RoleSession:
		if r := a.role(c.RoleName); r != nil && (c.RoleID == "" || r.id == c.RoleID) {
			ids.Policies = a.documents(r.attached)
		}
	case cloud.Root, cloud.Anonymous:
	}
	if c.SessionPolicy != "" {
		ids.Session, _ = access.Parse(access.SessionPolicy, []byte(c.SessionPolicy))
	}
	return ids
}

func (a *account) documents(list []attachment) []access.Named {
	var named []access.Named
	for _, at := range list {
		if at.policyType == system {
			text, _, _ := access.SystemPolicy(at.policy)
			if document, err := access.Parse(access.IdentityPolicy, []byte(text)); err == nil {
				named = append(named, access.Named{Name: at.policy, Document: document})
			}
			continue
		}
		if p := a.policy(at.policy); p != nil {
			named = append(named, access.Named{Name: p.name, Document: p.current().document})
		}
	}
	return named
}

// ServiceSession is the session that a cloud service gets when it assumes a role
// of an account; role is a name or an ARN. The error says whether the role is
// missing or does not trust the service.
func (s *Service) ServiceSession(accountID, roleName, service string) (cloud.Caller, *cloud.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if arn, isARN := strings.CutPrefix(roleName, "acs:ram::"); isARN {
		owner, rest, _ := strings.Cut(arn, ":")
		name, isRole := strings.CutPrefix(rest, "role/")
		if owner != accountID || !isRole {
			return cloud.Caller{}, cloud.Errorf(http.StatusNotFound, "EntityNotExist.Role", "The role does not exist.")
		}
		roleName = name
	}
	a := s.visible(s.accounts[accountID])
	if a == nil || a.role(roleName) == nil {
		return cloud.Caller{}, cloud.Errorf(http.StatusNotFound, "EntityNotExist.Role", "The role does not exist.")
	}
	r := a.role(roleName)
	if !access.Trusts(r.document, access.Principal{Kind: access.Service, ServiceName: service}, nil) {
		return cloud.Caller{}, cloud.Errorf(http.StatusForbidden, "NoPermission", "The role does not trust %s.", service)
	}
	name, _, _ := strings.Cut(service, ".")
	return cloud.Caller{
		Kind: cloud.RoleSession, AccountID: accountID, RoleID: r.id, RoleName: r.name, SessionName: name + "-service",
	}, nil
}
