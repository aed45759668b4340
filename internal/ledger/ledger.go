// Package ledger keeps small notes that processes of one machine share. Terraform starts a process for every provider
// block and phase; what one of them has begun, the others learn here.
package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

const (
	// lockRetry is the pause between attempts to get a note that another process edits.
	lockRetry = 2 * time.Millisecond
	// lockLimit bounds the wait for one note: an edit takes far less than a second.
	lockLimit = 10 * time.Second
)

// Ledger is a directory of notes. It holds nothing open between calls and is safe for concurrent use, also by several
// processes.
type Ledger struct{ dir string }

// Open returns the ledger in a directory, which is made by the first edit with mode 0700.
func Open(dir string) *Ledger { return &Ledger{dir: dir} }

// Edit replaces the note of that name by what change makes of it, while no other Edit of the same note is under way on
// this machine. A note that does not exist is nil, and an empty one is removed. Errors are those of the file system, or
// of a context that ends while another process has the note.
func (l *Ledger) Edit(ctx context.Context, name string, change func(note []byte) []byte) error {
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return fmt.Errorf("cannot create the directory %s for notes that provider processes share: %w", l.dir, err)
	}
	path := l.path(name)
	ctx, cancel := context.WithTimeout(ctx, lockLimit)
	defer cancel()
	// The lock file stays: who waits for a deleted file would share the lock with one who makes it again.
	guard := flock.New(path+".lock", flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
	if _, err := guard.TryLockContext(ctx, lockRetry); err != nil {
		return fmt.Errorf("cannot lock the note %s against other provider processes: %w", path, err)
	}
	defer func() { _ = guard.Unlock() }() // an error leaves it locked until the process ends
	return rewrite(path, change)
}

// rewrite puts the new note in place in one step, so that a process which dies leaves the old one whole.
func rewrite(path string, change func([]byte) []byte) error {
	old, err := os.ReadFile(path) //nolint:gosec // below the directory of the ledger, named by a hash
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot read a note that provider processes share: %w", err)
	}
	note := change(old)
	switch {
	case len(note) > 0:
		if err = os.WriteFile(path+".new", note, 0o600); err == nil {
			err = os.Rename(path+".new", path)
		}
	case old != nil:
		err = os.Remove(path)
	default:
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot write a note that provider processes share: %w", err)
	}
	return nil
}

func (l *Ledger) path(name string) string {
	sum := sha256.Sum256([]byte(name))
	return filepath.Join(l.dir, hex.EncodeToString(sum[:16]))
}

// Has reports whether there is a note of that name, without waiting for an edit that is under way.
func (l *Ledger) Has(name string) bool {
	_, err := os.Stat(l.path(name))
	return err == nil
}

// Sweep removes from a directory of ledgers, or from a ledger, what is of no use any more, given its name and for how
// long it has not changed. It is best-effort: what cannot be removed stays.
func Sweep(dir string, useless func(name string, unchanged time.Duration) bool) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && useless(entry.Name(), time.Since(info.ModTime())) {
			_ = os.RemoveAll(filepath.Join(dir, entry.Name()))
		}
	}
}
