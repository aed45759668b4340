package policy

import (
	"fmt"
	"slices"
	"strings"
)

// Grant is what one role may do with one bucket or key: the only part of a
// shared document that is ours.
type Grant struct {
	Kind Kind
	// Principal is arn:sts::<uid>:assumed-role/<role in lower case>/* for a
	// bucket and acs:ram::<uid>:role/<name> for a key.
	Principal string
	// Actions are the wanted actions, without wildcards, in the order in which
	// they are written.
	Actions []string
	// Universe is every action that a grant of this kind may have. A statement
	// that gives one of them to the principal is part of the grant, also when
	// that action is not wanted now.
	Universe []string
	// Resources are acs:oss:*:<owner>:<bucket> and the same with /* for a
	// bucket, and * for a key.
	Resources []string
	// Sid marks our statement of a key policy. Bucket policies have none.
	Sid string
	// Owner is the uid of the account that owns the bucket or key.
	Owner string
}

// check refuses a grant that cannot be recognised again after it was written.
func (g Grant) check(kind Kind) error {
	switch {
	case g.Kind != kind:
		return fmt.Errorf("policy: a grant for a %s does not go into a %s", g.Kind, kind)
	case len(g.Actions) == 0 || slices.ContainsFunc(g.Actions, hasWildcard):
		return fmt.Errorf("policy: a grant needs actions without wildcards, not %q", g.Actions)
	case g.Kind == KeyPolicy:
		return g.checkKey()
	}
	return g.checkBucket()
}

func (g Grant) checkKey() error {
	_, role, found := strings.Cut(g.Principal, ":role/")
	if !found || role == "" || hasWildcard(g.Principal) || !strings.HasPrefix(g.Principal, "acs:ram::") {
		return fmt.Errorf("policy: %q is not acs:ram::<uid>:role/<name>", g.Principal)
	}
	if g.Owner == "" {
		return fmt.Errorf("policy: a key grant needs the uid of the key's owner")
	}
	if len(g.Resources) != 1 || g.Resources[0] != "*" {
		return fmt.Errorf("policy: the resource of a key grant is *, not %q", g.Resources)
	}
	return nil
}

func (g Grant) checkBucket() error {
	if !isSession(g.Principal) || hasWildcard(g.granteeHead()) || g.Principal != g.granteeHead()+"/*" {
		return fmt.Errorf("policy: %q is not arn:sts::<uid>:assumed-role/<role>/*", g.Principal)
	}
	if len(g.Resources) == 0 || g.bucket() == "" || hasWildcard(g.bucket()) {
		return fmt.Errorf("policy: the resources %q name no bucket", g.Resources)
	}
	for _, resource := range g.Resources {
		if !g.within(resource) {
			return fmt.Errorf("policy: the resource %q is not of bucket %s of account %s", resource, g.bucket(), g.Owner)
		}
	}
	return nil
}

const sessionPrefix = "arn:sts::"

// isSession says that a principal of a bucket policy is the session of a role.
func isSession(principal string) bool {
	rest, found := strings.CutPrefix(principal, sessionPrefix)
	if !found {
		return false
	}
	uid, rest, found := strings.Cut(rest, ":assumed-role/")
	if !found || uid == "" || strings.Trim(uid, "0123456789") != "" {
		return false
	}
	role, session, found := strings.Cut(rest, "/")
	return found && role != "" && session != "" && !strings.Contains(session, "/")
}

// granteeHead is a bucket grant's principal without its session.
func (g Grant) granteeHead() string {
	return strings.TrimSuffix(g.Principal, "/*")
}

// isGrantee recognises our principal in any spelling of the role: role names
// are unique without regard to case (RAM CreateRole page, 2025). The lengths are
// compared too, because folding reaches beyond ASCII.
func (g Grant) isGrantee(principal string) bool {
	if len(principal) != len(g.Principal) {
		return false
	}
	head := strings.LastIndex(strings.TrimSuffix(g.Principal, "/*"), "/") + 1
	return principal[:head] == g.Principal[:head] && strings.EqualFold(principal[head:], g.Principal[head:])
}

// bucket is the name of the bucket of the grant.
func (g Grant) bucket() string {
	if g.Kind == KeyPolicy || len(g.Resources) == 0 {
		return ""
	}
	_, bucket := splitResource(g.Resources[0])
	bucket, _, _ = strings.Cut(bucket, "/")
	return bucket
}

// splitResource takes acs:oss:<region>:<owner>:<rest> apart; nil segments mean
// that the text is of another form.
func splitResource(resource string) (segments []string, rest string) {
	parts := strings.SplitN(resource, ":", 5)
	if len(parts) < 5 || parts[0] != "acs" || parts[1] != "oss" {
		return nil, ""
	}
	return parts[:4], parts[4]
}

// within says that a resource is our bucket or something in it, and nothing else.
func (g Grant) within(resource string) bool {
	if g.Kind == KeyPolicy {
		return resource == "*"
	}
	segments, rest := splitResource(resource)
	if segments == nil {
		return false
	}
	bucket, _, _ := strings.Cut(rest, "/")
	owner := segments[3]
	return bucket == g.bucket() && (owner == g.Owner || owner == "*" || owner == "")
}

// knows says that a grant of this kind may have the action.
func (g Grant) knows(action string) bool {
	same := func(known string) bool { return strings.EqualFold(known, action) }
	return slices.ContainsFunc(g.Universe, same) || slices.ContainsFunc(g.Actions, same)
}

// owns says that the statement is a part of the grant by what it means: it
// allows our principal some action of the grant on our bucket or key and on
// nothing else, without a condition. A statement under our Sid that names nobody
// else is ours whatever its actions became.
func (g Grant) owns(s *statement) bool {
	if s.effect != allow || !s.plain() {
		return false
	}
	ours, others := s.named(g)
	if len(ours) == 0 || g.Kind == KeyPolicy && s.namesAccount(g.Owner) {
		return false
	}
	if others == 0 && g.marked(s) {
		return true
	}
	for _, resource := range s.resource.items {
		if !g.within(resource.text) {
			return false
		}
	}
	known := slices.ContainsFunc(s.action.items, func(n *node) bool { return g.knows(n.text) })
	return known && s.literalActions()
}

// marked says that a statement of a key policy bears our Sid, or one that was
// made from it because the Sid was taken.
func (g Grant) marked(s *statement) bool {
	rest, found := strings.CutPrefix(s.sid, g.Sid)
	if g.Kind != KeyPolicy || g.Sid == "" || !found {
		return false
	}
	number, numbered := strings.CutPrefix(rest, "-")
	return rest == "" || numbered && number != "" && strings.Trim(number, "0123456789") == ""
}

// statement is the text that Put writes for the grant.
func (g Grant) statement(sid string) string {
	if g.Kind == BucketPolicy {
		return `{"Effect":"Allow","Action":` + renderTexts(g.Actions) +
			`,"Principal":` + renderTexts([]string{g.Principal}) +
			`,"Resource":` + renderTexts(g.Resources) + `}`
	}
	field := ""
	if sid != "" {
		field = `"Sid":` + quote(sid) + `,`
	}
	return `{` + field + `"Effect":"Allow","Principal":{"RAM":` + renderTexts([]string{g.Principal}) +
		`},"Action":` + renderTexts(g.Actions) + `,"Resource":["*"]}`
}

func renderTexts(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = quote(text)
	}
	return "[" + strings.Join(quoted, ",") + "]"
}

// quote is render for texts. Nearly all texts of policies need no escape.
func quote(text string) string {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return render(text)
		}
	}
	return `"` + text + `"`
}
