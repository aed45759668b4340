package torture

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Progress keeps the verdicts of a round in a file below the user's cache directory, so that a stopped round goes on.
// A round ends with Finish, or when a source file of the project changes.
type Progress struct {
	file  *os.File
	known []Verdict
}

// OpenProgress opens the file of the round for the source tree at root. With fresh, a new round begins.
func OpenProgress(root string, fresh bool) (*Progress, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(cache, "terraform-provider-srr", "torture")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	round, err := fingerprint(root)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, round+".jsonl")
	if fresh {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
	p := &Progress{}
	if err := p.read(path); err != nil {
		return nil, err
	}
	p.file, err = os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	return p, err
}

// read takes in the verdicts of a file. A last line that was cut off is left out.
func (p *Progress) read(path string) error {
	raw, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	for line := range bytes.Lines(raw) {
		var v Verdict
		if json.Unmarshal(line, &v) == nil && v.Detail == "" {
			p.known = append(p.known, v)
		}
	}
	return err
}

// Verdicts are those of the round so far; what ended badly is not among them and is tried again.
func (p *Progress) Verdicts() []Verdict { return p.known }

// Add notes a verdict.
func (p *Progress) Add(v Verdict) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = p.file.Write(append(raw, '\n'))
	return err
}

// Close ends the work and keeps the round.
func (p *Progress) Close() error { return p.file.Close() }

// Finish ends the round.
func (p *Progress) Finish() error { return errors.Join(p.file.Close(), os.Remove(p.file.Name())) }

// fingerprint names a state of the sources that decide what a trial does.
func fingerprint(root string) (string, error) {
	sum := sha256.New()
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		raw, err := os.ReadFile(path)
		if err == nil {
			_, err = sum.Write(append([]byte(path+"\x00"), raw...))
		}
		return err
	})
	return hex.EncodeToString(sum.Sum(nil))[:16], err
}
