package torture

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"sync"
)

// secrets looks for the secret keys in what programs print and write, in every spelling in which they could leak.
type secrets struct {
	forms [][]byte

	mu       sync.Mutex
	searched int64 // bytes
	found    []string
}

func newSecrets(texts ...string) *secrets {
	s := &secrets{}
	for _, text := range texts {
		s.forms = append(s.forms, forms(text)...)
	}
	return s
}

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
	s.mu.Lock()
	defer s.mu.Unlock()
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
