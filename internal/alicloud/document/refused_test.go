package document_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud/document"
)

// refuse makes the service refuse every document with the line.
func (c *cloud) refuse(line string) {
	c.write = func(_ context.Context, _ int, raw []byte) error {
		if has(raw, line) {
			return errRefused
		}
		c.set(raw)
		return nil
	}
}

func TestOnlyTheRefusedChangeFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud("theirs")
		c.refuse("bad")
		got := together(t, document.New(options(t)), c, add("a"), add("bad"), add("b"), add("theirs"), add("bad"))
		for i, wrote := range []bool{true, false, true, false, false} {
			if refused := i == 1 || i == 4; refused != (got[i].err == errRefused) || !refused && got[i].err != nil {
				t.Errorf("change %d: %v", i, got[i].err)
			}
			if got[i].Wrote != wrote {
				t.Errorf("change %d: wrote is %t", i, got[i].Wrote)
			}
		}
		if has(got[4].Before, "bad") {
			t.Error("a line that was never written counts as there before")
		}
		c.want(t, "theirs", "a", "b")
		// A read, the refused write and its read-back, then a write and a read-back for four of five.
		c.wantCalls(t, 2+4, 1+4)
	})
}

func TestRefusedChangeAlone(t *testing.T) {
	c := newCloud("theirs")
	c.refuse("bad")
	got, err := document.New(options(t)).Do(t.Context(), key, c, add("bad"))
	if err != errRefused || got.Wrote || got.After != nil {
		t.Error(outcome{got, err})
	}
	c.wantCalls(t, 2, 1)
}

func TestStaleReadAfterARefusalIsNotBuiltOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud("theirs")
		c.refuse("bad")
		c.read = func(_ context.Context, n int) ([]byte, error) {
			if n == 4 { // the read-back of the single write of "bad", after "a" was confirmed by the third
				return text("theirs"), nil
			}
			return c.get(), nil
		}
		got := together(t, document.New(options(t)), c, add("a"), add("bad"), add("b"))
		if got[0].err != nil || got[1].err != errRefused || got[2].err != nil {
			t.Error(got)
		}
		c.want(t, "theirs", "a", "b")
	})
}

func TestForeignChangeDuringARefusalIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud("theirs")
		c.write = func(_ context.Context, n int, raw []byte) error {
			if n == 1 {
				c.foreign("more")
			}
			if has(raw, "bad") {
				return errRefused
			}
			c.set(raw)
			return nil
		}
		got := together(t, document.New(options(t)), c, add("a"), add("bad"))
		if got[0].err != nil || got[1].err != errRefused {
			t.Error(got)
		}
		c.want(t, "theirs", "more", "a")
	})
}

func TestLostResponse(t *testing.T) {
	for name, test := range map[string]struct {
		write func(c *cloud, raw []byte)
		read  error
		err   error
	}{
		"the write was made":                {write: func(c *cloud, raw []byte) { c.set(raw) }},
		"it was made, and more came":        {write: func(c *cloud, raw []byte) { c.set(raw); c.foreign("more") }},
		"it was not made":                   {write: func(*cloud, []byte) {}, err: errNetwork},
		"it was not made, and more came":    {write: func(c *cloud, _ []byte) { c.foreign("more") }, err: errNetwork},
		"it was made, but nothing shows it": {write: func(c *cloud, raw []byte) { c.set(raw) }, read: errMine, err: errNetwork},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCloud("theirs")
				c.write = func(_ context.Context, _ int, raw []byte) error { test.write(c, raw); return errNetwork }
				c.read = func(_ context.Context, n int) ([]byte, error) {
					if n > 1 && test.read != nil {
						return nil, test.read
					}
					return c.get(), nil
				}
				for i, o := range together(t, document.New(options(t)), c, add("a"), add("b")) {
					if o.err != test.err || !o.Wrote || (o.err == nil) != has(o.After, "b") {
						t.Errorf("change %d: %v", i, o)
					}
				}
				if c.writes != 1 {
					t.Errorf("%d writes; only a refusal is a reason to split the batch", c.writes)
				}
			})
		})
	}
}

func TestAFailureEndsTheOneByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud("theirs")
		c.write = func(_ context.Context, n int, raw []byte) error {
			switch n {
			case 1:
				return errRefused
			case 2:
				c.set(raw)
				return nil
			}
			return errNetwork
		}
		got := together(t, document.New(options(t)), c, add("a"), add("b"), add("c"))
		if got[0].err != nil || !errors.Is(got[1].err, errNetwork) || !errors.Is(got[2].err, errNetwork) || got[2].Wrote {
			t.Error(got)
		}
		c.want(t, "theirs", "a")
		c.wantCalls(t, 4, 3)
	})
}

func TestReadBackFails(t *testing.T) {
	for _, failure := range []error{errNetwork, errRefused} { // a read may be refused, too: that says nothing of the write
		synctest.Test(t, func(t *testing.T) {
			c := newCloud("theirs")
			c.read = func(_ context.Context, n int) ([]byte, error) {
				if n == 2 {
					return nil, failure
				}
				return c.get(), nil
			}
			for i, o := range together(t, document.New(options(t)), c, add("a"), add("b")) {
				if o.err != failure || !o.Wrote || o.After != nil {
					t.Errorf("change %d: %v", i, o)
				}
			}
			c.wantCalls(t, 2, 1)
		})
	}
}
