package policy

import (
	"slices"
	"strings"
)

// permission is one atom of a grant: this spelling of our principal may do this
// action on this resource.
type permission struct{ principal, action, resource string }

// Projection is the canonical JSON of a grant. It equals Finding.Projection if
// and only if the document holds exactly this grant.
func Projection(g Grant) string {
	var all []permission
	for _, action := range g.Actions {
		for _, resource := range g.Resources {
			all = append(all, permission{g.Principal, action, resource})
		}
	}
	return g.project(all)
}

// permissions are the atoms of one statement of ours.
func (g Grant) permissions(s *statement) []permission {
	var all []permission
	ours, _ := s.named(g)
	for _, principal := range ours {
		for _, action := range s.action.items {
			for _, resource := range s.resource.items {
				all = append(all, permission{principal.text, action.text, resource.text})
			}
		}
	}
	return all
}

// project renders permissions so that neither order, nor repetition, nor the way
// they are spread over statements matters: one object where every action has the
// same principal and resources, a list of objects otherwise.
func (g Grant) project(all []permission) string {
	if len(all) == 0 {
		return ""
	}
	groups := map[string]map[string]any{}
	for who, actions := range g.collect(all) {
		for action, resources := range actions {
			reduced := reduce(resources)
			key := who + "\x00" + renderTexts(reduced)
			group, found := groups[key]
			if !found {
				group = g.object(who, reduced)
				groups[key] = group
			}
			group["Action"] = append(group["Action"].([]any), action)
		}
	}
	objects := make([]any, 0, len(groups))
	for _, group := range groups {
		group["Action"] = sortedUnique(group["Action"].([]any))
		objects = append(objects, group)
	}
	if len(objects) == 1 {
		return render(objects[0])
	}
	return render(sortedUnique(objects))
}

func (g Grant) object(principal string, resources []string) map[string]any {
	object := map[string]any{"Effect": allow, "Action": []any{}, "Principal": any([]string{principal}), "Resource": resources}
	if g.Kind == KeyPolicy {
		object["Principal"] = map[string]any{"RAM": []string{principal}}
	}
	return object
}

// collect files resources by principal and action, each in one spelling.
func (g Grant) collect(all []permission) map[string]map[string][]string {
	spelling := g.spellings(all)
	out := map[string]map[string][]string{}
	for _, p := range all {
		who := p.principal
		if g.Kind == KeyPolicy {
			who = g.Principal
		}
		if out[who] == nil {
			out[who] = map[string][]string{}
		}
		action := spelling[strings.ToLower(p.action)]
		out[who][action] = append(out[who][action], g.spellResource(p.resource))
	}
	return out
}

// spellings chooses how each action is written: as the grant does where it knows
// the action, else the first spelling in the order of texts.
func (g Grant) spellings(all []permission) map[string]string {
	out := map[string]string{}
	for _, p := range all {
		folded := strings.ToLower(p.action)
		if old, found := out[folded]; !found || p.action < old {
			out[folded] = p.action
		}
	}
	for _, action := range slices.Concat(g.Universe, g.Actions) {
		if _, found := out[strings.ToLower(action)]; found {
			out[strings.ToLower(action)] = action
		}
	}
	return out
}

// spellResource writes the owner's uid for the owner segment *: within our
// bucket both mean the same.
func (g Grant) spellResource(resource string) string {
	segments, rest := splitResource(resource)
	if g.Kind == KeyPolicy || segments == nil || segments[3] != "*" || g.Owner == "" {
		return resource
	}
	return strings.Join(segments[:3], ":") + ":" + g.Owner + ":" + rest
}

// reduce sorts resources and leaves out those that another one covers.
func reduce(resources []string) []string {
	slices.Sort(resources)
	resources = slices.Compact(resources)
	return slices.DeleteFunc(slices.Clone(resources), func(r string) bool {
		return slices.ContainsFunc(resources, func(other string) bool {
			return other != r && within(other, r) && (!within(r, other) || other < r)
		})
	})
}

// within says that everything that inner stands for belongs to outer too.
func within(outer, inner string) bool { return compareResources(outer, inner, matches) == yes }
