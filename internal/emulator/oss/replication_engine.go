package oss

import (
	"math"
	"slices"
	"sort"
	"strconv"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// Replicate runs the replication engine up to the service clock's now: rules
// whose closing is over go, and what is due is copied. What cannot be copied
// stays pending and is tried again the next time.
func (s *Service) Replicate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replicate()
}

func (s *Service) replicate() {
	left := settlement{valid: true, outside: s.outside(), at: s.options.Clock.Now(), untraced: s.options.Revision == nil}
	for _, source := range s.buckets {
		source.rules = slices.DeleteFunc(source.rules, func(r *rule) bool { return s.stateAt(r, left.at) == gone })
		for _, r := range source.rules {
			left.await(s.nextState(r))
			if r.settled != source.changed && s.stateAt(r, left.at) == doing {
				s.run(source, r)
				left.blocked = left.blocked || r.settled != source.changed
			}
		}
	}
	s.settled = left
}

// task is one thing a rule has to carry over: a version or a deletion.
type task struct {
	sequence uint64
	object   *Object
	deletion *Deletion
}

// run carries out a rule's tasks in the order in which they arose.
func (s *Service) run(source *bucket, r *rule) {
	complete := true
	for _, t := range r.tasks(source) {
		if reason := s.perform(source, r, t); reason != "" {
			complete = false
		}
	}
	if complete {
		r.settled = source.changed
	}
}

func (r *rule) tasks(source *bucket) []task {
	var list []task
	for _, versions := range source.versions {
		for _, o := range versions {
			if _, done := r.isHandled(o); !done && r.excludes(o) == "" {
				list = append(list, task{sequence: o.Changed, object: o})
			}
		}
	}
	for i := range r.Deletions {
		deletion := r.Deletions[i]
		list = append(list, task{sequence: deletion.Sequence, deletion: &deletion})
	}
	sort.Slice(list, func(i, j int) bool { return list[i].sequence < list[j].sequence })
	return list
}

// perform carries out a task; the reason is "" when nothing is left to do.
func (s *Service) perform(source *bucket, r *rule, t task) (reason string) {
	if t.deletion != nil {
		return s.replicateDeletion(source, r, *t.deletion)
	}
	encryption, reason := s.obstacle(source, r, t.object)
	if reason == "" {
		s.place(source, r, t.object, encryption)
	}
	return reason
}

// place writes the replica: same key, bytes, version id, time, metadata, tags and
// ACL. A protected object is not overwritten, also not later.
func (s *Service) place(source *bucket, r *rule, o *Object, encryption *Encryption) {
	destination := s.buckets[r.Destination]
	if destination.retained(o.Key, o.VersionID, s.options.Clock.Now()) {
		r.markHandled(o, "the object in the destination is under retention")
		return
	}
	replica := o.clone()
	replica.Encryption, replica.ReplicaOf = encryption, source.Name
	destination.insert(replica)
	r.markHandled(o, "")
}

func (s *Service) replicateDeletion(source *bucket, r *rule, d Deletion) (reason string) {
	if source.version(d.Key, d.VersionID) == nil {
		if reason := s.deletionObstacle(source, r, d); reason != "" {
			return reason
		}
		if destination := s.buckets[r.Destination]; !destination.retained(d.Key, d.VersionID, s.options.Clock.Now()) {
			destination.drop(d.Key, d.VersionID)
		}
	}
	// Written again since, carried out, or refused by retention: over either way.
	r.Deletions = slices.DeleteFunc(r.Deletions, func(other Deletion) bool { return other.Sequence == d.Sequence })
	return ""
}

// excludes says why a rule never copies an object as it is, "" when it does.
func (r *rule) excludes(o *Object) string {
	switch {
	case o.ReplicaOf != "":
		return "the object is a replica, and replicas are not replicated again"
	case r.isHistory(o) && !r.ReplicateHistory:
		return "the object is older than the rule, which does not replicate historical objects"
	case !r.coversKey(o.Key):
		return "the key has none of the rule's prefixes"
	case !r.coversTags(o.Tags):
		return "the tags do not match the rule's tags"
	case o.DeleteMarker:
		if !r.copiesWrites() && !r.copiesDeletes() {
			return "the rule's action " + r.action() + " copies no delete markers"
		}
		return ""
	case !r.copiesWrites():
		return "the rule's action " + r.action() + " copies no objects"
	case o.StorageClass == "ColdArchive" || o.StorageClass == "DeepColdArchive":
		return "objects of storage class " + o.StorageClass + " are not replicated"
	case o.Encryption != nil && o.Encryption.Algorithm == "KMS" && !r.ReplicateKMS:
		return "the object is encrypted with KMS, which the rule does not select"
	}
	return ""
}

// obstacle says what stands in the way of a copy now, "" when nothing does, and
// how the replica is encrypted.
func (s *Service) obstacle(source *bucket, r *rule, o *Object) (*Encryption, string) {
	destination, reason := s.reachable(r)
	if reason != "" {
		return nil, reason
	}
	session, reason := s.actorOf(source, destination, r)
	if reason != "" {
		return nil, reason
	}
	if reason := readObstacle(session, source, r, o); reason != "" {
		return nil, reason
	}
	if o.DeleteMarker {
		if destination.Versioning != "Enabled" {
			return nil, "the destination has no versioning, so that it cannot hold a delete marker"
		}
		if s.options.Switches.MarkersNeedNoDelete && !r.copiesDeletes() {
			return nil, writeObstacle(session, destination, o.Key)
		}
		return nil, deleteObstacle(session, destination, o.Key)
	}
	if reason := writeObstacle(session, destination, o.Key); reason != "" {
		return nil, reason
	}
	return s.replicaEncryption(session, source, destination, r, o)
}

func (s *Service) deletionObstacle(source *bucket, r *rule, d Deletion) string {
	destination, reason := s.reachable(r)
	if reason != "" {
		return reason
	}
	session, reason := s.actorOf(source, destination, r)
	if reason != "" {
		return reason
	}
	return deleteObstacle(session, destination, d.Key)
}

func (s *Service) reachable(r *rule) (*bucket, string) {
	destination := s.buckets[r.Destination]
	switch {
	case destination == nil:
		return nil, "the destination bucket " + r.Destination + " does not exist"
	case destination.location() != r.Location:
		return nil, "the destination bucket " + r.Destination + " is not in " + r.Location
	}
	return destination, ""
}

// actorOf is whoever copies under a rule: the session of its role, or without a
// role the account that owns both buckets.
func (s *Service) actorOf(source, destination *bucket, r *rule) (actor, string) {
	if r.Role == "" {
		if source.Owner != destination.Owner {
			return actor{}, "the rule has no role, and the buckets belong to different accounts"
		}
		return actor{s, cloud.Caller{Kind: cloud.Root, AccountID: source.Owner}}, ""
	}
	session, err := s.options.Roles.ServiceSession(source.Owner, r.Role, ossService)
	if err != nil {
		return actor{}, "OSS cannot assume the role " + r.Role + ": " + err.Message
	}
	return actor{s, session}, ""
}

func readObstacle(session actor, source *bucket, r *rule, o *Object) string {
	switch {
	case r.isHistory(o) && !session.mayOnBucket("oss:ReplicateList", source):
		return session.lacks("oss:ReplicateList", source)
	case r.isHistory(o) && session.bucketDenies("oss:ListObjects", source):
		return "the policy of " + source.Name + " denies oss:ListObjects"
	case !session.may("oss:ReplicateGet", source, o.Key):
		return session.lacks("oss:ReplicateGet", source)
	case session.deniedByBucket("oss:GetObject", source, o.Key):
		return "the policy of " + source.Name + " denies oss:GetObject"
	}
	return ""
}

// writeObstacle: writing also takes a look at what is there, so that the
// destination has to allow oss:ReplicateGet as well (OSS "Permissions for data
// replication" page, 2026-03).
func writeObstacle(session actor, destination *bucket, key string) string {
	switch {
	case !session.may("oss:ReplicatePut", destination, key):
		return session.lacks("oss:ReplicatePut", destination)
	case !session.may("oss:ReplicateGet", destination, key):
		return session.lacks("oss:ReplicateGet", destination)
	case session.deniedByBucket("oss:PutObject", destination, key):
		return "the policy of " + destination.Name + " denies oss:PutObject"
	}
	return ""
}

func deleteObstacle(session actor, destination *bucket, key string) string {
	switch {
	case !session.may("oss:ReplicateDelete", destination, key):
		return session.lacks("oss:ReplicateDelete", destination)
	case session.deniedByBucket("oss:DeleteObject", destination, key):
		return "the policy of " + destination.Name + " denies oss:DeleteObject"
	}
	return ""
}

// progress counts historical objects and looks for the oldest change that has
// not arrived.
func (s *Service) progress(source *bucket, r *rule) *progressXML {
	total, copied := 0, 0
	newest := s.options.Clock.Now()
	for _, versions := range source.versions {
		for _, o := range versions {
			if r.excludes(o) != "" {
				continue
			}
			_, done := r.isHandled(o)
			switch {
			case r.isHistory(o) && done:
				total, copied = total+1, copied+1
			case r.isHistory(o):
				total++
			case !done && o.Modified.Before(newest):
				newest = o.Modified
			}
		}
	}
	for _, d := range r.Deletions {
		if d.At.Before(newest) {
			newest = d.At
		}
	}
	shown := &progressXML{NewObject: isoTime(newest)}
	if r.ReplicateHistory {
		shown.HistoricalObject = fraction(copied, total)
	}
	return shown
}

// fraction has two decimals at most and is never rounded up to 1.
func fraction(part, whole int) string {
	if whole == 0 {
		return "1"
	}
	return strconv.FormatFloat(math.Floor(float64(part)*100/float64(whole))/100, 'f', -1, 64)
}
