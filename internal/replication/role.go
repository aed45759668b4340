package replication

import (
	"fmt"
	"strings"
)

// Role is a RAM role of one account. Name keeps the spelling it was given;
// roles are compared without regard to case because RAM lower-cases the role
// part of ARNs while GetRole returns the name as created.
type Role struct {
	AccountID string // 16-digit UID, "" when only a name is known
	Name      string
}

// ParseRoleARN reads acs:ram::<uid>:role/<name>. The error says what is wrong
// with the text and what a role ARN looks like; user, group, policy and session
// ARNs are refused by kind.
func ParseRoleARN(arn string) (Role, error) {
	const want = "expected acs:ram::<account uid>:role/<role name>"
	if strings.HasPrefix(arn, "arn:sts::") || strings.Contains(arn, ":assumed-role/") {
		return Role{}, fmt.Errorf("%q names a role session, not a role; %s", arn, want)
	}
	parts := strings.SplitN(arn, ":", 5)
	if len(parts) != 5 || parts[0] != "acs" || parts[1] != "ram" || parts[2] != "" {
		return Role{}, fmt.Errorf("%q is not a RAM ARN; %s", arn, want)
	}
	kind, name, found := strings.Cut(parts[4], "/")
	if !found || kind != "role" {
		return Role{}, fmt.Errorf("%q names a %s, not a role; %s", arn, strings.TrimSpace(kind), want)
	}
	if err := CheckAccountID(parts[3]); err != nil {
		return Role{}, fmt.Errorf("%q has no usable account: %w; %s", arn, err, want)
	}
	if err := CheckRoleName(name); err != nil {
		return Role{}, fmt.Errorf("%q has no usable role name: %w", arn, err)
	}
	return Role{AccountID: parts[3], Name: name}, nil
}

// ParsePrincipal reads arn:sts::<uid>:assumed-role/<name>/*, the form of
// Role.Principal. Sessions with a name of their own are refused.
func ParsePrincipal(principal string) (Role, error) {
	rest, prefixed := strings.CutPrefix(principal, "arn:sts::")
	name, suffixed := strings.CutSuffix(rest, "/*")
	uid, name, found := strings.Cut(name, ":assumed-role/")
	if !prefixed || !suffixed || !found {
		return Role{}, fmt.Errorf("%q is not arn:sts::<account uid>:assumed-role/<role name>/*", principal)
	}
	return ParseRoleARN("acs:ram::" + uid + ":role/" + name)
}

// ParseRole reads a role given by name or by ARN.
func ParseRole(text string) (Role, error) {
	if strings.Contains(text, ":") {
		return ParseRoleARN(text)
	}
	if err := CheckRoleName(text); err != nil {
		return Role{}, err
	}
	return Role{Name: text}, nil
}

// ARN is acs:ram::<uid>:role/<name in lower case>, the form that RAM returns
// and that policies must carry (OSS cross-account same-region replication page,
// 2026).
func (r Role) ARN() string {
	return "acs:ram::" + r.AccountID + ":role/" + strings.ToLower(r.Name)
}

// Principal is the form in which a bucket policy names every session of the
// role: arn:sts::<uid>:assumed-role/<name in lower case>/* (OSS bucket policy
// and replication permission pages, 2026).
func (r Role) Principal() string {
	return "arn:sts::" + r.AccountID + ":assumed-role/" + strings.ToLower(r.Name) + "/*"
}

// Same reports whether both name one role: equal names without regard to case,
// and equal accounts where both are known.
func (r Role) Same(other Role) bool {
	if r.AccountID != "" && other.AccountID != "" && r.AccountID != other.AccountID {
		return false
	}
	return strings.EqualFold(r.Name, other.Name)
}
