package document

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// lockRetry is the pause between attempts to get a lock that another process holds.
const lockRetry = 20 * time.Millisecond

// lock locks the file of a document until release is called or the process ends. Every call opens the file anew,
// because the lock belongs to the open file: two holders within one process exclude each other, too. The file is never
// deleted: somebody who waits for a deleted file would share the lock with one who creates it again. Its name is a
// hash, because a key may hold what no file name may.
func lock(ctx context.Context, dir, key string) (release func(), err error) {
	dir, err = lockDir(dir)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(key))
	path := filepath.Join(dir, hex.EncodeToString(sum[:]))
	// NFS grants an exclusive lock only on a file that is open for writing (flock(2), Linux man pages 6.9).
	file := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
	if _, err := file.TryLockContext(ctx, lockRetry); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("cannot lock %s against other processes with the file %s; "+
			"the directory must allow this user to create, write and lock files: %w", key, path, err)
	}
	// An error leaves the file locked until the process ends; the outcome of the change is known and more useful.
	return func() { _ = file.Unlock() }, nil
}

// lockDir returns the directory of lock files and creates it when it is missing.
func lockDir(dir string) (string, error) {
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("no directory for lock files, which keep other processes from changing the same document; "+
				"give this user a home or cache directory: %w", err)
		}
		dir = filepath.Join(cache, "terraform-provider-srr", "locks")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("cannot create the directory %s for lock files, which keep other processes from changing "+
			"the same document: %w", dir, err)
	}
	return dir, nil
}
