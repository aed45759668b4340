package identity

import (
	"net/http"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// instanceService is the service that trusts of instance roles name (ECS
// "Instance RAM roles" page, 2026).
const instanceService = "ecs.aliyuncs.com"

// InstanceSession issues temporary keys as the metadata server of an instance
// does; the fields are those of an AssumeRole answer. The role must trust ECS.
func (s *Service) InstanceSession(accountID, roleName string, life time.Duration) (map[string]any, *cloud.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.visible(s.accounts[accountID])
	if a == nil || a.role(roleName) == nil {
		return nil, noRole()
	}
	r := a.role(roleName)
	if !access.Trusts(r.document, access.Principal{Kind: access.Service, ServiceName: instanceService}, nil) {
		return nil, cloud.Errorf(http.StatusForbidden, "NoPermission", "The role does not trust %s.", instanceService)
	}
	return s.issue(a, r, "instance", "", life)
}
