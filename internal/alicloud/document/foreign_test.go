package document_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud/document"
)

func TestStaleReadsAreWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud("theirs")
		c.read = func(_ context.Context, n int) ([]byte, error) {
			if n <= 4 {
				return text("theirs"), nil
			}
			return c.get(), nil
		}
		began := time.Now()
		got, err := document.New(options(t)).Do(t.Context(), key, c, add("ours"))
		if err != nil || !got.Wrote || got.Redone != 0 {
			t.Error(outcome{got, err})
		}
		if waited := time.Since(began); waited != 3*time.Second {
			t.Errorf("waited %s after three stale reads, one second each is asked for", waited)
		}
		c.want(t, "theirs", "ours")
		c.wantCalls(t, 5, 1)
	})
}

func TestStaleForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud("theirs")
		c.read = func(context.Context, int) ([]byte, error) { return text("theirs"), nil }
		o := options(t)
		o.Settle = 2500 * time.Millisecond
		got, err := document.New(o).Do(t.Context(), key, c, add("ours"))
		var stale *document.StaleError
		if !errors.As(err, &stale) || stale.Key != key || stale.Waited != o.Settle || !got.Wrote || got.After != nil {
			t.Error(outcome{got, err})
		}
		c.wantCalls(t, 5, 1)
	})
}

func TestEveryOlderVersionIsStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud("theirs")
		answers := [][]byte{
			text("theirs"),                          // before the first write
			text("theirs", "more"),                  // foreign: redo
			text("theirs"),                          // stale, from before everything
			text("theirs", "ours"),                  // stale, our own first write: has all we want, but is not in force
			text("theirs", "more"),                  // stale, the foreign one
			text("theirs", "more", "ours"),          // ours
			text("must not be read", "one too far"), // never
		}
		c.read = func(_ context.Context, n int) ([]byte, error) { return answers[n-1], nil }
		got, err := document.New(options(t)).Do(t.Context(), key, c, add("ours"))
		if err != nil || got.Redone != 1 || !bytes.Equal(got.After, text("theirs", "more", "ours")) {
			t.Error(outcome{got, err})
		}
		c.wantCalls(t, 6, 2)
	})
}

func TestForeignChangesAreKept(t *testing.T) {
	for name, test := range map[string]struct {
		change func(c *cloud) // sets when the foreign change comes
		redone int
		want   []string
	}{
		"before the read": {
			change: func(c *cloud) { c.foreign("more") },
			want:   []string{"theirs", "more", "ours"},
		},
		"after the write, on top of it": {
			change: func(c *cloud) {
				c.write = func(_ context.Context, _ int, raw []byte) error { c.set(raw); c.foreign("more"); return nil }
			},
			want: []string{"theirs", "ours", "more"},
		},
		"after the write, instead of it": {
			change: func(c *cloud) {
				c.write = func(_ context.Context, n int, raw []byte) error {
					c.set(raw)
					if n == 1 {
						c.set(text("theirs", "more"))
					}
					return nil
				}
			},
			redone: 1,
			want:   []string{"theirs", "more", "ours"},
		},
		"overwritten, and shown by a read that lags": {
			change: func(c *cloud) {
				c.read = func(_ context.Context, n int) ([]byte, error) {
					if n == 2 {
						return text("theirs", "more"), nil
					}
					return c.get(), nil
				}
			},
			redone: 1,
			want:   []string{"theirs", "more", "ours"},
		},
		"after the write, deletes all": {
			change: func(c *cloud) {
				c.write = func(_ context.Context, n int, raw []byte) error {
					c.set(raw)
					if n == 1 {
						c.set(nil)
					}
					return nil
				}
			},
			redone: 1,
			want:   []string{"ours"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud("theirs")
			test.change(c)
			got, err := document.New(options(t)).Do(t.Context(), key, c, add("ours"))
			if err != nil || !got.Wrote || got.Redone != test.redone || !bytes.Equal(got.After, text(test.want...)) {
				t.Error(outcome{got, err})
			}
			if has(got.Before, "ours") {
				t.Errorf("our own write is in what was there before: %q", got.Before)
			}
			c.want(t, test.want...)
		})
	}
}

func TestForeignWriterWithoutEnd(t *testing.T) {
	for _, most := range []int{0, 2} {
		c := newCloud("theirs")
		c.write = func(_ context.Context, n int, _ []byte) error { c.set(text(fmt.Sprint("theirs ", n))); return nil }
		o := options(t)
		o.MaxRedo = most
		got, err := document.New(o).Do(t.Context(), key, c, add("ours"))
		want := most
		if most == 0 {
			want = 5
		}
		var conflict *document.ConflictError
		if !errors.As(err, &conflict) || conflict.Redone != want || conflict.Key != key || got.Redone != want {
			t.Error(outcome{got, err})
		}
		c.wantCalls(t, want+2, want+1)
	}
}

func TestAChangeThatCannotBeRedone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud("theirs")
		c.write = func(_ context.Context, n int, raw []byte) error {
			c.set(raw)
			if n == 1 {
				c.set(text("broken"))
			}
			return nil
		}
		fragile := func(current []byte, _ bool) (document.Edit, error) {
			if has(current, "broken") {
				return document.Edit{}, errMine
			}
			return add("fragile")(current, false)
		}
		got := together(t, document.New(options(t)), c, fragile, add("ours"))
		if !errors.Is(got[0].err, errMine) || got[1].err != nil || got[1].Redone != 1 {
			t.Error(got)
		}
		c.want(t, "broken", "ours")
	})
}

func TestChangesMayNotSpoilWhatWasRead(t *testing.T) {
	c := newCloud("theirs")
	c.read = func(_ context.Context, n int) ([]byte, error) {
		if n == 2 {
			return text("theirs"), nil // stale, if the text read first is still known
		}
		return c.get(), nil
	}
	o := options(t)
	o.Sleep = func(context.Context, time.Duration) error { return nil }
	got, err := document.New(o).Do(t.Context(), key, c, func(current []byte, _ bool) (document.Edit, error) {
		if has(current, "ours") {
			return document.Edit{}, nil
		}
		raw := join(current, "ours")
		copy(current, "######")
		return document.Edit{Raw: raw, Changed: true}, nil
	})
	if err != nil || got.Redone != 0 || !bytes.Equal(got.Before, text("theirs")) {
		t.Error(outcome{got, err})
	}
	c.wantCalls(t, 3, 1)
}
