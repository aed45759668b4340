package oss

import (
	"errors"
	"fmt"
	"slices"
	"sort"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
)

// State is a copy of everything, settled, in a stable order.
func (s *Service) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replicate()
	state := State{Sequence: s.sequence, Buckets: []Bucket{}}
	for _, b := range s.sorted() {
		state.Buckets = append(state.Buckets, b.snapshot())
	}
	return state
}

func (b *bucket) snapshot() Bucket {
	shot := b.Bucket
	if b.Encryption != nil {
		encryption := *b.Encryption
		shot.Encryption = &encryption
	}
	for _, key := range b.keys() {
		for _, o := range b.versions[key] {
			shot.Objects = append(shot.Objects, *o.clone())
		}
	}
	for _, upload := range b.uploads {
		copied := *upload
		copied.Object, copied.Parts = *upload.Object.clone(), slices.Clone(upload.Parts)
		shot.Uploads = append(shot.Uploads, copied)
	}
	sort.Slice(shot.Uploads, func(i, j int) bool { return shot.Uploads[i].ID < shot.Uploads[j].ID })
	for _, r := range b.rules {
		shot.Rules = append(shot.Rules, r.snapshot())
	}
	return shot
}

func (r *rule) snapshot() Rule {
	shot := r.Rule
	shot.Prefixes, shot.Deletions = slices.Clone(r.Prefixes), slices.Clone(r.Deletions)
	if r.TagFilter != nil {
		shot.TagFilter = &TagFilter{r.TagFilter.Match, slices.Clone(r.TagFilter.Tags)}
	}
	for _, h := range r.handled {
		shot.Handled = append(shot.Handled, h)
	}
	sort.Slice(shot.Handled, func(i, j int) bool {
		a, b := shot.Handled[i], shot.Handled[j]
		return a.Key < b.Key || a.Key == b.Key && a.VersionID < b.VersionID
	})
	return shot
}

// Load replaces everything. What a hand-written state leaves out is filled in:
// times with now, sequences in the order of the lists, and objects without a
// sequence are history to rules without one. A state that makes no sense is
// refused and changes nothing.
func (s *Service) Load(state State) error {
	loaded := &Service{options: s.options, buckets: map[string]*bucket{}, sequence: state.Sequence}
	for _, given := range state.Buckets {
		if loaded.buckets[given.Name] != nil {
			return fmt.Errorf("bucket %q is there twice", given.Name)
		}
		if err := loaded.loadBucket(given); err != nil {
			return fmt.Errorf("bucket %q: %w", given.Name, err)
		}
	}
	// Rules come last: to a rule without a sequence all objects are history.
	for _, given := range state.Buckets {
		if err := loaded.loadRules(loaded.buckets[given.Name], given.Rules); err != nil {
			return fmt.Errorf("bucket %q: %w", given.Name, err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buckets, s.sequence, s.settled = loaded.buckets, loaded.sequence, settlement{}
	return nil
}

func (s *Service) loadBucket(given Bucket) error {
	if err := given.check(); err != nil {
		return err
	}
	if given.Created.IsZero() {
		given.Created = s.options.Clock.Now()
	}
	if given.Encryption != nil {
		encryption := *given.Encryption
		given.Encryption = &encryption
	}
	b := newBucket(given)
	for i := range given.Objects {
		if err := s.loadObject(b, given.Objects[i].clone()); err != nil {
			return fmt.Errorf("object %q: %w", given.Objects[i].Key, err)
		}
	}
	for _, upload := range given.Uploads {
		if upload.ID == "" || upload.Object.Key == "" || b.uploads[upload.ID] != nil {
			return errors.New("an upload needs an id of its own and a key")
		}
		upload.Object, upload.Parts = *upload.Object.clone(), slices.Clone(upload.Parts)
		b.uploads[upload.ID] = &upload
	}
	s.buckets[b.Name] = b
	return nil
}

func (b Bucket) check() error {
	switch {
	case !validBucketName(b.Name):
		return errors.New("the name is not valid")
	case !isUID(b.Owner):
		return fmt.Errorf("owner %q is not an account UID", b.Owner)
	case b.Region == "" || len(b.Region) > 4 && b.Region[:4] == "oss-":
		return fmt.Errorf("region %q is not a region id such as cn-hangzhou", b.Region)
	case b.Versioning != "" && b.Versioning != "Enabled" && b.Versioning != "Suspended":
		return fmt.Errorf("versioning %q is neither Enabled nor Suspended", b.Versioning)
	case !validACL(b.ACL):
		return fmt.Errorf("acl %q is unknown", b.ACL)
	case !validStorageClass(b.StorageClass):
		return fmt.Errorf("storage class %q is unknown", b.StorageClass)
	}
	if b.Encryption != nil {
		if err := b.Encryption.check(); err != nil {
			return err
		}
	}
	if b.Policy != "" {
		if _, err := access.Parse(access.BucketPolicy, []byte(b.Policy)); err != nil {
			return fmt.Errorf("policy: %w", err)
		}
	}
	return nil
}

func isUID(text string) bool {
	for _, r := range text {
		if r < '0' || r > '9' {
			return false
		}
	}
	return text != ""
}

func (s *Service) loadObject(b *bucket, o *Object) error {
	o.VersionID = orElse(o.VersionID, nullVersion)
	switch {
	case o.Key == "" || len(o.Key) > maxKey:
		return errors.New("the key is empty or too long")
	case b.version(o.Key, o.VersionID) != nil:
		return fmt.Errorf("version %q is there twice", o.VersionID)
	case b.Versioning == "" && o.VersionID != nullVersion:
		return errors.New("a version needs a bucket with versioning")
	case !validTags(o.Tags):
		return errors.New("the tags are not valid")
	case !validStorageClass(o.StorageClass):
		return fmt.Errorf("storage class %q is unknown", o.StorageClass)
	case o.ACL != "default" && !validACL(o.ACL):
		return fmt.Errorf("acl %q is unknown", o.ACL)
	}
	if o.Encryption != nil {
		if err := o.Encryption.check(); err != nil {
			return err
		}
	}
	if o.Sequence == 0 {
		s.sequence++
		o.Sequence = s.sequence
	}
	o.Changed = max(o.Changed, o.Sequence)
	s.sequence = max(s.sequence, o.Changed)
	if o.Modified.IsZero() {
		o.Modified = s.options.Clock.Now()
	}
	o.seal()
	b.insert(o)
	return nil
}

func (s *Service) loadRules(b *bucket, given []Rule) error {
	b.changed = s.sequence
	for _, r := range given {
		switch {
		case r.ID == "" || b.rule(r.ID) != nil:
			return errors.New("a rule needs an id of its own")
		case !validBucketName(r.Destination) || r.Destination == b.Name:
			return fmt.Errorf("rule %q: destination %q is no other bucket", r.ID, r.Destination)
		case r.TagFilter != nil && r.TagFilter.Match != "AND" && r.TagFilter.Match != "OR":
			return fmt.Errorf("rule %q: tags match by AND or OR", r.ID)
		case r.ReplicateKMS && r.ReplicaKMSKeyID == "":
			return fmt.Errorf("rule %q: replicating KMS objects needs a replica key", r.ID)
		}
		if err := checkAction(ruleXML{Action: r.Action}, nil); err != nil {
			return fmt.Errorf("rule %q: %w", r.ID, err)
		}
		if r.Created.IsZero() {
			r.Created, r.After = s.options.Clock.Now(), s.sequence
		}
		r.Location = orElse(r.Location, b.location())
		b.rules = append(b.rules, newRule(r.clone()))
	}
	return nil
}

// clone copies what the caller could change.
func (r Rule) clone() Rule {
	r.Prefixes, r.Deletions = slices.Clone(r.Prefixes), slices.Clone(r.Deletions)
	for i := range r.Deletions {
		r.Deletions[i].VersionID = orElse(r.Deletions[i].VersionID, nullVersion)
	}
	if r.TagFilter != nil {
		r.TagFilter = &TagFilter{r.TagFilter.Match, slices.Clone(r.TagFilter.Tags)}
	}
	return r
}
