package identity

import (
	"crypto/rand"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// Options are what the service needs from its surroundings.
type Options struct {
	Clock    *cloud.Clock     // service time: creation dates and propagation
	Now      func() time.Time // wall time with skew: expiry of temporary keys; nil means time.Now
	Switches cloud.Switches
	Random   io.Reader // source of temporary keys; nil means crypto/rand
}

// Service holds all accounts. It is safe for concurrent use.
type Service struct {
	options Options

	mu       sync.Mutex
	accounts map[string]*account
	keys     map[string]*key     // by access key id
	sessions map[string]*session // by access key id
	lastID   int64
}

// New returns a cloud without accounts.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	s := &Service{options: o}
	s.reset()
	return s
}

func (s *Service) reset() {
	s.accounts, s.keys, s.sessions = map[string]*account{}, map[string]*key{}, map[string]*session{}
	s.lastID = 300000000000000000
}

// Call is one authenticated RPC request.
type Call struct {
	Service   string // "ram" or "sts"
	Operation string
	Params    map[string]string // query and form, merged
	Caller    cloud.Caller
}

// operation is what the service knows about one call before it carries it out.
type operation struct {
	resources func(p map[string]string) []string // relative ids to authorise, nil for none
	run       func(s *Service, c Call) (map[string]any, *cloud.Error)
}

// Serve carries out one call and returns the fields of the answer without the
// request id.
func (s *Service) Serve(c Call) (map[string]any, *cloud.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	op, known := ramOperation(c.Operation)
	if c.Service == "sts" {
		op, known = stsOperation(c.Operation)
	}
	if !known {
		return nil, cloud.Errorf(http.StatusNotFound, "InvalidAction.NotFound", "Specified api is not found, please check your url and method.")
	}
	if s.accounts[c.Caller.AccountID] == nil && !Unsigned(c.Service, c.Operation) {
		// The world was replaced after the caller was looked up.
		return nil, keyNotFound()
	}
	if op.resources != nil {
		for _, resource := range op.resources(c.Params) {
			if err := s.authorize(c, inAccount(resource, c.Caller.AccountID)); err != nil {
				return nil, err
			}
		}
	}
	return op.run(s, c)
}

// authorize asks the caller's own policies, in the control plane's view: RAM
// itself sees its changes at once.
func (s *Service) authorize(c Call, resource string) *cloud.Error {
	request := access.Request{
		Principal: Principal(c.Caller), Action: c.Service + ":" + c.Operation, Resource: resource,
		Owner: c.Caller.AccountID, Context: c.Caller.Conditions(), Now: s.options.Now(),
	}
	decision := access.Identity(s.identities(s.accounts[c.Caller.AccountID], c.Caller), request)
	if decision.Effect == access.Allow {
		return nil
	}
	return denied(c.Caller, request, decision)
}

func denied(caller cloud.Caller, request access.Request, decision access.Decision) *cloud.Error {
	e := cloud.Errorf(http.StatusForbidden, "NoPermission",
		"You are not authorized to do this action. Resource: %s Action: %s", request.Resource, request.Action)
	e.Denied = &cloud.AccessDenied{
		PolicyType: "AccountLevelIdentityBasedPolicy", AuthAction: request.Action, AuthPrincipalOwnerID: caller.AccountID,
		AuthPrincipalType: "SubUser", AuthPrincipalDisplayName: caller.UserID, NoPermissionType: "ImplicitDeny",
	}
	if caller.Kind == cloud.RoleSession {
		e.Denied.AuthPrincipalType = "AssumedRoleUser"
		e.Denied.AuthPrincipalDisplayName = caller.RoleName + ":" + caller.SessionName
	}
	if decision.Effect == access.ExplicitDeny {
		e.Denied.NoPermissionType = "ExplicitDeny"
	}
	if decision.Source == "session policy" {
		e.Denied.PolicyType = "SessionPolicy"
	}
	return e
}

// Principal is how a caller looks to the policy evaluator.
func Principal(c cloud.Caller) access.Principal {
	p := access.Principal{
		AccountID: c.AccountID, UserID: c.UserID, UserName: c.UserName, RoleName: c.RoleName, SessionName: c.SessionName,
	}
	switch c.Kind {
	case cloud.Root:
		p.Kind = access.Root
	case cloud.User:
		p.Kind = access.User
	case cloud.RoleSession:
		p.Kind = access.RoleSession
	case cloud.Anonymous:
	}
	return p
}

// Object names what a call is about, for logs and faults.
func Object(operation string, params map[string]string) string {
	for _, name := range []string{"RoleName", "PolicyName", "RoleArn", "ResourceNames"} {
		if v := params[name]; v != "" {
			if operation == "AttachPolicyToRole" || operation == "DetachPolicyFromRole" {
				return v + "/" + params["PolicyName"]
			}
			return v
		}
	}
	return ""
}
