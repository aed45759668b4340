package document_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud/document"
)

// TestForeignChangeBetweenTwoAttemptsIsKept lets a write fail in passing, before
// or after it took effect, and somebody else write before it is repeated.
func TestForeignChangeBetweenTwoAttemptsIsKept(t *testing.T) {
	for name, arrives := range map[string]bool{"the write was lost": false, "its answer was lost": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCloud("theirs")
				c.write = func(_ context.Context, n int, raw []byte) error {
					if n > 1 {
						c.set(raw)
						return nil
					}
					if arrives {
						c.set(raw)
					}
					go func() { c.set(append(c.get(), []byte("\nforeign")...)) }()
					synctest.Wait()
					return errNetwork
				}
				o := options(t)
				o.Passing = func(err error) bool { return err == errNetwork }
				got, err := document.New(o).Do(t.Context(), key, c, add("mine"))
				if err != nil || !got.Wrote {
					t.Error(outcome{got, err})
				}
				for _, line := range []string{"theirs", "mine", "foreign"} {
					if !has(c.get(), line) {
						t.Errorf("%q is gone: %q", line, c.get())
					}
				}
			})
		})
	}
}

// TestForeignChangeDuringThePauseIsKept lets somebody else write after the look
// that follows a failed write, and before its repetition.
func TestForeignChangeDuringThePauseIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud("theirs")
		c.write = func(_ context.Context, n int, raw []byte) error {
			if n == 1 {
				return errNetwork
			}
			c.set(raw)
			return nil
		}
		o := options(t)
		o.Passing = func(err error) bool { return err == errNetwork }
		o.Sleep = func(context.Context, time.Duration) error {
			c.foreign("foreign")
			return nil
		}
		if _, err := document.New(o).Do(t.Context(), key, c, add("mine")); err != nil {
			t.Error(err)
		}
		for _, line := range []string{"theirs", "mine", "foreign"} {
			if !has(c.get(), line) {
				t.Errorf("%q is gone: %q", line, c.get())
			}
		}
	})
}

func TestPassingFailuresEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud("theirs")
		c.write = func(context.Context, int, []byte) error { return errNetwork }
		o := options(t)
		o.Retries, o.Passing = 3, func(err error) bool { return err == errNetwork }
		if _, err := document.New(o).Do(t.Context(), key, c, add("mine")); err != errNetwork {
			t.Error(err)
		}
		c.want(t, "theirs")
		if c.writes != 4 {
			t.Errorf("%d writes, want the first and 3 repetitions", c.writes)
		}
	})
}

func TestRefusedBatchLooksAgainAtWhatWasThereBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud("theirs")
		c.refuse("bad")
		var firsts []bool
		watched := func(current []byte, first bool) (document.Edit, error) {
			firsts = append(firsts, first)
			return add("a")(current, first)
		}
		for _, o := range together(t, document.New(options(t)), c, add("bad"), watched) {
			if o.err != nil && o.err != errRefused {
				t.Error(o.err)
			}
		}
		if len(firsts) != 2 || !firsts[0] || !firsts[1] {
			t.Errorf("first was %v: nothing had been written when the change was made again", firsts)
		}
	})
}
