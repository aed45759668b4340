package credential

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// RenewBefore is how long before its end a session is replaced, as the SDKs of Alibaba Cloud do.
const RenewBefore = 3 * time.Minute

const (
	// worthUsing is what must be left of a session for a call to start with it while another one is being opened: a
	// call has time to reach the service.
	worthUsing = 30 * time.Second
	// renewPause is how long after a failure nobody tries again while the session is worth using.
	renewPause = 15 * time.Second
)

// Renewing is a source of sessions that end. It opens one when it is first asked and another one when at most
// RenewBefore remains of it, beside the calls that go on with the old one. Callers wait only when that is not worth
// using any more; they share the attempt and its failure, and the next one tries again.
type Renewing struct {
	open func(ctx context.Context) (alicloud.Session, error)
	now  func() time.Time

	mu     sync.Mutex
	held   alicloud.Session
	failed time.Time // when the last attempt failed
	flight *flight
}

// flight is an attempt under way.
type flight struct {
	done    chan struct{} // closed after session and err are set
	cancel  context.CancelFunc
	waiting int // guarded by Renewing.mu
	session alicloud.Session
	err     error
}

// NewRenewing makes a source of what open returns. A nil now means the real clock.
func NewRenewing(open func(ctx context.Context) (alicloud.Session, error), now func() time.Time) *Renewing {
	if now == nil {
		now = time.Now
	}
	return &Renewing{open: open, now: now}
}

// Credentials returns a session that is worth using or just opened. While a renewal fails, the session before it
// serves until it ends. A caller whose context ends leaves; an attempt that callers wait for ends with the last of them.
func (r *Renewing) Credentials(ctx context.Context) (alicloud.Credentials, error) {
	if err := ctx.Err(); err != nil {
		return alicloud.Credentials{}, err
	}
	r.mu.Lock()
	if left := r.left(r.held); left > worthUsing {
		defer r.mu.Unlock()
		if left <= RenewBefore && r.flight == nil && r.now().Sub(r.failed) >= renewPause {
			r.join(ctx) // and never leave it: nobody's end is the end of this attempt
		}
		return r.held.Credentials, nil
	}
	f := r.join(ctx)
	r.mu.Unlock()
	select {
	case <-f.done:
		return f.session.Credentials, f.err
	case <-ctx.Done():
		r.leave(f)
		return alicloud.Credentials{}, ctx.Err()
	}
}

func (r *Renewing) left(s alicloud.Session) time.Duration { return s.Expiration.Sub(r.now()) }

// join takes part in the attempt under way or starts one. The caller holds the lock.
func (r *Renewing) join(ctx context.Context) *flight {
	if r.flight == nil {
		own, cancel := context.WithCancel(context.WithoutCancel(ctx))
		r.flight = &flight{done: make(chan struct{}), cancel: cancel}
		go r.fly(own, r.flight)
	}
	r.flight.waiting++
	return r.flight
}

// leave takes one caller away. An attempt that nobody waits for is given up, and nobody joins it any more.
func (r *Renewing) leave(f *flight) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f.waiting--
	if f.waiting == 0 {
		f.cancel()
		if r.flight == f {
			r.flight = nil
		}
	}
}

func (r *Renewing) fly(ctx context.Context, f *flight) {
	defer f.cancel()
	session, err := r.open(ctx)
	if err == nil {
		err = r.usable(session)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.held = session
	} else {
		r.failed = r.now()
		if r.left(r.held) > 0 {
			session, err = r.held, nil
		}
	}
	f.session, f.err = session, err
	if r.flight == f {
		r.flight = nil
	}
	close(f.done)
}

func (r *Renewing) usable(s alicloud.Session) error {
	switch {
	case s.Credentials.AccessKeyID == "" || s.Credentials.AccessKeySecret == "":
		return errors.New("the answer has no complete access key")
	case r.left(s) <= 0:
		return fmt.Errorf("the credentials expired at %s; check this machine's clock", s.Expiration.UTC().Format(time.RFC3339))
	}
	return nil
}
