package identity

import (
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

const (
	shortestSession  = 900
	standardSession  = 3600
	maxSessionPolicy = 2048
	maxExternalID    = 1224
)

// getCallerIdentity needs no permission. UserId is only there for accounts and
// users, RoleId only for sessions.
func (s *Service) getCallerIdentity(c Call) (map[string]any, *cloud.Error) {
	who := c.Caller
	fields := map[string]any{"AccountId": who.AccountID, "Arn": who.ARN()}
	switch who.Kind {
	case cloud.Root:
		fields["IdentityType"], fields["PrincipalId"], fields["UserId"] = "Account", who.AccountID, who.AccountID
	case cloud.User:
		fields["IdentityType"], fields["PrincipalId"], fields["UserId"] = "RAMUser", who.UserID, who.UserID
	case cloud.RoleSession:
		fields["IdentityType"], fields["PrincipalId"], fields["RoleId"] = "AssumedRoleUser", who.RoleID+":"+who.SessionName, who.RoleID
	case cloud.Anonymous:
	}
	return fields, nil
}

// assumeRole needs the permission of the caller and the trust of the role (RAM
// "Policy evaluation process", assume-role variant).
func (s *Service) assumeRole(c Call) (map[string]any, *cloud.Error) {
	if err := checkAssume(c.Params); err != nil {
		return nil, err
	}
	if c.Caller.Kind == cloud.Root {
		return nil, cloud.Errorf(http.StatusForbidden, "NoPermission", "Roles may not be assumed by root accounts.")
	}
	arn := c.Params["RoleArn"]
	a, r := s.roleByARN(arn)
	if r == nil {
		return nil, cloud.Errorf(http.StatusNotFound, "EntityNotExist.Role", "The role not exists: %s", arn)
	}
	if err := s.mayAssume(c, a, r); err != nil {
		return nil, err
	}
	seconds, err := assumeDuration(c.Params["DurationSeconds"], r.maxSession)
	if err != nil {
		return nil, err
	}
	return s.issue(a, r, c.Params["RoleSessionName"], c.Params["Policy"], time.Duration(seconds)*time.Second)
}

func (s *Service) roleByARN(arn string) (*account, *role) {
	rest, _ := strings.CutPrefix(arn, "acs:ram::")
	owner, name, _ := strings.Cut(rest, ":role/")
	a := s.visible(s.accounts[owner])
	if a == nil {
		return nil, nil
	}
	return a, a.role(name)
}

// assumeContext holds the condition keys that a trust policy may ask about.
func (s *Service) assumeContext(c Call) map[string][]string {
	context := c.Caller.Conditions()
	context["acs:CurrentTime"] = []string{s.options.Now().UTC().Format(time.RFC3339)}
	return context
}

func (s *Service) mayAssume(c Call, a *account, r *role) *cloud.Error {
	context := s.assumeContext(c)
	if id := c.Params["ExternalId"]; id != "" {
		context["sts:ExternalId"] = []string{id}
	}
	request := access.Request{
		Principal: Principal(c.Caller), Action: "sts:AssumeRole", Resource: "acs:ram:*:" + a.id + ":role/" + strings.ToLower(r.name),
		Owner: a.id, Context: context, Now: s.options.Now(),
	}
	named := request
	named.Resource = "acs:ram:*:" + a.id + ":role/" + r.name
	own := s.identities(s.visible(s.accounts[c.Caller.AccountID]), c.Caller)
	decision := access.Identity(own, request)
	if other := access.Identity(own, named); decision.Effect == access.ImplicitDeny || other.Effect == access.ExplicitDeny {
		decision = other
	}
	if decision.Effect != access.Allow || !access.Trusts(r.document, request.Principal, context) {
		e := denied(c.Caller, request, decision)
		e.Message = "You are not authorized to do this action. You should be authorized by RAM."
		if decision.Effect == access.Allow {
			e.Denied.PolicyType = "AssumeRolePolicy"
		}
		return e
	}
	return nil
}

func wronglyFormed(name string) *cloud.Error {
	return cloud.Errorf(http.StatusBadRequest, "InvalidParameter."+name, "The parameter %s is wrongly formed.", name)
}

func checkAssume(p map[string]string) *cloud.Error {
	for _, name := range []string{"RoleArn", "RoleSessionName"} {
		if p[name] == "" {
			return cloud.Errorf(http.StatusBadRequest, "Missing"+name, "%s is mandatory for this action.", name)
		}
	}
	for _, form := range [][2]string{
		{"RoleArn", `^acs:ram::[0-9]+:role/[A-Za-z0-9.@_-]+$`},
		{"RoleSessionName", `^[A-Za-z0-9.@_-]{2,64}$`},
		{"ExternalId", `^$|^[A-Za-z0-9_+=,.@:/-]+$`},
	} {
		if ok, _ := regexp.MatchString(form[1], p[form[0]]); !ok {
			return wronglyFormed(form[0])
		}
	}
	if n := len(p["ExternalId"]); n == 1 || n > maxExternalID {
		return wronglyFormed("ExternalId")
	}
	policy := p["Policy"]
	if len(policy) > maxSessionPolicy {
		return cloud.Errorf(http.StatusBadRequest, "InvalidParameter.PolicySize", "The size of Policy must be smaller than %d bytes.", maxSessionPolicy)
	}
	if policy != "" {
		if _, err := access.Parse(access.SessionPolicy, []byte(policy)); err != nil {
			return cloud.Errorf(http.StatusBadRequest, "InvalidParameter.PolicyGrammar", "The parameter Policy has not passed grammar check: %s", err.Reason)
		}
	}
	return nil
}

func assumeDuration(text string, longest int) (int, *cloud.Error) {
	if text == "" {
		return min(standardSession, longest), nil
	}
	seconds, err := strconv.Atoi(text)
	if err != nil || seconds < shortestSession || seconds > longest {
		return 0, cloud.Errorf(http.StatusBadRequest, "InvalidParameter.DurationSeconds",
			"The Min/Max value of DurationSeconds is 15min/%dhr.", longest/3600)
	}
	return seconds, nil
}

// issue makes the temporary key of a new session.
func (s *Service) issue(a *account, r *role, name, policy string, life time.Duration) (map[string]any, *cloud.Error) {
	if limit := s.options.Switches.SessionLife; limit > 0 {
		life = min(life, limit)
	}
	raw := make([]byte, 16+24+96)
	if _, err := io.ReadFull(s.options.Random, raw); err != nil {
		return nil, cloud.Errorf(http.StatusInternalServerError, "InternalError", "An internal error occurred.")
	}
	id := "STS." + hex.EncodeToString(raw[:16])
	made := &session{
		secret: base64.RawURLEncoding.EncodeToString(raw[16:40]), token: base64.StdEncoding.EncodeToString(raw[40:]),
		expires: s.options.Now().Add(life).UTC().Truncate(time.Second),
		caller: cloud.Caller{
			Kind: cloud.RoleSession, AccountID: a.id, RoleID: r.id, RoleName: r.name, SessionName: name, SessionPolicy: policy,
		},
	}
	s.sessions[id] = made
	return map[string]any{
		"AssumedRoleUser": map[string]any{"Arn": s.roleARN(a, r.name) + "/" + name, "AssumedRoleId": r.id + ":" + name},
		"Credentials": map[string]any{
			"AccessKeyId": id, "AccessKeySecret": made.secret, "SecurityToken": made.token, "Expiration": date(made.expires),
		},
	}, nil
}
