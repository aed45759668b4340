package emulator

import (
	"sync"
	"time"
)

// Call describes one request as far as it was understood: what was asked, of
// which object, by which account. It is what faults and hooks match on.
type Call struct {
	Account   string `json:"account,omitempty"` // UID, "" when not authenticated
	Service   string `json:"service"`           // "oss", "ram", "sts", "kms" or "metadata"
	Operation string `json:"operation"`         // for example "PutBucketPolicy"
	Object    string `json:"object,omitempty"`  // bucket, bucket/key, role, policy or key id
}

// Request is one entry of the request log. Refused and broken requests are
// logged too; secrets, tokens and signatures never are.
type Request struct {
	Call
	Sequence int64         `json:"sequence"` // 1 for the first request
	Time     time.Time     `json:"time"`     // wall time of arrival
	Duration time.Duration `json:"duration"`
	Status   int           `json:"status"` // 0 when the connection was cut
	Code     string        `json:"code,omitempty"`
	ID       string        `json:"request_id"`
	Fault    string        `json:"fault,omitempty"` // kind of the fault that was injected
	// Stale says that a read was answered from the past, and not as it is now.
	Stale bool `json:"stale,omitempty"`
	// UserAgent is what the client calls itself.
	UserAgent string `json:"user_agent,omitempty"`
}

// requestLog keeps the newest entries, at most limit of them.
type requestLog struct {
	mu      sync.Mutex
	entries []Request
	next    int64
	limit   int
}

func newRequestLog(limit int) *requestLog { return &requestLog{limit: limit} }

// add numbers the entry and stores it; the oldest entry goes when full.
func (l *requestLog) add(r Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next++
	r.Sequence = l.next
	if len(l.entries) >= l.limit {
		// Dropping a quarter at once keeps the cost of a full log constant.
		l.entries = append(l.entries[:0], l.entries[len(l.entries)-l.limit+l.limit/4+1:]...)
	}
	l.entries = append(l.entries, r)
}

// since returns a copy of the entries numbered above sequence.
func (l *requestLog) since(sequence int64) []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, r := range l.entries {
		if r.Sequence > sequence {
			return append([]Request(nil), l.entries[i:]...)
		}
	}
	return nil
}

// clear forgets the entries; numbering goes on.
func (l *requestLog) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = nil
}
