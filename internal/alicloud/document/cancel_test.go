package document_test

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud/document"
)

// Every test here runs in a bubble that does not end while a goroutine of the Editors does.

func TestCancelledBeforeTheCall(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := newCloud()
	if _, err := document.New(options(t)).Do(ctx, key, c, add("ours")); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	c.wantCalls(t, 0, 0)
}

// held returns a cloud whose first read under key lasts until the channel is closed.
func held() (*cloud, chan struct{}) {
	opened := make(chan struct{})
	return &cloud{read: func(context.Context, int) ([]byte, error) { <-opened; return nil, nil }}, opened
}

func TestCancelledWhileWaiting(t *testing.T) {
	for name, other := range map[string]bool{"for a batch of this process": false, "for the lock file": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := options(t)
				holder := document.New(o)
				e := holder
				if other {
					e = document.New(o)
				}
				blocker, opened := held()
				blocked := do(t.Context(), holder, blocker, remove("nothing"))
				synctest.Wait()

				c := newCloud()
				ctx, cancel := context.WithCancel(t.Context())
				first := do(ctx, e, c, add("first"))
				synctest.Wait()
				second := do(t.Context(), e, c, add("second"))
				synctest.Wait()
				cancel()
				if got := <-first; got.err != context.Canceled || got.Wrote {
					t.Error("first:", got)
				}
				close(opened)
				<-blocked
				if got := <-second; got.err != nil {
					t.Error("second:", got)
				}
				c.want(t, "second")
			})
		})
	}
}

// serving counts the goroutines that serve lines; one that has just ended may still be among those of the runtime.
func serving() int {
	stacks := make([]byte, 1<<20)
	return strings.Count(string(stacks[:runtime.Stack(stacks, true)]), "document.(*Editors).serve(")
}

func TestAllCancelledWhileWaitingForTheLockFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := options(t)
		blocker, opened := held()
		blocked := do(t.Context(), document.New(o), blocker, remove("nothing"))
		synctest.Wait()

		c, e := newCloud(), document.New(o)
		running := serving()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		first, second := do(ctx, e, c, add("first")), do(ctx, e, c, add("second"))
		for _, got := range []outcome{<-first, <-second} {
			if got.err != context.DeadlineExceeded {
				t.Error(got)
			}
		}
		synctest.Wait()
		if n := serving(); n > running {
			t.Errorf("%d lines more than before the calls are served", n-running)
		}
		third := do(t.Context(), e, c, add("third"))
		synctest.Wait()
		c.wantCalls(t, 0, 0)
		close(opened)
		<-blocked
		if got := <-third; got.err != nil {
			t.Error("the line did not recover:", got)
		}
	})
}

func TestCancelledDuringTheFirstRead(t *testing.T) {
	for name, together := range map[string]bool{"alone": false, "one of two": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := options(t)
				holder, e := document.New(o), document.New(o)
				blocker, opened := held()
				blocked := do(t.Context(), holder, blocker, remove("nothing"))
				synctest.Wait()

				c := newCloud("theirs")
				c.read = func(ctx context.Context, n int) ([]byte, error) {
					if n == 1 {
						if err := slept(ctx, 5*time.Minute); err != nil {
							return nil, err
						}
					}
					return c.get(), nil
				}
				ctx, cancel := context.WithCancel(t.Context())
				first := do(ctx, e, c, add("first"))
				var second <-chan outcome
				if together {
					second = do(t.Context(), e, c, add("second"))
				}
				synctest.Wait()
				close(opened)
				<-blocked
				time.Sleep(time.Minute)
				c.wantCalls(t, 1, 0)
				cancel()
				if got := <-first; got.err != context.Canceled || got.Wrote {
					t.Error("first:", got)
				}
				if !together {
					synctest.Wait()
					c.wantCalls(t, 1, 0)
					return
				}
				if got := <-second; got.err != nil {
					t.Error("second:", got)
				}
				c.want(t, "theirs", "second")
			})
		})
	}
}

func TestOneOfTwoCancelledAtTheEndOfTheFirstRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := document.New(options(t))
		blocker, opened := held()
		blocked := do(t.Context(), e, blocker, remove("nothing"))
		synctest.Wait()
		c := newCloud("theirs")
		ctx, cancel := context.WithCancel(t.Context())
		c.read = func(context.Context, int) ([]byte, error) {
			cancel() // the batch goes on before the caller can say that it leaves
			return c.get(), nil
		}
		first, second := do(ctx, e, c, add("first")), do(t.Context(), e, c, add("second"))
		synctest.Wait()
		close(opened)
		<-blocked
		if got := <-first; got.err != context.Canceled || got.Wrote {
			t.Error("first:", got)
		}
		if got := <-second; got.err != nil {
			t.Error("second:", got)
		}
		c.want(t, "theirs", "second")
	})
}

// slept is a service that takes its time and minds the context.
func slept(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func TestOneOfTwoCancelledDuringTheWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud("theirs")
		ctx, cancel := context.WithCancel(t.Context())
		c.write = func(wctx context.Context, n int, raw []byte) error {
			cancel()
			synctest.Wait()
			if wctx.Err() != nil {
				return wctx.Err()
			}
			c.set(raw)
			if n == 1 {
				c.set(text("theirs", "more")) // so that another write is needed, after the cancellation
			}
			return nil
		}
		e := document.New(options(t))
		blocker, opened := held()
		blocked := do(t.Context(), e, blocker, remove("nothing"))
		synctest.Wait()
		first, second := do(ctx, e, c, add("first")), do(t.Context(), e, c, add("second"))
		synctest.Wait()
		close(opened)
		<-blocked
		for _, got := range []outcome{<-first, <-second} {
			if got.err != nil || !got.Wrote || got.Redone != 1 || !has(got.After, "more") {
				t.Error(got)
			}
		}
		if got := c.get(); !has(got, "first") || !has(got, "second") {
			t.Errorf("%q", got)
		}
	})
}

func TestAllCancelledDuringTheWrite(t *testing.T) {
	ours := text("theirs", "ours")
	for name, test := range map[string]struct {
		readBack      []byte
		err           error
		reads, writes int
	}{
		"the read-back confirms it":   {readBack: ours, reads: 2, writes: 1},
		"the read-back is stale":      {readBack: text("theirs"), err: context.Canceled, reads: 2, writes: 1},
		"the read-back is somebody's": {readBack: text("more"), err: context.Canceled, reads: 2, writes: 1},
		"somebody's, with our change": {readBack: text("more", "ours"), reads: 2, writes: 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCloud("theirs")
				ctx, cancel := context.WithCancel(t.Context())
				c.write = func(wctx context.Context, _ int, raw []byte) error {
					cancel()
					synctest.Wait()
					c.set(raw)
					return wctx.Err()
				}
				c.read = func(_ context.Context, n int) ([]byte, error) {
					if n == 1 {
						return text("theirs"), nil
					}
					return test.readBack, nil
				}
				got, err := document.New(options(t)).Do(ctx, key, c, add("ours"))
				if err != test.err || !got.Wrote || (err == nil) != bytes.Equal(got.After, test.readBack) {
					t.Error(outcome{got, err})
				}
				c.wantCalls(t, test.reads, test.writes)
			})
		})
	}
}

func TestCancelledBetweenStaleReads(t *testing.T) {
	for name, whileReading := range map[string]bool{"in a pause": false, "in a read": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCloud("theirs")
				c.read = func(ctx context.Context, n int) ([]byte, error) {
					if n == 3 && whileReading {
						return nil, slept(ctx, time.Hour)
					}
					return text("theirs"), nil
				}
				ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
				defer cancel()
				began := time.Now()
				got, err := document.New(options(t)).Do(ctx, key, c, add("ours"))
				if err != context.DeadlineExceeded || !got.Wrote {
					t.Error(outcome{got, err})
				}
				if took := time.Since(began); took != 1500*time.Millisecond {
					t.Errorf("returned after %s", took)
				}
			})
		})
	}
}

func TestCancelledChangeIsNotMadeOneByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud()
		ctx, cancel := context.WithCancel(t.Context())
		c.write = func(_ context.Context, n int, raw []byte) error {
			if n == 1 {
				cancel()
				return errRefused
			}
			c.set(raw)
			return nil
		}
		e := document.New(options(t))
		blocker, opened := held()
		blocked := do(t.Context(), e, blocker, remove("nothing"))
		synctest.Wait()
		first, second := do(ctx, e, c, add("first")), do(t.Context(), e, c, add("second"))
		synctest.Wait()
		close(opened)
		<-blocked
		if got := <-first; got.err != context.Canceled || got.Wrote {
			t.Error("first:", got)
		}
		if got := <-second; got.err != nil {
			t.Error("second:", got)
		}
		c.want(t, "second")
	})
}
