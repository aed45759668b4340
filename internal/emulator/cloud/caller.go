package cloud

import "strings"

// CallerKind tells which kind of identity signed a request.
type CallerKind int

// The kinds of callers. The zero value is an unauthenticated request.
const (
	Anonymous CallerKind = iota
	Root
	User
	RoleSession
)

// Caller is the identity behind a request, derived from its access key only.
type Caller struct {
	Kind        CallerKind
	AccountID   string // 16 digits; empty for anonymous callers
	AccessKeyID string
	UserID      string // 18 digits; RAM users only
	UserName    string
	RoleID      string // 18 digits; role sessions only
	RoleName    string // as stored in RAM, original case
	SessionName string
	// SessionPolicy is the policy document given to AssumeRole, "" when none.
	SessionPolicy string
	// Context holds condition keys known from the transport, for example
	// acs:SourceIp and acs:SecureTransport.
	Context map[string][]string
}

// Conditions are the condition keys that are the same for every service: the
// transport's, acs:PrincipalARN (RAM "Policy elements" page, 2026-03) and
// acs:AccessId, the access key's id (OSS "Bucket policy" page, 2026). An
// anonymous caller has neither of the two. The map is the caller's to change.
func (c Caller) Conditions() map[string][]string {
	keys := map[string][]string{}
	for key, values := range c.Context {
		keys[key] = values
	}
	if arn := c.ARN(); arn != "" {
		keys["acs:PrincipalARN"] = []string{arn}
	}
	if c.AccessKeyID != "" {
		keys["acs:AccessId"] = []string{c.AccessKeyID}
	}
	return keys
}

// ARN is the caller's name in the form of STS GetCallerIdentity (2015-04-01).
func (c Caller) ARN() string {
	switch c.Kind {
	case Root:
		return "acs:ram::" + c.AccountID + ":root"
	case User:
		return "acs:ram::" + c.AccountID + ":user/" + c.UserName
	case RoleSession:
		return "acs:ram::" + c.AccountID + ":assumed-role/" + strings.ToLower(c.RoleName) + "/" + c.SessionName
	default:
		return ""
	}
}
