package access

import (
	"encoding/json"
	"fmt"
	"strings"
)

// PrincipalKind tells what kind of identity asks.
type PrincipalKind int

// The kinds of principals. The zero value has no identity.
const (
	Anonymous PrincipalKind = iota
	Root
	User
	RoleSession
	Service
	Federated
)

// Principal is who asks. RoleName is the role's name as RAM stores it. A
// federated principal has no account, only the ARN of its identity provider.
type Principal struct {
	Kind                               PrincipalKind
	AccountID                          string
	UserID, UserName                   string
	RoleName, SessionName, ServiceName string
	ProviderARN                        string
}

// principal is one entry of a Principal element: the kind is "" in bucket
// policies, RAM, Service or Federated elsewhere.
type principal struct{ kind, value string }

func (s *statement) parsePrincipals(g Grammar, fields map[string]json.RawMessage) (err error) {
	raw, has := fields["Principal"]
	not, hasNot := fields["NotPrincipal"]
	s.namesOther = hasNot
	switch g {
	case IdentityPolicy, SessionPolicy:
		if has || hasNot {
			return fmt.Errorf("a policy of an identity has no Principal")
		}
	case BucketPolicy:
		if has && hasNot {
			return fmt.Errorf("only one of Principal and NotPrincipal is allowed")
		}
		if s.principals, err = plainPrincipals("Principal", raw); err == nil {
			s.notPrincipals, err = plainPrincipals("NotPrincipal", not)
		}
	case TrustPolicy, KeyPolicy:
		if !has || hasNot {
			return fmt.Errorf("Principal is needed, NotPrincipal not supported")
		}
		s.principals, err = principalsByKind(g, raw)
	}
	return err
}

// plainPrincipals reads the list of a bucket policy. Objects, as other clouds
// write them, are refused.
func plainPrincipals(name string, raw json.RawMessage) ([]principal, error) {
	var empty []json.RawMessage
	if raw == nil || json.Unmarshal(raw, &empty) == nil && empty != nil && len(empty) == 0 {
		return nil, nil
	}
	values, err := texts(name, raw)
	if err != nil {
		return nil, err
	}
	var list []principal
	for _, v := range values {
		if v != "*" && !isDigits(v) && !strings.HasPrefix(v, "arn:sts::") {
			return nil, fmt.Errorf("principal %q is neither *, a UID nor arn:sts::<uid>:assumed-role/<role>/<session>", v)
		}
		list = append(list, principal{value: v})
	}
	return list, nil
}

func principalsByKind(g Grammar, raw json.RawMessage) ([]principal, error) {
	var kinds map[string]json.RawMessage
	if err := json.Unmarshal(raw, &kinds); err != nil || len(kinds) == 0 {
		return nil, fmt.Errorf("Principal must be an object such as {\"RAM\": [...]}")
	}
	var list []principal
	for kind, members := range kinds {
		allowed := kind == "RAM" || g == TrustPolicy && (kind == "Service" || kind == "Federated")
		if !allowed {
			return nil, fmt.Errorf("principals of kind %q are not supported here", kind)
		}
		values, err := texts("Principal", members)
		if err != nil {
			return nil, err
		}
		for _, v := range values {
			list = append(list, principal{kind: kind, value: v})
		}
	}
	return list, nil
}

func isDigits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

// covers reports whether the entry names who.
func (p principal) covers(who Principal) bool {
	switch p.kind {
	case "Service":
		return who.Kind == Service && strings.EqualFold(p.value, who.ServiceName)
	case "Federated":
		return who.Kind == Federated && p.value == who.ProviderARN
	case "RAM":
		return p.coversRAM(who)
	case "":
		return p.coversPlain(who)
	default:
		return false
	}
}

// coversRAM reads acs:ram::<uid>:root, :*, :user/<name> and :role/<name>. The root
// form stands for the whole account in trust policies (RAM "Edit the trust policy"
// page); a session is covered by its role's ARN, without regard to case.
func (p principal) coversRAM(who Principal) bool {
	if who.AccountID == "" {
		return false
	}
	rest, found := strings.CutPrefix(p.value, "acs:ram::"+who.AccountID+":")
	switch {
	case !found:
		return p.value == "*"
	case rest == "root" || rest == "*":
		return true
	case who.Kind == User:
		return strings.EqualFold(rest, "user/"+who.UserName)
	case who.Kind == RoleSession:
		return strings.EqualFold(rest, "role/"+who.RoleName)
	default:
		return false
	}
}

// coversPlain reads the entries of a bucket policy. A UID is an account, which
// covers its identities, or a RAM user. In a session's name the role is in lower
// case: a role written with capitals matches nobody (OSS replication page: the
// role AliyunOssDrsRole must be written aliyunossdrsrole).
func (p principal) coversPlain(who Principal) bool {
	switch {
	case p.value == "*":
		return true
	case isDigits(p.value):
		return who.AccountID == p.value || who.Kind == User && who.UserID == p.value
	case who.Kind == RoleSession:
		session := "arn:sts::" + who.AccountID + ":assumed-role/" + strings.ToLower(who.RoleName) + "/" + who.SessionName
		return match(p.value, session)
	default:
		return false
	}
}
