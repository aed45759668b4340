package replication

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of a rule. Source: OSS PutBucketReplication page (2026-03).
const (
	DefaultPrefixLimit = 10
	MaxPrefixLimit     = 100
	MaxPrefixBytes     = 1023
	MaxTags            = 10
	MaxTagKey          = 128
	MaxTagValue        = 256
	MaxRulesPerBucket  = 100
)

// States of a rule as GetBucketReplication reports them.
const (
	StatusStarting = "starting"
	StatusDoing    = "doing"
	StatusClosing  = "closing"
)

// Match says how the tags of a filter combine.
type Match string

// The two ways tags combine: AND and OR in the service's words.
const (
	MatchAll Match = "all"
	MatchAny Match = "any"
)

// Tag is one object tag of a filter.
type Tag struct{ Key, Value string }

// Rule is a replication rule without anything volatile. Order of prefixes and
// tags carries no meaning.
type Rule struct {
	ID                string
	SourceBucket      string
	DestinationBucket string
	Location          string // with the oss- prefix, as the service says of the source bucket
	Role              string // name as sent in SyncRole
	History           bool
	Deletes           bool // Action ALL instead of PUT
	Prefixes          []string
	TagMatch          Match
	Tags              []Tag
	ReplicaKeyID      string // key ARN, "" when KMS objects are skipped
}

// CheckPrefix accepts one prefix of a rule on the given bucket (OSS
// PutBucketReplication and SRR pages: at most 1,023 bytes, UTF-8, no wildcard at the
// end, no bucket name in front).
func CheckPrefix(prefix, bucket string) error {
	switch {
	case prefix == "":
		return errors.New("a prefix must not be empty; leave prefixes out to replicate the whole bucket")
	case !utf8.ValidString(prefix):
		return fmt.Errorf("prefix %q is not UTF-8", prefix)
	case len(prefix) > MaxPrefixBytes:
		return fmt.Errorf("prefix has %d bytes, allowed are %d", len(prefix), MaxPrefixBytes)
	case !matches(prefix, isXMLCharacter):
		return fmt.Errorf("prefix %q holds a character that cannot be written in XML, the language of the OSS API", prefix)
	case strings.HasSuffix(prefix, "*"):
		return fmt.Errorf("prefix %q ends in \"*\"; a prefix matches by itself, wildcards are not supported", prefix)
	case bucket != "" && strings.HasPrefix(prefix, bucket+"/"):
		return fmt.Errorf("prefix %q begins with the bucket's name; a prefix is a part of the object key only", prefix)
	}
	return nil
}

// isXMLCharacter is the Char production of XML 1.0.
func isXMLCharacter(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000
}

// NestedPrefixes finds a pair of which one contains the other; the service
// refuses such rules (OSS EC 0031-00000019).
func NestedPrefixes(prefixes []string) (outer, inner string, found bool) {
	ordered := slices.Clone(prefixes)
	slices.Sort(ordered)
	for i := 1; i < len(ordered); i++ {
		if strings.HasPrefix(ordered[i], ordered[i-1]) {
			return ordered[i-1], ordered[i], true
		}
	}
	return "", "", false
}

// CheckTagKey accepts the key of a tag (OSS PutBucketReplication page, 2026-03: 1 to
// 128 characters of letters, digits, space and + - = . _ : /).
func CheckTagKey(key string) error {
	if n := utf8.RuneCountInString(key); n < 1 || n > MaxTagKey {
		return fmt.Errorf("tag key has %d characters, allowed are 1 to %d", n, MaxTagKey)
	}
	if !matches(key, isTagCharacter) {
		return fmt.Errorf("tag key %q may hold only letters, digits, space and + - = . _ : /", key)
	}
	return nil
}

// CheckTagValue accepts the value of a tag (same page: up to 256 characters of the
// same kind).
func CheckTagValue(value string) error {
	if n := utf8.RuneCountInString(value); n > MaxTagValue {
		return fmt.Errorf("tag value has %d characters, allowed are %d", n, MaxTagValue)
	}
	if !matches(value, isTagCharacter) {
		return fmt.Errorf("tag value %q may hold only letters, digits, space and + - = . _ : /", value)
	}
	return nil
}

func isTagCharacter(r rune) bool { return isAlnum(r) || strings.ContainsRune(" +-=._:/", r) }

// CheckTags accepts the tags of one filter as a whole.
func CheckTags(match Match, tags []Tag) error {
	if len(tags) < 1 || len(tags) > MaxTags {
		return fmt.Errorf("a tag filter holds %d tags, allowed are 1 to %d", len(tags), MaxTags)
	}
	seen := map[string]bool{}
	for _, t := range tags {
		if seen[t.Key] && match == MatchAll {
			return fmt.Errorf("tag key %q is listed twice; no object can carry both values, so \"all\" would match nothing", t.Key)
		}
		seen[t.Key] = true
	}
	return nil
}

// Differences names the immutable fields in which two rules differ, in a fixed
// order, in the words of the Terraform configuration. An empty role on either
// side is unknown, not different: the service may leave it out of its answers.
func (r Rule) Differences(other Rule) []string {
	var names []string
	add := func(name string, differ bool) {
		if differ {
			names = append(names, name)
		}
	}
	add("source_bucket", r.SourceBucket != other.SourceBucket)
	add("destination_bucket", r.DestinationBucket != other.DestinationBucket)
	add("role", r.Role != "" && other.Role != "" && !sameRole(r.Role, other.Role))
	add("replicate_history", r.History != other.History)
	add("replicate_deletes", r.Deletes != other.Deletes)
	add("prefixes", !slices.Equal(sorted(r.Prefixes), sorted(other.Prefixes)))
	add("tag_filter", !sameTags(r, other))
	add("replica_kms_key_id", r.ReplicaKeyID != other.ReplicaKeyID)
	return names
}

func sameRole(a, b string) bool {
	left, errLeft := ParseRole(a)
	right, errRight := ParseRole(b)
	if errLeft != nil || errRight != nil {
		return a == b
	}
	return left.Same(right)
}

func sameTags(a, b Rule) bool {
	if len(a.Tags) > 0 && a.TagMatch != b.TagMatch && (len(a.Tags) > 1 || len(b.Tags) > 1) {
		return false
	}
	order := func(x, y Tag) int {
		return strings.Compare(x.Key+"\x00"+x.Value, y.Key+"\x00"+y.Value)
	}
	left, right := slices.Clone(a.Tags), slices.Clone(b.Tags)
	slices.SortFunc(left, order)
	slices.SortFunc(right, order)
	return slices.Equal(left, right)
}
