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

func TestOneChange(t *testing.T) {
	for name, test := range map[string]struct {
		before         []string
		change         document.Change
		after          []string
		wrote          bool
		reads, writes  int
		deletes        int
		wantErr        error
		wantErrMention string
	}{
		"adds":            {before: []string{"theirs"}, change: add("ours"), after: []string{"theirs", "ours"}, wrote: true, reads: 2, writes: 1},
		"creates":         {change: add("ours"), after: []string{"ours"}, wrote: true, reads: 2, writes: 1},
		"nothing to do":   {before: []string{"ours"}, change: add("ours"), after: []string{"ours"}, reads: 1},
		"nothing to undo": {change: remove("ours"), reads: 1},
		"removes":         {before: []string{"ours", "theirs"}, change: remove("ours"), after: []string{"theirs"}, wrote: true, reads: 2, writes: 1},
		"removes all":     {before: []string{"ours"}, change: remove("ours"), wrote: true, reads: 2, deletes: 1},
		"fails":           {before: []string{"theirs"}, change: impossible, after: []string{"theirs"}, reads: 1, wantErr: errMine},
		"loses all by mistake": {
			before: []string{"theirs"}, after: []string{"theirs"}, reads: 1, wantErrMention: "the change left an empty document without asking for its deletion; nothing was written",
			change: func([]byte, bool) (document.Edit, error) { return document.Edit{Changed: true}, nil },
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud(test.before...)
			got, err := document.New(options(t)).Do(t.Context(), key, c, test.change)
			switch {
			case test.wantErr != nil:
				if !errors.Is(err, test.wantErr) {
					t.Errorf("error %v, want %v", err, test.wantErr)
				}
			case test.wantErrMention != "":
				if err == nil || err.Error() != test.wantErrMention {
					t.Errorf("error %v, want %q", err, test.wantErrMention)
				}
			case err != nil:
				t.Error(err)
			case !bytes.Equal(got.After, text(test.after...)):
				t.Errorf("after is %q", got.After)
			}
			if !bytes.Equal(got.Before, text(test.before...)) || got.Wrote != test.wrote || got.Redone != 0 {
				t.Error(outcome{got, err})
			}
			c.want(t, test.after...)
			c.wantCalls(t, test.reads, test.writes)
			if c.removals != test.deletes {
				t.Errorf("%d deletions, want %d", c.removals, test.deletes)
			}
		})
	}
}

func TestChangesOfOneDocumentShareWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const changes = 60
		c := newCloud("theirs")
		c.read = func(context.Context, int) ([]byte, error) {
			time.Sleep(20 * time.Millisecond)
			return c.get(), nil
		}
		e := document.New(options(t))
		var arrived []<-chan outcome
		for i := range changes {
			arrived = append(arrived, do(t.Context(), e, c, add(fmt.Sprint("ours ", i))))
		}
		for i, a := range arrived {
			o, line := <-a, fmt.Sprint("ours ", i)
			if o.err != nil || !o.Wrote || has(o.Before, line) || !has(o.After, line) || !has(c.get(), line) {
				t.Error(line, o)
			}
		}
		if !has(c.get(), "theirs") {
			t.Error("a foreign line is lost")
		}
		if c.writes > 3 {
			t.Errorf("%d writes for %d changes", c.writes, changes)
		}
	})
}

// together makes all changes wait for the first one, a harmless read, and so puts them into one batch.
func together(t *testing.T, e *document.Editors, c *cloud, changes ...document.Change) []outcome {
	t.Helper()
	opened := make(chan struct{})
	first := &cloud{read: func(context.Context, int) ([]byte, error) { <-opened; return nil, nil }}
	blocker := do(t.Context(), e, first, remove("nothing"))
	synctest.Wait()
	var arrived []<-chan outcome
	for _, change := range changes {
		arrived = append(arrived, do(t.Context(), e, c, change))
		synctest.Wait()
	}
	close(opened)
	<-blocker
	var all []outcome
	for _, a := range arrived {
		all = append(all, <-a)
	}
	return all
}

func TestOneFailingChangeHarmsNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud("theirs")
		got := together(t, document.New(options(t)), c, add("a"), impossible, add("b"))
		if got[0].err != nil || !errors.Is(got[1].err, errMine) || got[1].Wrote || got[2].err != nil {
			t.Error(got)
		}
		c.want(t, "theirs", "a", "b")
		c.wantCalls(t, 2, 1)
	})
}

func TestSecondOfTwoEqualChangesSeesTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud("theirs")
		got := together(t, document.New(options(t)), c, add("a"), add("a"))
		if has(got[0].Before, "a") || !got[0].Wrote {
			t.Error("first:", got[0])
		}
		if !has(got[1].Before, "a") || got[1].Wrote || got[1].err != nil {
			t.Error("second:", got[1])
		}
	})
}

func TestADocumentIsReadAfterItsChangeCame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud()
		reading, opened := make(chan struct{}), make(chan struct{})
		c.read = func(_ context.Context, n int) ([]byte, error) {
			old := c.get()
			if n == 1 {
				close(reading)
				<-opened
			}
			return old, nil
		}
		e := document.New(options(t))
		first := do(t.Context(), e, c, remove("nothing"))
		<-reading
		c.foreign("theirs")
		second := do(t.Context(), e, c, add("ours"))
		synctest.Wait()
		close(opened)
		<-first
		if o := <-second; !has(o.Before, "theirs") || o.err != nil {
			t.Error("what was there before the call is not seen:", o)
		}
		c.want(t, "theirs", "ours")
	})
}

func TestDocumentsDoNotWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := document.New(options(t))
		opened := make(chan struct{})
		slow := newCloud()
		slow.read = func(context.Context, int) ([]byte, error) { <-opened; return nil, nil }
		blocked := do(t.Context(), e, slow, remove("nothing"))
		synctest.Wait()
		quick := newCloud()
		if _, err := e.Do(t.Context(), key+"-2", quick, add("ours")); err != nil {
			t.Error(err)
		}
		quick.want(t, "ours")
		close(opened)
		<-blocked
	})
}

func TestFirstReadFails(t *testing.T) {
	c := newCloud("theirs")
	c.read = func(context.Context, int) ([]byte, error) { return nil, errNetwork }
	got, err := document.New(options(t)).Do(t.Context(), key, c, add("ours"))
	if err != errNetwork || got.Wrote {
		t.Error(outcome{got, err})
	}
	c.wantCalls(t, 1, 0)
}

func TestAnEmptyDocumentIsNone(t *testing.T) {
	c := newCloud()
	c.read = func(context.Context, int) ([]byte, error) { return []byte{}, nil }
	_, err := document.New(options(t)).Do(t.Context(), key, c, func(current []byte, _ bool) (document.Edit, error) {
		if current != nil {
			t.Error("an empty document is not nil")
		}
		return document.Edit{}, nil
	})
	if err != nil {
		t.Error(err)
	}
}
