package policy

import "fmt"

// Change is the outcome of one edit of a document.
type Change struct {
	// Raw is the whole new text; nil when Empty, the old text when not Changed.
	Raw []byte
	// Changed is false when nothing is to be written.
	Changed bool
	// Empty says that nothing is left of a bucket policy: it is to be deleted.
	Empty bool
	// DefaultRestored says that the last statement of a key policy went, and
	// that the default one, which gives the key to its owner, took its place.
	DefaultRestored bool
}

// Put adds the grant or repairs it, and leaves everything else as it is. The
// error is a *TooLargeError, or says that the grant itself is malformed.
func (d *Document) Put(g Grant) (Change, error) {
	if err := g.check(d.kind); err != nil {
		return Change{}, err
	}
	wanted := Projection(g)
	if d.held(g) == wanted {
		return Change{Raw: d.raw}, nil
	}
	if err := g.checkFields(); err != nil {
		return Change{}, err
	}
	text := d.putText(g)
	if err := d.checkSize(text); err != nil {
		return Change{}, err
	}
	after, err := Parse(d.kind, text)
	if err != nil || after.held(g) != wanted {
		return Change{}, fmt.Errorf("policy: the edited %s does not hold the grant: %w", d.kind, orUnchanged(err))
	}
	return Change{Raw: text, Changed: true}, nil
}

func (d *Document) putText(g Grant) []byte {
	p := d.parts(g)
	if exact := p.exact(); exact >= 0 {
		return splice(d.raw, p.leave(exact))
	}
	if p.exclusive >= 0 {
		s := &d.statements[p.exclusive]
		home := edit{s.node.start, s.node.end, g.statement(d.freeSid(g, p))}
		return splice(d.raw, append(p.leave(p.exclusive), home))
	}
	if s := d.joinable(g); s != nil {
		return splice(d.raw, append(p.leave(s.index), s.enlist(g)...))
	}
	return d.appendTo(p.leave(-1), g.statement(d.freeSid(g, p)))
}

// appendTo puts a statement behind all others.
func (d *Document) appendTo(edits []edit, statement string) []byte {
	switch {
	case len(d.raw) == 0:
		return []byte(`{"Version":"1","Statement":[` + statement + `]}`)
	case d.list == nil:
		fields := d.root.spans()
		end := fields[len(fields)-1].end
		return splice(d.raw, append(edits, edit{end, end, `,"Statement":[` + statement + `]`}))
	case len(d.list.items) == 0:
		start := d.list.start + 1
		return splice(d.raw, append(edits, edit{start, start, statement}))
	default:
		end := d.list.items[len(d.list.items)-1].end
		return splice(d.raw, append(edits, edit{end, end, "," + statement}))
	}
}

// freeSid is the Sid of our statement, with a number where the Sid is that of a
// statement of others.
func (d *Document) freeSid(g Grant, p parts) string {
	taken := map[string]bool{}
	for i := range d.statements {
		if !p.owned[i] || p.shared(i) {
			taken[d.statements[i].sid] = true
		}
	}
	sid := g.Sid
	for number := 2; sid != "" && taken[sid]; number++ {
		sid = fmt.Sprintf("%s-%d", g.Sid, number)
	}
	return sid
}

// joinable is a statement of a bucket policy that says what the grant says of
// other roles, and nothing else, and that has room for one more.
func (d *Document) joinable(g Grant) *statement {
	if d.kind != BucketPolicy {
		return nil
	}
	for i := range d.statements {
		s := &d.statements[i]
		if s.joinable(g) && s.principal.whole.length()+growth(s.enlist(g)) <= maxBucketField {
			return s
		}
	}
	return nil
}

// joinable leaves a single principal without a list alone: as a list it would
// not come back as it was.
func (s *statement) joinable(g Grant) bool {
	if s.effect != allow || !s.plain() || s.hasSid || s.principal.empty() || s.principal.groups[0].scalar {
		return false
	}
	for _, item := range s.principal.groups[0].items {
		if !isSession(item.text) {
			return false
		}
	}
	return s.action.sameTexts(g.Actions) && s.resource.sameTexts(g.Resources)
}

// enlist makes the grantee one of the principals, once and in its right spelling.
func (s *statement) enlist(g Grant) []edit {
	members := &s.principal.groups[0]
	text := quote(g.Principal)
	ours, _ := s.named(g)
	if len(ours) == 0 {
		end := members.items[len(members.items)-1].end
		return []edit{{end, end, "," + text}}
	}
	edits := []edit{{ours[0].start, ours[0].end, text}}
	return append(edits, drop(members.whole.spans(), func(i int) bool {
		return members.items[i] != ours[0] && g.isGrantee(members.items[i].text)
	})...)
}
