package provider

import "maps"

// grantKey is a grant: the document that it is in, and the role in one spelling.
type grantKey struct{ document, role string }

// grantHolder is the latest word of one resource about its grant.
type grantHolder struct {
	does string // holds, keeps, makes, goes or goesUnread
	// imported says that the resource came to the grant by an import or a move
	// that was not read again since.
	imported bool
}

// grantHolders are the resources that have a grant, by their marks. A creation
// that is only planned has no mark yet, and is not among them: it is refused when
// it finds the grant.
type grantHolders map[string]grantHolder

// noteGrant notes what a plan wants of a resource's grant, and returns what the
// others do.
func (r *run) noteGrant(key grantKey, mark, does string) (own grantHolder, others grantHolders) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.grants[key] == nil {
		r.grants[key] = grantHolders{}
	}
	own = r.grants[key][mark]
	own.does = follows(own.does, does)
	r.grants[key][mark] = own
	others = maps.Clone(r.grants[key])
	delete(others, mark)
	return own, others
}

// readGrant notes that a resource was read. If it was noted before, that ends what
// earlier operations wanted, and imports that they may have refused are forgotten.
func (r *run) readGrant(key grantKey, mark string, imported bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	holders := r.grants[key]
	if holders == nil {
		holders = grantHolders{}
		r.grants[key] = holders
	}
	does, again := afterRead(holders[mark].does)
	if again && mark != unmarked {
		delete(holders, mark)
		maps.DeleteFunc(holders, func(_ string, other grantHolder) bool { return other.imported })
	}
	holders[mark] = grantHolder{does, imported}
}

// forgetGrant forgets a resource that has the grant no more.
func (r *run) forgetGrant(key grantKey, mark string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.grants[key], mark)
}

// hasGrant reports whether a resource that was seen here has the grant.
func (r *run) hasGrant(key grantKey) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.grants[key]) > 0
}

// keep are those that go on with the grant.
func (h grantHolders) keep() grantHolders { return h.that(keeps, keeps) }

// leave are those that are destroyed or replaced, and take the grant along.
func (h grantHolders) leave() grantHolders { return h.that(goes, goesUnread) }

func (h grantHolders) that(does, or string) grantHolders {
	found := maps.Clone(h)
	maps.DeleteFunc(found, func(_ string, one grantHolder) bool { return one.does != does && one.does != or })
	return found
}

func (h grantHolders) anyImported() bool {
	for _, one := range h {
		if one.imported {
			return true
		}
	}
	return false
}
