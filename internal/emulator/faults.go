package emulator

import (
	"errors"
	"fmt"
	"path"
	"sync"
	"time"
)

// FaultKind says what goes wrong with a matching call.
type FaultKind string

// The kinds of faults.
const (
	// FaultError answers Status and Code without carrying out the call.
	FaultError FaultKind = "error"
	// FaultDelay waits for Delay, then carries out the call.
	FaultDelay FaultKind = "delay"
	// FaultReset cuts the connection without carrying out the call.
	FaultReset FaultKind = "reset"
	// FaultLostResponse carries out the call, then cuts the connection.
	FaultLostResponse FaultKind = "lost_response"
	// FaultLateResponse carries out the call, then answers after Delay: a client
	// that waits less long sees a time-out of something that happened.
	FaultLateResponse FaultKind = "late_response"
	// FaultEmpty carries out nothing and answers 200 without a body.
	FaultEmpty FaultKind = "empty"
	// FaultMalformed carries out nothing and answers 200 with a broken body.
	FaultMalformed FaultKind = "malformed"
	// FaultStale carries out the call, normally a write, and lets the next Reads
	// reads of the same object, or those within Delay of wall time, see the
	// state before it.
	FaultStale FaultKind = "stale"
)

// Fault is something that goes wrong on demand: for the next Count calls that
// match Account, Service, Operation and Object, after Skip matching calls went
// through. Empty match fields match everything; Operation and Object are
// patterns as of path.Match.
type Fault struct {
	Kind      FaultKind     `json:"kind"`
	Account   string        `json:"account,omitempty"`
	Service   string        `json:"service,omitempty"`
	Operation string        `json:"operation,omitempty"`
	Object    string        `json:"object,omitempty"`
	Skip      int           `json:"skip,omitempty"`
	Count     int           `json:"count,omitempty"` // 0 means 1
	Status    int           `json:"status,omitempty"`
	Code      string        `json:"code,omitempty"`
	Message   string        `json:"message,omitempty"`
	Delay     time.Duration `json:"delay,omitempty"`
	Reads     int           `json:"reads,omitempty"` // of stale faults
}

// Check says what is wrong with a fault before it is armed.
func (f Fault) Check() error {
	switch f.Kind {
	case FaultError:
		if f.Status < 400 || f.Status > 599 || f.Code == "" {
			return errors.New("an error fault needs a status from 400 to 599 and a code")
		}
	case FaultDelay, FaultLateResponse:
		if f.Delay <= 0 {
			return fmt.Errorf("a %s fault needs a delay", f.Kind)
		}
	case FaultStale:
		if f.Delay <= 0 && f.Reads <= 0 {
			return errors.New("a stale fault needs a delay or a number of reads")
		}
	case FaultReset, FaultLostResponse, FaultEmpty, FaultMalformed:
	default:
		return fmt.Errorf("unknown kind of fault %q", f.Kind)
	}
	if f.Skip < 0 || f.Count < 0 {
		return errors.New("skip and count must not be negative")
	}
	for _, pattern := range []string{f.Operation, f.Object} {
		if _, err := path.Match(pattern, ""); err != nil {
			return fmt.Errorf("pattern %q: %w", pattern, err)
		}
	}
	return nil
}

func (f Fault) matches(c Call) bool {
	return matchExact(f.Account, c.Account) && matchExact(f.Service, c.Service) &&
		matchPattern(f.Operation, c.Operation) && matchPattern(f.Object, c.Object)
}

func matchExact(want, got string) bool { return want == "" || want == got }

func matchPattern(pattern, got string) bool {
	if pattern == "" {
		return true
	}
	ok, err := path.Match(pattern, got)
	return err == nil && ok
}

// faultList holds the armed faults in the order in which they were armed; the
// first that matches and is not spent acts.
type faultList struct {
	mu    sync.Mutex
	armed []Fault
}

// arm adds a fault that passed Check.
func (l *faultList) arm(f Fault) error {
	if err := f.Check(); err != nil {
		return err
	}
	if f.Count == 0 {
		f.Count = 1
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.armed = append(l.armed, f)
	return nil
}

// take returns the fault that hits this call and uses up one of its counts.
// Every matching fault that still skips counts the call.
func (l *faultList) take(c Call) (Fault, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.armed {
		f := &l.armed[i]
		if !f.matches(c) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		hit := *f
		if f.Count--; f.Count == 0 {
			l.armed = append(l.armed[:i], l.armed[i+1:]...)
		}
		return hit, true
	}
	return Fault{}, false
}

// list returns a copy of what is still armed.
func (l *faultList) list() []Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Fault{}, l.armed...)
}

// clear disarms everything.
func (l *faultList) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.armed = nil
}
