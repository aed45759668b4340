package document

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"time"
)

var (
	errForeign = errors.New("somebody else has changed the document")
	errEmpty   = errors.New("the change left an empty document without asking for its deletion; nothing was written")
)

// batch is what happens to one document under one acquisition of its lock.
type batch struct {
	options Options
	key     string
	store   Store
	start   func([]*ticket) []*ticket

	current  []byte              // the newest content we know of
	versions map[string]struct{} // every content read or sent under this lock
}

// run makes the changes and leaves the outcome in the tickets.
func (b *batch) run(tickets []*ticket) {
	p := newPatience(b.options, tickets)
	defer p.end()
	b.versions = map[string]struct{}{}
	current, err := b.read(p.live)
	tickets = b.start(tickets)
	if err != nil {
		_ = fail(tickets, err)
		return
	}
	b.adopt(current)
	_ = b.edit(p, tickets)
}

// edit applies the changes, writes and confirms them, again as long as foreign changes come in between. The error,
// which the tickets have as well, is one that later changes under the same lock would meet, too.
func (b *batch) edit(p *patience, tickets []*ticket) error {
	for redone, failed := 0, 0; ; redone++ {
		var next []byte
		tickets, next = b.apply(tickets)
		switch {
		case bytes.Equal(next, b.current):
			b.succeed(tickets)
			return nil
		case redone > b.options.MaxRedo:
			return fail(tickets, &ConflictError{Key: b.key, Redone: b.options.MaxRedo})
		case p.gone():
			_ = fail(tickets, errGone)
			return nil
		}
		markRedone(tickets, redone)
		refused, err := b.put(p, tickets, next)
		switch {
		case err == nil:
			b.succeed(tickets)
			return nil
		case errors.Is(err, errForeign):
			continue
		case errors.Is(err, errGone):
			_ = fail(tickets, err)
			return nil
		case !refused && failed < b.options.Retries && b.options.Passing(err):
			// The same text must not be sent again unread: somebody may have written in between.
			failed, redone = failed+1, redone-1
			if err := b.readAgain(p, failed); err != nil {
				return fail(tickets, err)
			}
			continue
		case !refused:
			return fail(tickets, err)
		case len(tickets) > 1:
			return b.oneByOne(tickets, redone == 0)
		}
		_ = fail(tickets, err)
		return nil
	}
}

// readAgain waits after failed write n and reads what the next one has to start from.
func (b *batch) readAgain(p *patience, n int) error {
	if err := b.options.Sleep(p.live, max(b.options.Wait(n), time.Millisecond)); err != nil {
		return cmp.Or(context.Cause(p.live), err)
	}
	current, err := b.read(p.live)
	if err == nil {
		b.adopt(current)
	}
	return err
}

// apply makes the changes one after the other in the current document. A change that fails gets its error and is left
// out of the result and of the tickets returned.
func (b *batch) apply(tickets []*ticket) ([]*ticket, []byte) {
	next := b.current
	var kept []*ticket
	for _, t := range tickets {
		first := !t.applied
		if first {
			t.applied, t.result.Before = true, next
		}
		edit, err := t.change(bytes.Clone(next), first)
		if err == nil && edit.Changed && !edit.Empty && len(edit.Raw) == 0 {
			err = errEmpty
		}
		if err != nil {
			t.err = err
			continue
		}
		kept = append(kept, t)
		t.changed = edit.Changed
		switch {
		case edit.Changed && edit.Empty:
			next = nil
		case edit.Changed:
			next = edit.Raw
		}
	}
	return kept, next
}

// put sends the document and confirms it. A failed write may have reached the service, so what is there decides.
// Refused says that the error is the service's refusal to write, not a failure of a read.
func (b *batch) put(p *patience, tickets []*ticket, next []byte) (refused bool, err error) {
	b.versions[string(next)] = struct{}{}
	failure := b.send(p.work, next)
	if failure == nil {
		b.current = next
		markWritten(tickets)
		return false, b.confirm(p, next)
	}
	err = b.recheck(p, tickets, next, failure)
	refused = err != nil && b.options.Refused(failure)
	if !refused {
		markWritten(tickets)
	}
	return refused, err
}

func (b *batch) send(ctx context.Context, next []byte) error {
	if len(next) == 0 {
		return b.store.Delete(ctx)
	}
	return b.store.Write(ctx, next)
}

// confirm reads until the document is the one sent. Anything that was there earlier under this lock is a read that
// lags behind; anything else comes from somebody else. The first read is made even if nobody waits for it any more.
func (b *batch) confirm(p *patience, next []byte) error {
	ctx := p.work
	var waited time.Duration
	for n := 1; ; n++ {
		got, err := b.read(ctx)
		switch {
		case err != nil && ctx == p.live && ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil:
			return err
		case bytes.Equal(got, next):
			return nil
		case !b.knows(got):
			b.adopt(got)
			return errForeign
		case waited >= b.options.Settle:
			return &StaleError{Key: b.key, Waited: waited}
		}
		pause := min(max(b.options.Wait(n), time.Millisecond), b.options.Settle-waited)
		waited += pause
		if err := b.options.Sleep(p.live, pause); err != nil {
			return cmp.Or(context.Cause(p.live), err)
		}
		ctx = p.live
	}
}

// recheck looks once what a failed write has left. It returns nil if the changes are there, else the failure.
func (b *batch) recheck(p *patience, tickets []*ticket, next []byte, failure error) error {
	got, err := b.read(p.work)
	switch {
	case err != nil:
		return failure
	case bytes.Equal(got, next):
		b.current = got
		return nil
	case b.knows(got):
		return failure
	}
	b.adopt(got)
	for _, t := range tickets {
		if edit, err := t.change(bytes.Clone(got), false); err != nil || edit.Changed {
			return failure
		}
	}
	return nil
}

// oneByOne gives every change of a refused batch a write of its own, so that only those fail that the service refuses.
// Where nothing has been written yet, what a change found before it is what it finds now.
func (b *batch) oneByOne(tickets []*ticket, nothingWritten bool) error {
	for i, t := range tickets {
		t.applied = t.applied && !nothingWritten
		p := newPatience(b.options, tickets[i:i+1])
		err := b.edit(p, tickets[i:i+1])
		p.end()
		if err != nil {
			return fail(tickets[i+1:], err)
		}
	}
	return nil
}

func (b *batch) read(ctx context.Context) ([]byte, error) {
	raw, err := b.store.Read(ctx)
	if len(raw) == 0 {
		raw = nil
	}
	return raw, err
}

func (b *batch) adopt(raw []byte) {
	b.current = raw
	b.versions[string(raw)] = struct{}{}
}

func (b *batch) knows(raw []byte) bool {
	_, known := b.versions[string(raw)]
	return known
}

func (b *batch) succeed(tickets []*ticket) {
	for _, t := range tickets {
		t.result.After = b.current
	}
}

func markWritten(tickets []*ticket) {
	for _, t := range tickets {
		t.result.Wrote = t.result.Wrote || t.changed
	}
}

// markRedone counts a write that repeats the changes, not the first one.
func markRedone(tickets []*ticket, redone int) {
	for _, t := range tickets {
		t.result.Redone += min(redone, 1)
	}
}

// fail gives all the same error, and their own to those who have gone.
func fail(tickets []*ticket, err error) error {
	for _, t := range tickets {
		t.err = err
		if errors.Is(err, errGone) {
			t.err = t.ctx.Err()
		}
	}
	return err
}
