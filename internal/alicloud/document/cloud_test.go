package document_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud/document"
)

const key = "oss:1234567890123456:orders-backup"

var (
	errRefused = errors.New("the service refused the content")
	errNetwork = errors.New("connection reset")
	errMine    = errors.New("this change cannot be made")
)

// cloud is a document service in memory. A document is a list of lines.
type cloud struct {
	// read and write, where set, stand in for the service. They are called without the lock, n counts from 1.
	read  func(ctx context.Context, n int) ([]byte, error)
	write func(ctx context.Context, n int, raw []byte) error

	mu                      sync.Mutex
	raw                     []byte
	reads, writes, removals int
}

func newCloud(lines ...string) *cloud { return &cloud{raw: text(lines...)} }

func text(lines ...string) []byte {
	if len(lines) == 0 {
		return nil
	}
	return []byte(strings.Join(lines, "\n"))
}

func (c *cloud) Read(ctx context.Context) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c.mu.Lock()
	c.reads++
	n := c.reads
	c.mu.Unlock()
	if c.read != nil {
		return c.read(ctx, n)
	}
	return c.get(), nil
}

func (c *cloud) Write(ctx context.Context, raw []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	c.writes++
	n := c.writes
	c.mu.Unlock()
	if c.write != nil {
		return c.write(ctx, n, raw)
	}
	c.set(raw)
	return nil
}

func (c *cloud) Delete(ctx context.Context) error {
	c.mu.Lock()
	c.removals++
	c.mu.Unlock()
	c.set(nil)
	return ctx.Err()
}

func (c *cloud) get() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return bytes.Clone(c.raw)
}

func (c *cloud) set(raw []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.raw = bytes.Clone(raw)
}

// foreign adds a line behind our back.
func (c *cloud) foreign(line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.raw = join(c.raw, line)
}

func join(raw []byte, line string) []byte {
	if len(raw) == 0 {
		return []byte(line)
	}
	return []byte(string(raw) + "\n" + line)
}

func has(raw []byte, line string) bool {
	for l := range strings.SplitSeq(string(raw), "\n") {
		if l == line {
			return true
		}
	}
	return false
}

func add(line string) document.Change {
	return func(current []byte, _ bool) (document.Edit, error) {
		if has(current, line) {
			return document.Edit{}, nil
		}
		return document.Edit{Raw: join(current, line), Changed: true}, nil
	}
}

func remove(line string) document.Change {
	return func(current []byte, _ bool) (document.Edit, error) {
		if !has(current, line) {
			return document.Edit{}, nil
		}
		var rest []byte
		for l := range strings.SplitSeq(string(current), "\n") {
			if l != line {
				rest = join(rest, l)
			}
		}
		return document.Edit{Raw: rest, Changed: true, Empty: len(rest) == 0}, nil
	}
}

func impossible([]byte, bool) (document.Edit, error) { return document.Edit{}, errMine }

// options has its own lock directory, and pauses of one second between read-backs.
func options(t *testing.T) document.Options {
	t.Helper()
	return document.Options{
		LockDir: t.TempDir(),
		Wait:    func(int) time.Duration { return time.Second },
		Refused: func(err error) bool { return errors.Is(err, errRefused) },
	}
}

func (c *cloud) want(t *testing.T, lines ...string) {
	t.Helper()
	if got, want := c.get(), text(lines...); !bytes.Equal(got, want) {
		t.Errorf("document is %q, want %q", got, want)
	}
}

func (c *cloud) wantCalls(t *testing.T, reads, writes int) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reads != reads || c.writes != writes {
		t.Errorf("%d reads and %d writes, want %d and %d", c.reads, c.writes, reads, writes)
	}
}

// outcome is what Do returned.
type outcome struct {
	document.Result
	err error
}

func (o outcome) String() string {
	return fmt.Sprintf("before %q after %q wrote %t redone %d: %v", o.Before, o.After, o.Wrote, o.Redone, o.err)
}

// do starts one change and returns where its outcome will arrive.
func do(ctx context.Context, e *document.Editors, c *cloud, change document.Change) <-chan outcome {
	arrived := make(chan outcome, 1)
	go func() {
		result, err := e.Do(ctx, key, c, change)
		arrived <- outcome{result, err}
	}()
	return arrived
}
