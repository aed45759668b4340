package document

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

var errGone = errors.New("every caller has gone")

// patience is how long a batch goes on: for what must not be cut off in the middle (work), and for everything else,
// which nobody needs when all callers have gone (live).
type patience struct {
	tickets    []*ticket
	work, live context.Context
	end        func()
}

// newPatience starts the time limit. Values of the contexts, such as loggers, are those of the first caller.
func newPatience(o Options, tickets []*ticket) *patience {
	tooLong := fmt.Errorf("changing the document took longer than %s", o.Limit)
	work, stop := context.WithTimeoutCause(context.WithoutCancel(tickets[0].ctx), o.Limit, tooLong)
	live, leave := context.WithCancelCause(work)
	p := &patience{tickets: tickets, work: work, live: live, end: func() { leave(nil); stop() }}

	var present atomic.Int64
	present.Store(int64(len(tickets)))
	for _, t := range tickets {
		forget := context.AfterFunc(t.ctx, func() {
			if present.Add(-1) == 0 {
				leave(errGone)
				p.stopAfter(o.Grace, stop)
			}
		})
		end := p.end
		p.end = func() { forget(); end() }
	}
	return p
}

// stopAfter ends the work when the grace is over, and returns when the work has ended.
func (p *patience) stopAfter(grace time.Duration, stop context.CancelFunc) {
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-timer.C:
		stop()
	case <-p.work.Done():
	}
}

// gone says whether every caller has gone. It looks itself instead of at live, which learns of it a moment later.
func (p *patience) gone() bool {
	for _, t := range p.tickets {
		if t.ctx.Err() == nil {
			return false
		}
	}
	return true
}
