package emulator

import (
	"strings"
	"sync"
	"time"
)

// staleReads serves reads from the state before a write. Configuration reads of
// the real service may be stale for some seconds after a write: the public test
// suites of its SDKs wait for it.
type staleReads struct {
	mu   sync.Mutex
	past []pastState
}

type pastState struct {
	of    Call // the write; reads of what it changed are stale, whoever reads
	state *services
	left  int       // stale reads left
	until time.Time // wall time
}

// keep remembers the state before a write.
func (s *staleReads) keep(c Call, state *services, reads int, life time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.past = append(s.past, pastState{of: c, state: state, left: reads, until: time.Now().Add(life)})
}

// view returns the state that a call sees: an old one for a stale read, else now.
func (s *staleReads) view(c Call, now *services) *services {
	if !isRead(c.Operation) {
		return now
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.past {
		p := &s.past[i]
		if !shows(c, p.of) || p.left == 0 || time.Now().After(p.until) {
			continue
		}
		p.left--
		return p.state
	}
	return now
}

// shows says whether a read is about what a write changed. An attachment is of a role and of a policy, and both list it.
func shows(read, write Call) bool {
	if read.Service != write.Service {
		return false
	}
	if write.Operation != "AttachPolicyToRole" && write.Operation != "DetachPolicyFromRole" {
		return read.Object == write.Object
	}
	role, policy, _ := strings.Cut(write.Object, "/")
	return read.Operation == "ListPoliciesForRole" && read.Object == role || read.Operation == "ListEntitiesForPolicy" && read.Object == policy
}

func isRead(operation string) bool {
	for _, prefix := range []string{"Get", "List", "Head", "Describe"} {
		if strings.HasPrefix(operation, prefix) {
			return true
		}
	}
	return false
}
