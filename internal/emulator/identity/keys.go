package identity

import (
	"net/http"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// session is what AssumeRole issued.
type session struct {
	secret, token string
	expires       time.Time // wall time
	caller        cloud.Caller
}

// Lookup finds the secret and the identity behind an access key. Errors carry
// the codes of the RPC gateway (RAM common error codes page, 2026-03).
func (s *Service) Lookup(accessKeyID, securityToken string) (string, cloud.Caller, *cloud.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if strings.HasPrefix(accessKeyID, "STS.") {
		return s.lookupSession(accessKeyID, securityToken)
	}
	k := s.keys[accessKeyID]
	switch {
	case k == nil:
		return "", cloud.Caller{}, keyNotFound()
	case k.inactive:
		return "", cloud.Caller{}, cloud.Errorf(http.StatusBadRequest, "InvalidAccessKeyId.Inactive", "Specified access key is disabled.")
	case securityToken != "":
		return "", cloud.Caller{}, tokenError("MismatchWithAccessKey", "mismatch with the AccessKey.")
	}
	caller := cloud.Caller{Kind: cloud.Root, AccountID: k.account, AccessKeyID: k.id}
	if k.user != "" {
		u := s.accounts[k.account].users[strings.ToLower(k.user)]
		caller.Kind, caller.UserID, caller.UserName = cloud.User, u.id, u.name
	}
	return k.secret, caller, nil
}

func (s *Service) lookupSession(accessKeyID, securityToken string) (string, cloud.Caller, *cloud.Error) {
	found := s.sessions[accessKeyID]
	switch {
	case securityToken == "":
		return "", cloud.Caller{}, cloud.Errorf(http.StatusBadRequest, "MissingSecurityToken", "SecurityToken is mandatory for this action.")
	case found == nil:
		return "", cloud.Caller{}, keyNotFound()
	case found.token != securityToken && s.knowsToken(securityToken):
		return "", cloud.Caller{}, tokenError("MismatchWithAccessKey", "mismatch with the AccessKey.")
	case found.token != securityToken:
		return "", cloud.Caller{}, tokenError("Malformed", "is malformed.")
	case !s.options.Now().Before(found.expires), s.roleIsGone(found.caller):
		// Tokens end with their role (RAM DeleteRole page, 2025-12); the code for
		// that is not documented, expiry is the nearest.
		return "", cloud.Caller{}, tokenError("Expired", "is expired.")
	}
	caller := found.caller
	caller.AccessKeyID = accessKeyID
	return found.secret, caller, nil
}

func (s *Service) knowsToken(token string) bool {
	for _, other := range s.sessions {
		if other.token == token {
			return true
		}
	}
	return false
}

func (s *Service) roleIsGone(c cloud.Caller) bool {
	a := s.accounts[c.AccountID]
	r := a.role(c.RoleName)
	return r == nil || r.id != c.RoleID
}

func keyNotFound() *cloud.Error {
	return cloud.Errorf(http.StatusNotFound, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
}

func tokenError(code, message string) *cloud.Error {
	return cloud.Errorf(http.StatusBadRequest, "InvalidSecurityToken."+code, "Specified SecurityToken %s", message)
}
