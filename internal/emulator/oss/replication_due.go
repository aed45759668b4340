package oss

import (
	"net/http"
	"time"
)

// retryBlocked is how much service time passes before copies that were refused
// are tried again although nothing has changed: permissions may depend on the
// time, and changes of RAM take theirs to arrive.
const retryBlocked = time.Second

// settlement is what a pass of replication left. Until something that it depends
// on changes, another pass would find the same, so that reads need not make one.
type settlement struct {
	valid    bool      // no call of this service may have changed anything since
	outside  uint64    // Options.Revision during the pass
	at       time.Time // service time of the pass
	due      time.Time // when the clock brings a rule into its next state; zero for never
	blocked  bool      // something waits for a permission
	untraced bool      // there is no Options.Revision to tell whether that changed
}

// holds reports whether a pass at now would find what the last one left.
func (l settlement) holds(now time.Time, outside uint64) bool {
	switch {
	case !l.valid || l.outside != outside || now.Before(l.at) || !l.due.IsZero() && !now.Before(l.due):
		return false
	case l.blocked:
		return !l.untraced && now.Before(l.at.Add(retryBlocked))
	default:
		return true
	}
}

// await notes when the clock alone changes a rule.
func (l *settlement) await(at time.Time) {
	if at.After(l.at) && (l.due.IsZero() || at.Before(l.due)) {
		l.due = at
	}
}

// Settle is Replicate for those who ask all the time: it does nothing where
// nothing can have become due.
func (s *Service) Settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
}

// settle replicates if there can be anything to do.
func (s *Service) settle() {
	if !s.settled.holds(s.options.Clock.Now(), s.outside()) {
		s.replicate()
	}
}

// outside is the state of the permissions that other services keep.
func (s *Service) outside() uint64 {
	if s.options.Revision == nil {
		return 0
	}
	return s.options.Revision()
}

// changes reports whether a request may change something that replication
// depends on.
func changes(r *http.Request) bool { return r.Method != http.MethodGet && r.Method != http.MethodHead }
