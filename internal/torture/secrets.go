package torture

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// secrets looks for the secret keys in what programs print and write, in every spelling in which they could leak.
type secrets struct {
	forms    [][]byte
	searched int64 // bytes
	found    []string
}

func newSecrets() *secrets {
	return &secrets{forms: append(forms(emulator.SourceKeyPair().Secret), forms(emulator.DestinationKeyPair().Secret)...)}
}

// forget begins a new search.
func (s *secrets) forget() { s.searched, s.found = 0, nil }

// forms are the spellings of one secret.
func forms(secret string) [][]byte {
	raw := []byte(secret)
	quoted, err := json.Marshal(secret)
	if err != nil {
		panic(err) // a string can always be written
	}
	list := [][]byte{
		raw, bytes.Trim(quoted, `"`), []byte(url.QueryEscape(secret)), []byte(url.PathEscape(secret)),
		[]byte(hex.EncodeToString(raw)), bytes.ToUpper([]byte(hex.EncodeToString(raw))),
	}
	// Base64 of a text that holds the secret somewhere: the middle of each of the three alignments.
	for shift := range 3 {
		encoded := base64.StdEncoding.EncodeToString(append(make([]byte, shift), raw...))
		web := base64.URLEncoding.EncodeToString(append(make([]byte, shift), raw...))
		list = append(list, []byte(encoded[4:len(encoded)-4]), []byte(web[4:len(web)-4]))
	}
	return list
}

// search notes where a secret is; the texts themselves are not kept.
func (s *secrets) search(where string, texts ...[]byte) {
	for _, text := range texts {
		s.searched += int64(len(text))
		for _, form := range s.forms {
			if bytes.Contains(text, form) {
				s.found = append(s.found, where)
				break
			}
		}
	}
}

const (
	planFile = "planned"
	logFile  = "trace.log"
)

// searchFiles searches what a command has written in its directory: states, the parts of a plan, and the log, which
// is removed.
func (s *secrets) searchFiles(dir string) error {
	for _, name := range []string{stateFile, stateFile + ".backup", "errored.tfstate", logFile} {
		raw, err := os.ReadFile(filepath.Join(dir, name)) //nolint:gosec // in a directory of our own
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		s.search(name, raw)
	}
	if err := os.Remove(filepath.Join(dir, logFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return s.searchPlan(filepath.Join(dir, planFile))
}

// searchPlan searches the parts of a plan, which is a compressed archive, and removes it.
func (s *secrets) searchPlan(path string) error {
	archive, err := zip.OpenReader(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, member := range archive.File {
		text, err := fs.ReadFile(archive, member.Name)
		if err != nil {
			return errors.Join(err, archive.Close())
		}
		s.search(planFile+"/"+member.Name, text)
	}
	return errors.Join(archive.Close(), os.Remove(path))
}
