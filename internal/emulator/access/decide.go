package access

import (
	"strings"
	"time"
)

// Request is one question: may this principal do this to that?
type Request struct {
	Principal Principal
	Action    string // "oss:PutObject"
	Resource  string // "acs:oss:<region>:<owner>:<bucket>/<key>"
	Owner     string // UID of the account that owns the resource
	Context   map[string][]string
	Now       time.Time // for acs:CurrentTime; zero leaves the key out
}

// Effect is the outcome of a question.
type Effect int

// The effects. Only Allow permits.
const (
	ImplicitDeny Effect = iota
	Allow
	ExplicitDeny
)

// Decision is an effect and where it comes from.
type Decision struct {
	Effect Effect
	Source string // name of the document, "owner" or "acl"
}

// Named is a document with the name it goes by in explanations.
type Named struct {
	Name     string
	Document *Document
}

// Decide evaluates one document: an explicit Deny beats any Allow.
func (d *Document) Decide(r Request) Effect {
	effect := ImplicitDeny
	if d == nil {
		return effect
	}
	r.Context = withTime(r)
	for _, s := range d.statements {
		if !s.applies(d.grammar, r) {
			continue
		}
		if s.deny {
			return ExplicitDeny
		}
		effect = Allow
	}
	return effect
}

func withTime(r Request) map[string][]string {
	if r.Now.IsZero() {
		return r.Context
	}
	context := make(map[string][]string, len(r.Context)+1)
	for k, v := range r.Context {
		context[k] = v
	}
	context["acs:CurrentTime"] = []string{r.Now.UTC().Format(time.RFC3339)}
	return context
}

func (s statement) applies(g Grammar, r Request) bool {
	return s.appliesToPrincipal(g, r) && s.appliesToAction(g, r) && s.appliesToResource(g, r) && s.conditionsHold(r)
}

func (s statement) appliesToAction(g Grammar, r Request) bool {
	if g == KeyPolicy && r.Principal.AccountID != r.Owner && !crossAccountKeyAction(r.Action) {
		return false
	}
	if s.notActions != nil {
		return !matchAction(s.notActions, r.Action)
	}
	return matchAction(s.actions, r.Action)
}

func (s statement) appliesToResource(g Grammar, r Request) bool {
	switch {
	case g == TrustPolicy || g == KeyPolicy:
		return true
	case s.notResources != nil:
		return !matchResources(s.notResources, r.Resource)
	default:
		return matchResources(s.resources, r.Resource)
	}
}

// matchResources compares segment by segment, so that a wildcard in the region
// or account segment cannot reach into the name; a bare * is everything.
func matchResources(patterns []string, resource string) bool {
	want := strings.SplitN(resource, ":", 5)
	for _, pattern := range patterns {
		if pattern == "*" {
			return true
		}
		have := strings.SplitN(pattern, ":", 5)
		if len(have) == 5 && len(want) == 5 && have[0] == want[0] && have[1] == want[1] &&
			(want[2] == "*" || match(have[2], want[2])) && match(have[3], want[3]) && match(have[4], want[4]) {
			return true
		}
	}
	return false
}

func (s statement) appliesToPrincipal(g Grammar, r Request) bool {
	if g == IdentityPolicy || g == SessionPolicy {
		return true
	}
	if g == BucketPolicy {
		return s.appliesToBucketPrincipal(r)
	}
	return coversAny(s.principals, r.Principal)
}

// appliesToBucketPrincipal: a missing or empty Principal means everyone. Everyone
// without a condition does not include the owner's root identity (OSS bucket
// policy page: * without Condition applies to non-owners only).
func (s statement) appliesToBucketPrincipal(r Request) bool {
	ownerRoot := r.Principal.Kind == Root && r.Principal.AccountID == r.Owner
	if s.namesOther {
		return !coversAny(s.notPrincipals, r.Principal) && !(ownerRoot && len(s.conditions) == 0)
	}
	everyone := len(s.principals) == 0
	for _, p := range s.principals {
		if p.value == "*" {
			everyone = true
			continue
		}
		if p.covers(r.Principal) {
			return true
		}
	}
	return everyone && !(ownerRoot && len(s.conditions) == 0)
}

func coversAny(list []principal, who Principal) bool {
	for _, p := range list {
		if p.covers(who) {
			return true
		}
	}
	return false
}

func (s statement) conditionsHold(r Request) bool {
	for _, c := range s.conditions {
		if !c.holds(r.Context) {
			return false
		}
	}
	return true
}

// crossAccountKeyAction lists what a key policy can give to another account:
// the usage half of the KMS "Configure a key policy" page (2024-12). Other
// actions may be written and have no effect.
func crossAccountKeyAction(action string) bool {
	switch strings.ToLower(action) {
	case "kms:encrypt", "kms:decrypt", "kms:generatedatakey", "kms:generateandexportdatakey", "kms:asymmetricencrypt",
		"kms:asymmetricdecrypt", "kms:describekey", "kms:describekeyversion", "kms:listkeyversions",
		"kms:listaliasesbykeyid", "kms:tagresource":
		return true
	}
	return false
}
