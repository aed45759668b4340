package document

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"
)

// Store reads and writes one document of the cloud. Its errors reach the callers of Do unchanged. A call must end when
// its context does.
type Store interface {
	// Read returns the document as the service has it now, not from a cache; nil if there is none.
	Read(ctx context.Context) ([]byte, error)
	// Write replaces the whole document.
	Write(ctx context.Context, raw []byte) error
	// Delete removes the document, after a change that left nothing in it.
	Delete(ctx context.Context) error
}

// Edit is the outcome of one change. Raw counts only when Changed and not Empty.
type Edit struct {
	Raw     []byte
	Changed bool // false: the document is already as the change wants it
	Empty   bool // nothing is left, the document is to be deleted
}

// Change makes one change in the current document, nil if there is none. It is pure and idempotent, because it is
// called again when somebody else has changed the document in between. First is true as long as nothing with this change
// can have been written: what is in the document then was there before. An error fails this change alone, and nothing
// of it is written.
type Change func(current []byte, first bool) (Edit, error)

// Options of Editors. The zero value is useful.
type Options struct {
	// LockDir holds the lock files, one a document; it is created with mode 0700. Empty: a directory below
	// os.UserCacheDir. Processes exclude each other only if they use the same one.
	LockDir string
	// MaxRedo is how often a change is made again after a foreign one. 0: 5.
	MaxRedo int
	// Settle is how long reads may return an older document after a write. 0: 60 s.
	Settle time.Duration
	// Wait is the pause after read-back n, from 1, that returned an older document. nil: 200 ms, doubled up to 5 s.
	Wait func(n int) time.Duration
	// Sleep waits, or returns the error of its context. nil: on a timer.
	Sleep func(ctx context.Context, d time.Duration) error
	// Passing tells a failed write that may succeed later: throttling, a failure of the service or the network. It is
	// repeated after a new read, so the store must not repeat it by itself. nil: never.
	Passing func(error) bool
	// Retries is how often a write that failed in passing is repeated. 0: 10.
	Retries int
	// Refused tells a write whose content the service refused from one that failed for another reason, such as the
	// network, throttling or a failure of the service. nil: never.
	Refused func(error) bool
	// Limit is how long one batch of changes may take once it has the lock. 0: 15 min.
	Limit time.Duration
	// Grace is how long a write and its first read-back may go on after their last caller has been cancelled. 0: 30 s.
	Grace time.Duration
}

// Result says what happened to one change. It is filled as far as known when Do fails.
type Result struct {
	// Before is the document to which the change was applied first. What was in it was there before our first write,
	// unless another change of this process put it there.
	Before []byte
	// After is the document in which the change was confirmed; nil after an error.
	After []byte
	// Wrote is true if a write with this change was sent and the service did not refuse it.
	Wrote bool
	// Redone counts the writes that repeated the change after a foreign one.
	Redone int
}

// StaleError says that reads still return an older document although the service accepted the write.
type StaleError struct {
	Key    string
	Waited time.Duration
}

// Error names the document, the time waited and the two possible causes.
func (e *StaleError) Error() string {
	return fmt.Sprintf("%s was written, but %s later reading it still returns the document from before: "+
		"the service is slow to show the write, or somebody put exactly the old document back; read it and apply again",
		e.Key, e.Waited)
}

// ConflictError says that foreign changes met every attempt to make a change.
type ConflictError struct {
	Key    string
	Redone int
}

// Error names the document and the number of repetitions.
func (e *ConflictError) Error() string {
	return fmt.Sprintf("somebody else keeps changing %s: the change was made and overwritten %d times; "+
		"find and stop the other writer, then apply again", e.Key, e.Redone+1)
}

// Editors make changes in documents, one batch at a time for each document. They are safe for concurrent use and hold
// nothing while no change is under way.
type Editors struct {
	options Options

	mu    sync.Mutex
	lines map[string]*line // documents with changes waiting or under way
}

// New returns Editors. The lock directory is looked at by the first change.
func New(options Options) *Editors {
	return &Editors{options: options.completed(), lines: map[string]*line{}}
}

func (o Options) completed() Options {
	if o.MaxRedo <= 0 {
		o.MaxRedo = 5
	}
	if o.Settle <= 0 {
		o.Settle = time.Minute
	}
	if o.Limit <= 0 {
		o.Limit = 15 * time.Minute
	}
	if o.Grace <= 0 {
		o.Grace = 30 * time.Second
	}
	if o.Wait == nil {
		o.Wait = growingWait
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.Refused == nil {
		o.Refused = func(error) bool { return false }
	}
	if o.Passing == nil {
		o.Passing = func(error) bool { return false }
	}
	if o.Retries <= 0 {
		o.Retries = 10
	}
	return o
}

func growingWait(n int) time.Duration {
	return min(200*time.Millisecond<<min(n-1, 10), 5*time.Second)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Do applies a change to the document named key, for example "oss:<account>:<bucket>", and returns once a read has
// shown it, or if there was nothing to change. Calls with one key at a time share reads and writes through the store
// of one of them.
//
// A caller whose context ends before its change is applied gets the error of the context, and nothing was written. One
// whose context ends later gets the true outcome, because the write goes on for those who share it. When all of them
// have gone, the next write is not made and the error of the context is returned; Result.Wrote then tells whether an
// earlier write had been sent.
//
// Errors are those of the store and of the change, a *StaleError, a *ConflictError, an error of the context, or one
// about the lock file.
func (e *Editors) Do(ctx context.Context, key string, store Store, change Change) (Result, error) {
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	t := e.join(ctx, key, store, change)
	select {
	case <-t.done:
	case <-ctx.Done():
		if e.leave(t) {
			return Result{}, ctx.Err()
		}
		<-t.done
	}
	t.result.Before, t.result.After = bytes.Clone(t.result.Before), bytes.Clone(t.result.After)
	return t.result, t.err
}
