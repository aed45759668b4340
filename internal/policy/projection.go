package policy

import (
	"slices"
	"strings"
)

// share is what one statement gives to the grantee: each spelling of our
// principal may do each action on each resource.
type share struct{ principals, actions, resources []string }

// Projection is the canonical JSON of a grant. It equals Finding.Projection if
// and only if the document holds exactly this grant.
func Projection(g Grant) string {
	return g.project([]share{{[]string{g.Principal}, g.Actions, g.Resources}})
}

// share is our part of a statement of ours.
func (g Grant) share(s *statement) share {
	ours, _ := s.named(g)
	return share{texts(ours), texts(s.action.items), texts(s.resource.items)}
}

func texts(nodes []*node) []string {
	out := make([]string, len(nodes))
	for i, n := range nodes {
		out[i] = n.text
	}
	return out
}

// project renders shares so that neither order, nor repetition, nor the way they
// are spread over statements matters: one object where every action has the same
// principal and resources, a list of objects otherwise.
func (g Grant) project(all []share) string {
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
func (g Grant) collect(all []share) map[string]map[string][]string {
	spelling := g.spellings(all)
	out := map[string]map[string][]string{}
	for _, one := range all {
		resources := make([]string, len(one.resources))
		for i, resource := range one.resources {
			resources[i] = g.spellResource(resource)
		}
		for _, who := range one.principals {
			if g.Kind == KeyPolicy {
				who = g.Principal
			}
			if out[who] == nil {
				out[who] = map[string][]string{}
			}
			for _, action := range one.actions {
				action = spelling[strings.ToLower(action)]
				out[who][action] = append(out[who][action], resources...)
			}
		}
	}
	return out
}

// spellings chooses how each action is written: as the grant does where it knows
// the action, else the first spelling in the order of texts.
func (g Grant) spellings(all []share) map[string]string {
	out := map[string]string{}
	for _, one := range all {
		for _, action := range one.actions {
			folded := strings.ToLower(action)
			if old, found := out[folded]; !found || action < old {
				out[folded] = action
			}
		}
	}
	for _, action := range slices.Concat(g.Universe, g.Actions) {
		folded := strings.ToLower(action)
		if _, found := out[folded]; found {
			out[folded] = action
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
