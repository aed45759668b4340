package document

import (
	"context"
	"slices"
)

// ticket is one change on its way. State is guarded by Editors.mu. All below done belongs to the goroutine that serves
// the line until it closes done, and to the caller afterwards.
type ticket struct {
	ctx    context.Context
	line   *line
	store  Store
	change Change
	state  ticketState

	done    chan struct{}
	applied bool // Before is set
	changed bool // the last application changed the document
	result  Result
	err     error
}

type ticketState int

const (
	waiting ticketState = iota // may leave: nothing of it is in a document
	started                    // is in what is or will be written
	left                       // the caller has its error
)

// line holds the changes of one document. It is in Editors.lines exactly as long as a goroutine serves it.
type line struct {
	key     string
	waiting []*ticket
	giveUp  context.CancelFunc // ends the wait for the lock; nil at other times
}

// join puts a change into the line of its document and has the line served.
func (e *Editors) join(ctx context.Context, key string, store Store, change Change) *ticket {
	e.mu.Lock()
	defer e.mu.Unlock()
	l := e.lines[key]
	if l == nil {
		l = &line{key: key}
		e.lines[key] = l
		go e.serve(l) //nolint:contextcheck // outlives the caller, see serve
	}
	t := &ticket{ctx: ctx, line: l, store: store, change: change, done: make(chan struct{})}
	l.waiting = append(l.waiting, t)
	return t
}

// leave takes a change back unless it has been started.
func (e *Editors) leave(t *ticket) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if t.state == started {
		return false
	}
	t.state = left
	l := t.line
	l.waiting = slices.DeleteFunc(l.waiting, func(other *ticket) bool { return other == t })
	if len(l.waiting) == 0 && l.giveUp != nil {
		l.giveUp()
	}
	return true
}

// serve makes one batch after the other until nobody waits. It is a goroutine of its own, so that the first caller can
// leave without harm to those behind it. Between two batches the lock is free for other processes.
func (e *Editors) serve(l *line) {
	for {
		ctx, more := e.next(l)
		if !more {
			return
		}
		e.batch(ctx, l)
	}
}

// next returns the context of the wait for the lock, which lasts as long as somebody waits, or closes the line.
func (e *Editors) next(l *line) (context.Context, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(l.waiting) == 0 {
		delete(e.lines, l.key)
		return nil, false
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(l.waiting[0].ctx))
	l.giveUp = cancel
	return ctx, true
}

// batch makes the changes that wait when the lock is ours. Those that come later wait for the next batch, because they
// must see a document read after they came: their caller may know of a foreign write that was finished before. Nobody
// hears the outcome before the lock is free.
func (e *Editors) batch(ctx context.Context, l *line) {
	release, err := lock(ctx, e.options.LockDir, l.key)
	if err != nil && ctx.Err() != nil {
		return
	}
	tickets := e.collect(l)
	if err != nil {
		for _, t := range e.start(tickets) {
			t.err = err
		}
	} else {
		if len(tickets) > 0 {
			b := batch{options: e.options, key: l.key, store: tickets[0].store, start: e.start}
			b.run(tickets) //nolint:contextcheck // ends when every ticket's context has ended
		}
		release()
	}
	for _, t := range tickets {
		close(t.done)
	}
}

// collect takes everybody out of the line.
func (e *Editors) collect(l *line) []*ticket {
	e.mu.Lock()
	defer e.mu.Unlock()
	l.giveUp()
	l.giveUp = nil
	tickets := l.waiting
	l.waiting = nil
	return tickets
}

// start returns the changes whose callers are still there; from now on they cannot leave. The others have left, also
// when they have not come to say so.
func (e *Editors) start(tickets []*ticket) []*ticket {
	e.mu.Lock()
	defer e.mu.Unlock()
	var present []*ticket
	for _, t := range tickets {
		if err := t.ctx.Err(); err != nil || t.state == left {
			t.state, t.err = left, err
			continue
		}
		t.state = started
		present = append(present, t)
	}
	return present
}
