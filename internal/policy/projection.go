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
	actions := map[string][]string{} // by the rest of the statement
	for who, resources := range g.collect(all) {
		for action, list := range resources {
			rest := g.projectedPrincipal(who) + `,"Resource":` + renderTexts(reduce(list)) + `}`
			actions[rest] = append(actions[rest], action)
		}
	}
	objects := make([]string, 0, len(actions))
	for rest, names := range actions {
		slices.Sort(names)
		objects = append(objects, `{"Action":`+renderTexts(names)+`,"Effect":"Allow","Principal":`+rest)
	}
	if len(objects) == 1 {
		return objects[0]
	}
	slices.Sort(objects)
	return "[" + strings.Join(objects, ",") + "]"
}

func (g Grant) projectedPrincipal(who string) string {
	if g.Kind == KeyPolicy {
		return `{"RAM":` + renderTexts([]string{who}) + `}`
	}
	return renderTexts([]string{who})
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
