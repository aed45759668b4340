// Package round keeps what long checks have done in a file of the user's cache directory, so that a check which was
// stopped goes on where it was.
package round

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// Round is one pass of a check over all of its parts. It ends with Finish, or when a source of the project or what it is
// checked with changes. It is safe for concurrent use.
type Round struct {
	mu     sync.Mutex
	file   *os.File
	known  map[string]json.RawMessage // of the parts that are done
	failed map[string]bool            // parts that were bad once, whatever came later
}

type line struct {
	Part   string
	Result json.RawMessage
	Bad    bool `json:",omitempty"`
}

// Open goes on with the round of a check for the source tree at root. With says what it is checked with, such as the
// version of a program. With fresh, a new one begins.
func Open(root, check, with string, fresh bool) (*Round, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(cache, "terraform-provider-srr", "rounds")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	tree, err := fingerprint(root, with)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, check+"-"+tree+".jsonl")
	if fresh {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
	r := &Round{known: map[string]json.RawMessage{}, failed: map[string]bool{}}
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
			r.take(l)
		}
	}
	return err
}

func (r *Round) take(l line) {
	if l.Bad {
		r.failed[l.Part] = true
		delete(r.known, l.Part)
		return
	}
	r.known[l.Part] = l.Result
}

// Done reads the good result of a part into into and reports whether there is one. After a bad one, the part is not done.
func (r *Round) Done(part string, into any) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	raw, found := r.known[part]
	return found && json.Unmarshal(raw, into) == nil
}

// Add notes the result of a part, and whether it is good.
func (r *Round) Add(part string, result any, good bool) error {
	raw, err := json.Marshal(result)
	if err != nil {
		return err
	}
	added := line{part, raw, !good}
	text, err := json.Marshal(added)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.take(added)
	_, err = r.file.Write(append(text, '\n'))
	return err
}

// Failed are the parts that were bad at any time of the round. A good result later does not excuse a bad one.
func (r *Round) Failed() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.failed))
}

// Close stops here; the round stays open.
func (r *Round) Close() error { return r.file.Close() }

// Finish ends the round: the next one begins anew.
func (r *Round) Finish() error { return errors.Join(r.file.Close(), os.Remove(r.file.Name())) }

// fingerprint names a state of everything that decides about a result.
func fingerprint(root, with string) (string, error) {
	sum := sha256.New()
	_, _ = io.WriteString(sum, with) // never fails
	for _, name := range []string{"go.mod", "go.sum", "main.go", "internal", "cmd"} {
		if err := addSources(sum, filepath.Join(root, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil))[:16], nil
}

// addSources adds a file, or the Go files of a directory.
func addSources(sum io.Writer, at string) error {
	return filepath.WalkDir(at, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path != at && filepath.Ext(path) != ".go" {
			return err
		}
		raw, err := os.ReadFile(path) //nolint:gosec // a file of the source tree
		if err == nil {
			_, err = sum.Write(append([]byte(path+"\x00"), raw...))
		}
		return err
	})
}
