package oss

import (
	"crypto/md5" //nolint:gosec // the protocol's checksum
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash/crc64"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// Limits of tags (OSS "Object tagging" page).
const (
	maxTags     = 10
	maxTagKey   = 128
	maxTagValue = 256
)

// seal computes the ETag of a simple object.
func (o *Object) seal() {
	if o.ETag == "" && !o.DeleteMarker {
		sum := md5.Sum(o.Data) //nolint:gosec // the protocol's checksum
		o.ETag = strings.ToUpper(hex.EncodeToString(sum[:]))
	}
}

func (o *Object) contentMD5() string {
	sum := md5.Sum(o.Data) //nolint:gosec // the protocol's checksum
	return base64.StdEncoding.EncodeToString(sum[:])
}

// checksum is the CRC-64 of ECMA-182, in decimal.
func (o *Object) checksum() string {
	return strconv.FormatUint(crc64.Checksum(o.Data, crc64.MakeTable(crc64.ECMA)), 10)
}

func (o *Object) kind() string {
	if o.Parts > 0 {
		return "Multipart"
	}
	return "Normal"
}

// clone copies what a change could share; bytes are never changed in place.
func (o *Object) clone() *Object {
	copied := *o
	copied.Headers, copied.Metadata, copied.Tags = maps.Clone(o.Headers), maps.Clone(o.Metadata), slices.Clone(o.Tags)
	if o.Encryption != nil {
		encryption := *o.Encryption
		copied.Encryption = &encryption
	}
	return &copied
}

func sortTags(tags []Tag) {
	sort.Slice(tags, func(i, j int) bool { return tags[i].Key < tags[j].Key })
}

func validTags(tags []Tag) bool {
	if len(tags) > maxTags {
		return false
	}
	seen := map[string]bool{}
	for _, t := range tags {
		if !t.valid() || seen[t.Key] {
			return false
		}
		seen[t.Key] = true
	}
	return true
}

// valid: letters, digits, spaces and + - = . _ : / (OSS "Object tagging" page).
func (t Tag) valid() bool {
	return t.Key != "" && utf8.RuneCountInString(t.Key) <= maxTagKey && utf8.RuneCountInString(t.Value) <= maxTagValue &&
		strings.IndexFunc(t.Key+t.Value, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" +-=._:/", r)
		}) < 0
}

func errInvalidTags(text string) *cloud.Error {
	e := errInvalidArgument("The tag set is invalid.", "x-oss-tagging", text)
	e.Code = "InvalidTag"
	return e
}

// newVersionID looks like the service's: opaque text of 64 characters that
// begins with CAEQ.
func newVersionID() string {
	raw := make([]byte, 45)
	_, _ = rand.Read(raw) // never fails (crypto/rand, Go 1.24)
	return "CAEQ" + base64.RawURLEncoding.EncodeToString(raw)
}

// newID is a random UUID, as the service gives to rules.
func newID() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // never fails (crypto/rand, Go 1.24)
	raw[6], raw[8] = raw[6]&0x0f|0x40, raw[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", raw[0:4], raw[4:6], raw[6:8], raw[8:10], raw[10:])
}
