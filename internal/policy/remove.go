package policy

import (
	"errors"
	"fmt"
)

// Remove takes the grant out and leaves everything else as it is.
func (d *Document) Remove(g Grant) (Change, error) {
	if err := g.check(d.kind); err != nil {
		return Change{}, err
	}
	p := d.parts(g)
	if len(p.owned) == 0 {
		return Change{Raw: d.raw}, nil
	}
	if !p.alone() {
		return d.removed(g, Change{Raw: splice(d.raw, p.leave(-1)), Changed: true})
	}
	if d.kind == BucketPolicy && !d.unknown {
		return Change{Changed: true, Empty: true}, nil
	}
	if d.kind == BucketPolicy {
		return d.removed(g, Change{Raw: splice(d.raw, p.leave(-1)), Changed: true})
	}
	first, last := d.list.items[0], d.list.items[len(d.list.items)-1]
	text := splice(d.raw, []edit{{first.start, last.end, defaultStatement(g.Owner)}})
	return d.removed(g, Change{Raw: text, Changed: true, DefaultRestored: true})
}

// removed checks a change before anybody writes it.
func (d *Document) removed(g Grant, change Change) (Change, error) {
	after, err := Parse(d.kind, change.Raw)
	if err != nil || after.held(g) != "" {
		return Change{}, fmt.Errorf("policy: the edited %s still holds the grant: %w", d.kind, orUnchanged(err))
	}
	return change, nil
}

var errUnchanged = errors.New("the grant was not changed")

func orUnchanged(err error) error {
	if err == nil {
		return errUnchanged
	}
	return err
}

// defaultStatement is what CreateKey writes when it is given no policy (KMS
// CreateKey page, 2026).
func defaultStatement(owner string) string {
	return `{"Sid":"kms default key policy","Effect":"Allow","Principal":{"RAM":` +
		renderTexts([]string{"acs:ram::" + owner + ":*"}) + `},"Action":["kms:*"],"Resource":["*"]}`
}

// parts are the statements of a document that belong to a grant.
type parts struct {
	document  *Document
	grant     Grant
	owned     map[int]bool
	exclusive int // the first that names nobody else, or -1
}

func (d *Document) parts(g Grant) parts {
	p := parts{document: d, grant: g, owned: map[int]bool{}, exclusive: -1}
	for i := range d.statements {
		if !g.owns(&d.statements[i]) {
			continue
		}
		p.owned[i] = true
		if p.exclusive < 0 && !p.shared(i) {
			p.exclusive = i
		}
	}
	return p
}

// exact is the first statement that alone is the whole grant, or -1. The only
// one of ours cannot be, as long as there is something to repair.
func (p parts) exact() int {
	if len(p.owned) < 2 {
		return -1
	}
	wanted := Projection(p.grant)
	for i := range p.document.statements {
		if p.owned[i] && p.grant.project([]share{p.grant.share(&p.document.statements[i])}) == wanted {
			return i
		}
	}
	return -1
}

// shared says that a statement names others beside the grantee.
func (p parts) shared(i int) bool {
	_, others := p.document.statements[i].named(p.grant)
	return others > 0
}

// alone says that every statement of the document is ours alone.
func (p parts) alone() bool {
	for i := range p.document.statements {
		if !p.owned[i] || p.shared(i) {
			return false
		}
	}
	return true
}

// leave takes the grant out of every statement but one: statements of ours go,
// shared ones lose our principal.
func (p parts) leave(except int) []edit {
	if p.document.list == nil {
		return nil
	}
	var edits []edit
	for i := range p.document.statements {
		if i != except && p.owned[i] && p.shared(i) {
			edits = append(edits, p.document.statements[i].delist(p.grant)...)
		}
	}
	return append(edits, drop(p.document.list.spans(), func(i int) bool {
		return i != except && p.owned[i] && !p.shared(i)
	})...)
}

// delist takes the grantee out of the principals of a statement that names
// others too. A kind of principals that holds nobody else goes as a whole, since
// an empty list may mean everyone.
func (s *statement) delist(g Grant) []edit {
	gone := func(members group, i int) bool {
		return members.kind == g.Kind.grantees() && g.isGrantee(members.items[i].text)
	}
	var edits []edit
	emptied := map[int]bool{}
	for at, members := range s.principal.groups {
		left := 0
		for i := range members.items {
			if !gone(members, i) {
				left++
			}
		}
		if left == 0 && members.kind == g.Kind.grantees() {
			emptied[at] = true
			continue
		}
		edits = append(edits, drop(members.whole.spans(), func(i int) bool { return gone(members, i) })...)
	}
	return append(edits, drop(s.principal.whole.spans(), func(i int) bool { return g.Kind == KeyPolicy && emptied[i] })...)
}
