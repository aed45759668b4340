package check

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// statementJSON is what the checks look at by themselves.
type statementJSON struct {
	Effect    string          `json:"Effect"`
	Principal json.RawMessage `json:"Principal"`
	Condition json.RawMessage `json:"Condition"`
}

// texts is a text or a list of texts.
type texts []string

// UnmarshalJSON implements json.Unmarshaler.
func (t *texts) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(t))
}

type documentJSON struct {
	Version   string            `json:"Version"`
	Statement []json.RawMessage `json:"Statement"`
}

// keeping is the document with only the statements that keep wants.
func keeping(raw []byte, keep func(statementJSON) bool) []byte {
	var whole documentJSON
	if len(raw) == 0 || json.Unmarshal(raw, &whole) != nil {
		return raw
	}
	kept := []json.RawMessage{}
	for _, text := range whole.Statement {
		var s statementJSON
		if json.Unmarshal(text, &s) != nil || keep(s) {
			kept = append(kept, text)
		}
	}
	whole.Statement = kept
	out, err := json.Marshal(whole)
	if err != nil {
		return raw
	}
	return out
}

func isDeny(s statementJSON) bool     { return strings.EqualFold(s.Effect, "Deny") }
func isNoDeny(s statementJSON) bool   { return !isDeny(s) }
func isNoPublic(s statementJSON) bool { return isDeny(s) || !s.public() }

// public says that the statement is for everyone (OSS "Block Public Access" page,
// 2026).
func (s statementJSON) public() bool {
	names := s.principals()
	return (len(s.Condition) == 0 || string(s.Condition) == "{}") && (len(names) == 0 || contains(names, "*"))
}

func (s statementJSON) principals() []string {
	var names texts
	_ = json.Unmarshal(s.Principal, &names) // a key policy's object names nobody here
	return names
}

func contains(list []string, text string) bool {
	for _, item := range list {
		if item == text {
			return true
		}
	}
	return false
}

// side asks documents one question after the other. RAM policies are asked as
// bucket policies: a statement of those without principals is for everyone, and
// RAM policies have none.
type side struct {
	kind      policy.Kind
	principal string
	texts     [][]byte
}

// decide asks only the statements that keep wants. The strongest answer of all
// documents counts; what cannot be read leaves it undecided.
func (s side) decide(keep func(statementJSON) bool, action, resource string) policy.Decision {
	best := policy.ImplicitDeny
	for _, text := range s.texts {
		document, err := policy.Parse(s.kind, keeping(text, keep))
		if err != nil {
			best = stronger(best, policy.Undecided)
			continue
		}
		best = stronger(best, document.Evaluate(policy.Question{Principal: s.principal, Action: action, Resource: resource}))
	}
	return best
}

func stronger(a, b policy.Decision) policy.Decision {
	rank := func(d policy.Decision) int {
		switch d {
		case policy.Undecided:
			return 1
		case policy.Allowed, policy.ExplicitDeny:
			return 2
		default:
			return 0
		}
	}
	if rank(b) > rank(a) {
		return b
	}
	return a
}

// allows asks the Allow statements about all resources; the weakest answer counts.
func (s side) allows(action string, resources []string) policy.Decision {
	worst := policy.Allowed
	for _, resource := range resources {
		switch s.decide(isNoDeny, action, resource) {
		case policy.ImplicitDeny:
			return policy.ImplicitDeny
		case policy.Undecided:
			worst = policy.Undecided
		default: // this resource is allowed
		}
	}
	return worst
}

// denies asks the Deny statements: it is certain where they hit all resources, and
// undecided where they hit some, a part of one, or only under a condition.
func (s side) denies(action string, resources []string) policy.Decision {
	all, some := true, false
	for _, resource := range resources {
		switch s.decide(isDeny, action, resource) {
		case policy.ExplicitDeny:
			some = true
		case policy.Undecided:
			all, some = false, true
		default:
			all = false
		}
	}
	switch {
	case all && some:
		return policy.ExplicitDeny
	case some:
		return policy.Undecided
	}
	return policy.ImplicitDeny
}

// misspelling is how a principal that was meant for the role is wrong.
type misspelling string

const (
	wrongCase    misspelling = "case"
	wrongAccount misspelling = "account"
	wrongForm    misspelling = "form"
)

var sessionPattern = regexp.MustCompile(`^arn:sts::([0-9]+):assumed-role/([^/]+)/\*$`)

// misspelled says whether a principal was meant for the role, and how it is
// wrong. OSS knows a role by its sessions, in lower case (OSS bucket policy and
// replication permission pages, 2026).
func misspelled(principal string, role replication.Role) (misspelling, bool) {
	want := role.Principal()
	parts := sessionPattern.FindStringSubmatch(principal)
	switch {
	case principal == want:
		return "", false
	case strings.EqualFold(principal, want):
		return wrongCase, true
	case parts != nil && sameName(parts[2], role.Name):
		return wrongAccount, true
	case parts != nil:
		return "", false
	}
	named := regexp.MustCompile(`(?i)(^|[:/])` + regexp.QuoteMeta(role.Name) + `(/.*)?$`)
	return wrongForm, named.MatchString(principal)
}

// allowedPrincipals lists the principals of the Allow statements.
func allowedPrincipals(raw []byte) (names []string) {
	_ = keeping(raw, func(s statementJSON) bool {
		if !isDeny(s) {
			names = append(names, s.principals()...)
		}
		return true
	})
	return names
}

// renamed is the document with another text in the place of a principal.
func renamed(raw []byte, from, to string) []byte {
	quote := func(text string) string {
		quoted, _ := json.Marshal(text) //nolint:errchkjson // a string always has a JSON form
		return string(quoted)
	}
	return []byte(strings.ReplaceAll(string(raw), quote(from), quote(to)))
}
