// Package round keeps what long checks have done in a file of the user's cache directory, so that a check which was
// stopped goes on where it was.
package round

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// Round is one pass of a check over all of its parts. It ends with Finish, or when a Go file of the project changes.
// It is safe for concurrent use.
type Round struct {
	mu    sync.Mutex
	file  *os.File
	known map[string]json.RawMessage
}

type line struct {
	Part   string
	Result json.RawMessage
}

// Open goes on with the round of a check for the source tree at root. With fresh, a new one begins.
func Open(root, check string, fresh bool) (*Round, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(cache, "terraform-provider-srr", "rounds")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	tree, err := fingerprint(root)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, check+"-"+tree+".jsonl")
	if fresh {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
	r := &Round{known: map[string]json.RawMessage{}}
	if err := r.read(path); err != nil {
		return nil, err
	}
	r.file, err = os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600) //nolint:gosec // below the cache directory
	return r, err
}

// read takes in the lines of a file. One that was cut off is left out.
func (r *Round) read(path string) error {
	raw, err := os.ReadFile(path) //nolint:gosec // below the cache directory
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	for text := range bytes.Lines(raw) {
		var l line
		if json.Unmarshal(text, &l) == nil {
			r.known[l.Part] = l.Result
		}
	}
	return err
}

// Done reads the result of a part into into and reports whether there is one.
func (r *Round) Done(part string, into any) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	raw, found := r.known[part]
	return found && json.Unmarshal(raw, into) == nil
}

// Add notes the result of a part.
func (r *Round) Add(part string, result any) error {
	raw, err := json.Marshal(result)
	if err != nil {
		return err
	}
	text, err := json.Marshal(line{part, raw})
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known[part] = raw
	_, err = r.file.Write(append(text, '\n'))
	return err
}

// Close stops here; the round stays open.
func (r *Round) Close() error { return r.file.Close() }

// Finish ends the round: the next one begins anew.
func (r *Round) Finish() error { return errors.Join(r.file.Close(), os.Remove(r.file.Name())) }

// fingerprint names a state of the sources.
func fingerprint(root string) (string, error) {
	sum := sha256.New()
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		raw, err := os.ReadFile(path) //nolint:gosec // a file of the source tree
		if err == nil {
			_, err = sum.Write(append([]byte(path+"\x00"), raw...))
		}
		return err
	})
	return hex.EncodeToString(sum.Sum(nil))[:16], err
}
