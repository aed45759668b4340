package policy

import (
	"slices"
	"strings"
)

// Grantees are the principals that have a grant like g in the document, in its
// order and each once: Find finds the grant for every one of them. The principal
// and Sid of g do not matter. Roles are spelled in lower case.
func (d *Document) Grantees(g Grant) []string {
	var found []string
	for i := range d.statements {
		for _, members := range d.statements[i].principal.groups {
			for _, item := range members.items {
				who, isRole := roleSpelled(d.kind, item.text)
				if !isRole || members.kind != d.kind.grantees() || slices.Contains(found, who) {
					continue
				}
				g.Principal, g.Sid = who, ""
				if g.check(d.kind) == nil && d.held(g) != "" {
					found = append(found, who)
				}
			}
		}
	}
	return found
}

// roleSpelled is the principal of one role in the spelling of a grant; false for
// any other principal.
func roleSpelled(kind Kind, principal string) (string, bool) {
	role := strings.TrimSuffix(principal, "/*")
	if hasWildcard(role) {
		return "", false
	}
	if kind == KeyPolicy {
		return lowerAfter(principal, ":role/"), strings.HasPrefix(principal, "acs:ram::") && strings.Contains(principal, ":role/")
	}
	return lowerAfter(principal, ":assumed-role/"), isSession(principal) && role != principal
}

func lowerAfter(text, mark string) string {
	head, tail, _ := strings.Cut(text, mark)
	return head + mark + strings.ToLower(tail)
}

// Beyond lists what our part of the document holds and no grant of this kind can
// say: other actions, and resources that are only a part of the bucket. A change of
// the grant would take the first away and widen the second.
func (d *Document) Beyond(g Grant) []string {
	var all []share
	for i := range d.statements {
		if s := &d.statements[i]; g.owns(s) {
			all = append(all, g.share(s))
		}
	}
	var beyond []string
	for _, resources := range g.collect(all) {
		for action, list := range resources {
			if !g.knows(action) {
				beyond = append(beyond, action)
			}
			for _, resource := range reduce(list) {
				if !g.isWhole(resource) {
					beyond = append(beyond, resource)
				}
			}
		}
	}
	slices.Sort(beyond)
	return slices.Compact(beyond)
}

// isWhole says that a resource of ours is the bucket or all that is in it.
func (g Grant) isWhole(resource string) bool {
	if g.Kind == KeyPolicy {
		return resource == "*"
	}
	_, rest := splitResource(resource)
	return rest == g.bucket() || rest == g.bucket()+"/*"
}
