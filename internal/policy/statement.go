package policy

import "strings"

// statement is one statement, field by field, with offsets.
type statement struct {
	index     int
	node      *node
	effect    string
	sid       string
	hasSid    bool
	condition *node
	unknown   bool // a field outside the grammar
	broken    bool // a field of a type that the grammar does not know

	action, notAction     list
	resource, notResource list
	principal             principals
	notPrincipal          principals
}

// list is a field that holds a text or texts.
type list struct {
	present, scalar, broken bool
	whole                   *node
	items                   []*node
}

// principals are the principals of a statement by kind. A bucket policy knows
// no kinds: all are of kind "".
type principals struct {
	present, broken bool
	whole           *node
	groups          []group
}

type group struct {
	kind string
	list
}

// grantees is the kind of principal that holds our grants.
func (k Kind) grantees() string {
	if k == KeyPolicy {
		return "RAM"
	}
	return ""
}

func readStatement(kind Kind, index int, n *node) statement {
	s := statement{index: index, node: n}
	for i := range n.members {
		value := &n.members[i].value
		switch n.members[i].name {
		case "Effect":
			s.effect = s.readText(value)
		case "Sid":
			s.sid, s.hasSid = s.readText(value), true
		case "Action":
			s.action = readList(value)
		case "NotAction":
			s.notAction = readList(value)
		case "Resource":
			s.resource = readList(value)
		case "NotResource":
			s.notResource = readList(value)
		case "Principal":
			s.principal = readPrincipals(kind, value)
		case "NotPrincipal":
			s.notPrincipal = readPrincipals(kind, value)
		case "Condition":
			s.condition = value
		default:
			s.unknown = true
		}
	}
	return s
}

func (s *statement) readText(n *node) string {
	if n.kind != '"' {
		s.broken = true
	}
	return n.text
}

func readList(n *node) list {
	l := list{present: true, whole: n}
	switch n.kind {
	case '"':
		l.scalar = true
		l.items = []*node{n}
	case '[':
		for i := range n.items {
			if n.items[i].kind != '"' {
				l.broken = true
			}
			l.items = append(l.items, &n.items[i])
		}
	default:
		l.broken = true
	}
	return l
}

func readPrincipals(kind Kind, n *node) principals {
	p := principals{present: true, whole: n}
	if kind == BucketPolicy {
		members := readList(n)
		p.broken = members.broken
		p.groups = []group{{list: members}}
		return p
	}
	if n.kind != '{' {
		p.broken = true
		return p
	}
	for i := range n.members {
		members := readList(&n.members[i].value)
		p.broken = p.broken || members.broken
		p.groups = append(p.groups, group{kind: n.members[i].name, list: members})
	}
	return p
}

// plain says that nothing but effect, actions, principals and resources decides
// what the statement means, and that all of them can be read.
func (s *statement) plain() bool {
	readable := !s.broken && !s.action.broken && !s.resource.broken && !s.principal.broken
	complete := len(s.action.items) > 0 && len(s.resource.items) > 0 && s.principal.present
	narrowed := s.condition != nil || s.notAction.present || s.notResource.present || s.notPrincipal.present
	return readable && complete && !narrowed && !s.unknown
}

// conditional says that the statement depends on something that the document
// alone does not decide. An empty Condition decides nothing.
func (s *statement) conditional() bool {
	empty := s.condition == nil || s.condition.kind == '{' && len(s.condition.members) == 0
	return !empty || s.unknown || s.broken
}

func hasWildcard(text string) bool { return strings.ContainsAny(text, "*?") }

// literalActions says that no action is a pattern.
func (s *statement) literalActions() bool {
	for _, action := range s.action.items {
		if hasWildcard(action.text) {
			return false
		}
	}
	return true
}

// sameTexts says that the list holds exactly these texts, in any order.
func (l *list) sameTexts(want []string) bool {
	have := map[string]bool{}
	for _, item := range l.items {
		have[item.text] = true
	}
	wanted := map[string]bool{}
	for _, text := range want {
		wanted[text] = true
		if !have[text] {
			return false
		}
	}
	return !l.broken && len(have) == len(wanted)
}

// named are the principals of the statement that are the grantee of g, and how
// many others there are.
func (s *statement) named(g Grant) (ours []*node, others int) {
	for _, members := range s.principal.groups {
		for _, item := range members.items {
			if members.kind == g.Kind.grantees() && g.isGrantee(item.text) {
				ours = append(ours, item)
			} else {
				others++
			}
		}
	}
	return ours, others
}

// namesAccount says that one of the principals is a whole account.
func (s *statement) namesAccount(uid string) bool {
	for _, members := range s.principal.groups {
		for _, item := range members.items {
			switch item.text {
			case uid, "acs:ram::" + uid + ":*", "acs:ram::" + uid + ":root":
				return true
			}
		}
	}
	return false
}
