package policy

import "strings"

// Question asks whether a principal may do an action on a resource. The
// principal is written as in the grammar of the document: a uid, a role session
// or * for a bucket, acs:ram::<uid>:... for a key. Action and resource are names;
// a * in them stands for anything, and a statement that holds for only a part of
// it leaves the answer undecided.
type Question struct{ Principal, Action, Resource string }

// Decision is the answer of one document, before RAM policies and ACLs.
type Decision int

const (
	// ImplicitDeny means that no statement applies.
	ImplicitDeny Decision = iota
	// Allowed means that a statement allows it and none denies it.
	Allowed
	// ExplicitDeny means that a statement denies it.
	ExplicitDeny
	// Undecided means that a condition, or something outside the grammar,
	// decides.
	Undecided
)

// String is the decision in words.
func (d Decision) String() string {
	switch d {
	case Allowed:
		return "allowed"
	case ExplicitDeny:
		return "explicitly denied"
	case Undecided:
		return "undecided"
	default:
		return "not allowed"
	}
}

// Evaluate decides a question: an explicit Deny outweighs every Allow (OSS
// "Authentication flow" page, 2026).
func (d *Document) Evaluate(q Question) Decision {
	allowed, denied := no, no
	for i := range d.statements {
		s := &d.statements[i]
		applies := min(s.certainty(), s.appliesTo(d.kind, q))
		if s.effect != allow {
			denied = max(denied, applies)
		}
		if s.effect != deny {
			allowed = max(allowed, applies)
		}
	}
	switch {
	case denied == yes:
		return ExplicitDeny
	case denied == maybe:
		return Undecided
	case allowed == yes:
		return Allowed
	case allowed == maybe:
		return Undecided
	default:
		return ImplicitDeny
	}
}

// certainty is how far the statement applies apart from its principals, actions
// and resources. An effect outside the grammar may be either.
func (s *statement) certainty() verdict {
	if s.conditional() || s.effect != allow && s.effect != deny {
		return maybe
	}
	return yes
}

func (s *statement) appliesTo(kind Kind, q Question) verdict {
	applies := s.appliesToPrincipal(kind, q.Principal)
	if applies == no {
		return no
	}
	return min(applies, s.appliesToAction(q.Action), s.appliesToResource(kind, q.Resource))
}

func (s *statement) appliesToAction(action string) verdict {
	folded := strings.ToLower(action)
	return either(&s.action, &s.notAction, func(pattern string) verdict {
		return matches(strings.ToLower(pattern), folded)
	})
}

// appliesToResource takes "*" for the only resource that a key policy knows.
func (s *statement) appliesToResource(kind Kind, resource string) verdict {
	return either(&s.resource, &s.notResource, func(pattern string) verdict {
		if kind == KeyPolicy && pattern != "*" {
			return maybe
		}
		return compareResources(pattern, resource, matches)
	})
}

// compareResources compares region and owner for themselves, so that a * in
// them does not reach into the bucket. The last part is compared as told. An
// empty segment may stand for any (RAM "Policy elements" page, 2025).
func compareResources(pattern, resource string, last func(pattern, text string) verdict) verdict {
	ours, rest := splitResource(resource)
	theirs, wanted := splitResource(pattern)
	if ours == nil || theirs == nil {
		return last(pattern, resource)
	}
	found := last(wanted, rest)
	for i := range ours {
		segment := matches(theirs[i], ours[i])
		if theirs[i] == "" {
			segment = maybe
		}
		found = min(found, segment)
	}
	return found
}

// appliesToPrincipal knows that a bucket policy statement without principals is
// for everyone (OSS bucket policy syntax page, 2026).
func (s *statement) appliesToPrincipal(kind Kind, who string) verdict {
	match := func(p principals) verdict { return p.match(kind, who) }
	switch {
	case s.principal.present && s.notPrincipal.present:
		return maybe
	case s.notPrincipal.present:
		return match(s.notPrincipal).not()
	case kind == BucketPolicy && s.principal.empty():
		return yes
	case s.principal.present:
		return match(s.principal)
	default:
		return maybe
	}
}

// empty says that there is nobody in the principals of a bucket policy.
func (p principals) empty() bool {
	return !p.broken && (len(p.groups) == 0 || len(p.groups[0].items) == 0)
}

func (p principals) match(kind Kind, who string) verdict {
	found := no
	for i := range p.groups {
		if p.groups[i].kind == kind.grantees() {
			found = max(found, p.groups[i].best(func(pattern string) verdict {
				return matchPrincipal(kind, pattern, who)
			}))
		}
	}
	if p.broken {
		found = max(found, maybe)
	}
	return found
}

// matchPrincipal compares one principal of a statement with who asks. A whole
// account stands for its roles too.
func matchPrincipal(kind Kind, pattern, who string) verdict {
	if pattern == "*" || pattern == who {
		return yes
	}
	if who == "*" {
		return no
	}
	if kind == KeyPolicy {
		pattern = strings.ToLower(pattern)
		if account, found := strings.CutSuffix(pattern, ":root"); found {
			pattern = account + ":*"
		}
		return matches(pattern, strings.ToLower(who))
	}
	if isUID(pattern) {
		return matches(sessionPrefix+pattern+":*", who)
	}
	if strings.HasPrefix(pattern, sessionPrefix) {
		return matches(pattern, who)
	}
	return no
}

func isUID(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }
