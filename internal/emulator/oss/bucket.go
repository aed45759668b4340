package oss

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
)

// bucket is a bucket at work: the configuration, with objects, uploads and rules
// in the shape the calls need. The lists of the embedded Bucket stay empty.
type bucket struct {
	Bucket
	versions map[string][]*Object // by key, newest first
	ordered  []string             // what keys returned; nil when a key came or went since
	uploads  map[string]*Upload
	rules    []*rule
	changed  uint64           // number of the last change of an object
	document *access.Document // what of the policy is in force; nil when none
}

func newBucket(b Bucket) *bucket {
	b.Objects, b.Uploads, b.Rules = nil, nil, nil
	made := &bucket{Bucket: b, versions: map[string][]*Object{}, uploads: map[string]*Upload{}}
	made.enforcePolicy()
	return made
}

// nullVersion is the version id of objects written without versioning.
const nullVersion = "null"

func (b *bucket) location() string { return location(b.Region) }

// hangzhouFinance is the region whose location does not have its name (OSS
// "Regions and endpoints" page, 2026-02).
const hangzhouFinance, locationOfHangzhouFinance = "cn-hangzhou-finance", "oss-cn-hzfinance"

// location is what OSS calls a region.
func location(region string) string {
	if region == hangzhouFinance {
		return locationOfHangzhouFinance
	}
	return "oss-" + region
}

func (b *bucket) acl() string { return orElse(b.ACL, "private") }

// effectiveACL is what an ACL means here: Block Public Access ignores grants to
// everybody (OSS "Block Public Access" page).
func (b *bucket) effectiveACL(object *Object) string {
	if b.BlockPublicAccess {
		return "private"
	}
	if object != nil && object.ACL != "" && object.ACL != "default" {
		return object.ACL
	}
	return b.acl()
}

// enforcePolicy parses the stored policy. Under Block Public Access, statements
// that open the bucket to everybody are without effect.
func (b *bucket) enforcePolicy() {
	b.document = nil
	if b.Policy == "" {
		return
	}
	text := []byte(b.Policy)
	if b.BlockPublicAccess {
		text = withoutPublicStatements(text)
	}
	if document, err := access.Parse(access.BucketPolicy, text); err == nil {
		b.document = document
	}
}

func withoutPublicStatements(text []byte) []byte {
	var whole struct {
		Version   string
		Statement []json.RawMessage
	}
	if json.Unmarshal(text, &whole) != nil {
		return text
	}
	whole.Statement = slices.DeleteFunc(whole.Statement, func(statement json.RawMessage) bool {
		document, err := access.Parse(access.BucketPolicy, []byte(`{"Version":"1","Statement":[`+string(statement)+`]}`))
		return err == nil && access.IsPublic(document)
	})
	kept, err := json.Marshal(whole)
	if err != nil {
		return text
	}
	return kept
}

// resource is the name of the bucket or of one of its objects in policies.
func (b *bucket) resource(key string) string {
	name := "acs:oss:" + b.Region + ":" + b.Owner + ":" + b.Name
	if key != "" {
		name += "/" + key
	}
	return name
}

// keys lists the keys in the order of their bytes. The list is kept, because
// every page of a listing needs it, and must not be changed.
func (b *bucket) keys() []string {
	if b.ordered == nil {
		b.ordered = slices.Sorted(maps.Keys(b.versions))
	}
	return b.ordered
}

// latest is the current version of a key, nil when there is none; it may be a
// delete marker.
func (b *bucket) latest(key string) *Object {
	if list := b.versions[key]; len(list) > 0 {
		return list[0]
	}
	return nil
}

func (b *bucket) version(key, id string) *Object {
	for _, o := range b.versions[key] {
		if o.VersionID == id {
			return o
		}
	}
	return nil
}

// insert adds a version in its place: versions are ordered by the sequence of
// their writing, also when a replica arrives late.
func (b *bucket) insert(o *Object) {
	b.drop(o.Key, o.VersionID)
	list := b.versions[o.Key]
	if len(list) == 0 {
		b.ordered = nil
	}
	at := 0
	for at < len(list) && list[at].Sequence > o.Sequence {
		at++
	}
	b.versions[o.Key] = slices.Insert(list, at, o)
}

// drop removes a version and returns it, nil when there was none.
func (b *bucket) drop(key, id string) *Object {
	list := b.versions[key]
	for i, o := range list {
		if o.VersionID != id {
			continue
		}
		if len(list) == 1 {
			delete(b.versions, key)
			b.ordered = nil
		} else {
			b.versions[key] = slices.Delete(list, i, i+1)
		}
		return o
	}
	return nil
}

// retained reports whether an object that exists may not be touched yet.
func (b *bucket) retained(key, id string, now time.Time) bool {
	return now.Before(b.RetentionUntil) && b.version(key, id) != nil
}

// write stores a new version as the bucket's versioning says and gives it its
// version id.
func (s *Service) write(b *bucket, o *Object) {
	s.sequence++
	o.Sequence, o.Changed = s.sequence, s.sequence
	o.Modified = s.options.Clock.Now().Truncate(time.Second)
	o.VersionID = nullVersion
	if b.Versioning == "Enabled" {
		o.VersionID = newVersionID()
	}
	b.insert(o)
	b.changed = s.sequence
}

// touch notes a change of ACL or tags.
func (s *Service) touch(b *bucket, o *Object) {
	s.sequence++
	o.Changed, b.changed = s.sequence, s.sequence
}

// remove carries out DeleteObject: with a version id that version goes; without
// one a delete marker is added, or the only version goes.
func (s *Service) remove(b *bucket, key, id string) (removed, marker *Object) {
	switch {
	case id != "":
		removed = b.drop(key, id)
	case b.Versioning == "":
		removed = b.drop(key, nullVersion)
	default:
		marker = &Object{Key: key, DeleteMarker: true}
		s.write(b, marker)
		return nil, marker
	}
	if removed != nil {
		s.noteDeletion(b, removed)
	}
	return removed, nil
}

func (s *Service) noteDeletion(b *bucket, removed *Object) {
	s.sequence++
	b.changed = s.sequence
	for _, r := range b.rules {
		r.forget(removed.Key, removed.VersionID)
		if r.Closed.IsZero() && r.copiesDeletes() && r.coversKey(removed.Key) {
			r.Deletions = append(r.Deletions, Deletion{
				Key: removed.Key, VersionID: removed.VersionID, Sequence: s.sequence, At: s.options.Clock.Now(),
			})
		}
	}
}

func orElse(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}

func validBucketName(name string) bool {
	if len(name) < 3 || len(name) > 63 || strings.Trim(name, "-") != name {
		return false
	}
	for i := 0; i < len(name); i++ {
		c := name[i]
		if c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}
