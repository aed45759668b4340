package policy

import (
	"slices"
	"strings"
)

// Finding is what a document says about a grant.
type Finding struct {
	// Present says that at least one statement is ours by its meaning.
	Present bool
	// Exact says that what is ours is exactly what is wanted.
	Exact bool
	// Projection is the canonical JSON of our part as found, "" without one. It
	// depends neither on order nor on how the part is spread over statements.
	Projection string
	// Wider are the indexes, from 0, of statements of others that already allow
	// everything that the grant wants.
	Wider []int
	// Denies are the statements that deny the grantee something that the grant
	// wants, or may deny it.
	Denies []Deny
	// OwnerStatement says that an Allow statement of a key policy names the
	// account of the key's owner.
	OwnerStatement bool
}

// Deny is an explicit Deny that hits the grantee.
type Deny struct {
	Index int    // from 0
	Sid   string // "" without one
	// Certain is false where a condition, a session name or something outside
	// the grammar decides about every action.
	Certain bool
	// Actions are the denied actions, in the order of the grant. oss:PutObject
	// may be among them, though no grant wants it: denied on the destination, it
	// stops replication too (OSS data replication FAQ, 2021).
	Actions []string
}

const actionPutObject = "oss:PutObject"

// Find looks for the grant by its meaning. A grant for another kind of document
// is never found.
func (d *Document) Find(g Grant) Finding {
	var found Finding
	if g.Kind != d.kind {
		return found
	}
	found.Projection = d.held(g)
	found.Present = found.Projection != ""
	found.Exact = found.Present && found.Projection == Projection(g)
	for i := range d.statements {
		s := &d.statements[i]
		switch {
		case strings.EqualFold(s.effect, deny):
			if hit, ok := g.deniedBy(s); ok {
				found.Denies = append(found.Denies, hit)
			}
		case s.effect == allow:
			if !g.owns(s) && g.coveredBy(s) {
				found.Wider = append(found.Wider, i)
			}
			found.OwnerStatement = found.OwnerStatement || d.kind == KeyPolicy && s.namesAccount(g.Owner)
		}
	}
	return found
}

// held is the projection of our part of the document, "" without one.
func (d *Document) held(g Grant) string {
	var all []share
	for i := range d.statements {
		if s := &d.statements[i]; g.owns(s) {
			all = append(all, g.share(s))
		}
	}
	return g.project(all)
}

// coveredBy says that a statement of others allows all that the grant wants.
func (g Grant) coveredBy(s *statement) bool {
	if s.certainty() != yes || s.appliesToPrincipal(g.Kind, g.Principal) != yes {
		return false
	}
	for _, action := range g.Actions {
		if s.appliesToAction(action) != yes {
			return false
		}
	}
	for _, resource := range g.Resources {
		if s.appliesToResource(g.Kind, resource) != yes {
			return false
		}
	}
	return len(g.Actions) > 0 && len(g.Resources) > 0
}

// deniedBy says which actions of the grant a statement denies or may deny.
func (g Grant) deniedBy(s *statement) (Deny, bool) {
	hit := Deny{Index: s.index, Sid: s.sid}
	target := g.denied(s)
	if target != no {
		target = min(target, g.hitBy(s))
	}
	if target == no {
		return hit, false
	}
	actions := g.Actions
	if g.Kind == BucketPolicy {
		actions = append(slices.Clone(actions), actionPutObject)
	}
	for _, action := range actions {
		if applies := min(target, s.appliesToAction(action)); applies != no {
			hit.Actions = append(hit.Actions, action)
			hit.Certain = hit.Certain || g.knows(action) && min(applies, s.certainty()) == yes
		}
	}
	return hit, len(hit.Actions) > 0
}

// denied is whether the statement hits our principal. A role in another spelling
// should not match in OSS, but may.
func (g Grant) denied(s *statement) verdict {
	exact := s.appliesToPrincipal(g.Kind, g.Principal)
	if exact != no {
		return exact
	}
	if slices.ContainsFunc(s.principal.groups, func(members group) bool {
		return slices.ContainsFunc(members.items, func(n *node) bool {
			return intersects(strings.ToLower(n.text), strings.ToLower(g.Principal))
		})
	}) {
		return maybe
	}
	return no
}

// hitBy is whether the statement touches our resources. Hitting a part of the
// bucket is a certain hit; a statement for one region may be for another one.
func (g Grant) hitBy(s *statement) verdict {
	touched := no
	for _, resource := range g.Resources {
		touched = max(touched, s.appliesToResource(g.Kind, resource))
	}
	if touched != maybe || g.Kind == KeyPolicy || s.notResource.present || !s.resource.present {
		return touched
	}
	return s.resource.best(func(pattern string) verdict {
		hit := no
		for _, resource := range g.Resources {
			hit = max(hit, compareResources(pattern, resource, overlaps))
		}
		return hit
	})
}

// overlaps takes a common part for a match.
func overlaps(pattern, text string) verdict {
	if intersects(pattern, text) {
		return yes
	}
	return no
}
