// Package ledger keeps small notes that processes of one machine share. Terraform starts a process for every provider
// block and phase; what one of them has begun, the others learn here.
package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
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
	// maxNote bounds what is read of a note.
	maxNote = 1 << 20
)

// Ledger is a directory of notes. It holds nothing open between calls and is safe for concurrent use, also by several
// processes.
type Ledger struct{ dir string }

// Open returns the ledger in a directory, which is made by the first edit with mode 0700.
func Open(dir string) *Ledger { return &Ledger{dir: dir} }

// noteStart is where a note begins in its file. The byte before it is the one that is locked: Windows lets nobody read
// that one, not even another handle of the same process (LockFileEx page of the Windows API, 2025).
const noteStart = 1

// Edit replaces the note of that name by what change makes of it, while no other Edit of the same note is under way on
// this machine. A note that does not exist or is empty is nil. Errors are those of the file system, or of a context that
// ends while another process has the note.
func (l *Ledger) Edit(ctx context.Context, name string, change func(note []byte) []byte) error {
	path := l.path(name)
	// A file stays, also empty: who waits for a deleted file would share the lock with one who makes it again. The note
	// itself is locked, because to create and delete files beside it took longer than all else in a plan of many rules.
	guard := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
	if err := l.lock(ctx, guard); err != nil {
		return err
	}
	defer func() { _ = guard.Unlock() }()        // an error leaves it locked until the process ends
	file, err := os.OpenFile(path, os.O_RDWR, 0) //nolint:gosec // below the directory of the ledger, named by a hash
	if err == nil {
		err = errors.Join(rewrite(file, change), file.Close())
	}
	if err != nil {
		return fmt.Errorf("cannot read or write a note that provider processes share: %w", err)
	}
	return nil
}

// lock waits for the note. The directory is made when it is missing: every edit but the first
// finds it there.
func (l *Ledger) lock(ctx context.Context, guard *flock.Flock) error {
	ctx, cancel := context.WithTimeout(ctx, lockLimit)
	defer cancel()
	_, err := guard.TryLockContext(ctx, lockRetry)
	if err != nil && ctx.Err() == nil {
		if err := os.MkdirAll(l.dir, 0o700); err != nil {
			return fmt.Errorf("cannot create the directory %s for notes that provider processes share: %w", l.dir, err)
		}
		_, err = guard.TryLockContext(ctx, lockRetry)
	}
	if err != nil {
		return fmt.Errorf("cannot lock the note %s against other provider processes: %w", guard.Path(), err)
	}
	return nil
}

// rewrite puts the new note in place with one call, filled up with spaces to the length of the old one, so that a process
// which dies leaves one of the two whole.
func rewrite(file *os.File, change func([]byte) []byte) error {
	raw, err := io.ReadAll(io.NewSectionReader(file, noteStart, maxNote))
	if err != nil {
		return err
	}
	old := bytes.TrimRight(raw, " ")
	if len(old) == 0 {
		old = nil
	}
	note := change(bytes.Clone(old))
	switch {
	case bytes.Equal(note, old):
		return nil
	case len(note) == 0:
		return file.Truncate(noteStart) // Windows refuses to cut off a byte that is locked
	}
	padded := append(bytes.Clone(note), bytes.Repeat([]byte(" "), max(len(raw)-len(note), 0))...)
	if _, err := file.WriteAt(padded, noteStart); err != nil || len(padded) == len(note) {
		return err
	}
	return file.Truncate(noteStart + int64(len(note)))
}

func (l *Ledger) path(name string) string {
	sum := sha256.Sum256([]byte(name))
	return filepath.Join(l.dir, hex.EncodeToString(sum[:16]))
}

// Has reports whether there is a note of that name, without waiting for an edit that is under way.
func (l *Ledger) Has(name string) bool {
	info, err := os.Stat(l.path(name))
	return err == nil && info.Size() > noteStart
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
