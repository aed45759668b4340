package check

import (
	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// Enabled is the versioning of a bucket that keeps versions.
const Enabled = "Enabled"

// Suspended is the versioning of a bucket that had it enabled once.
const Suspended = "Suspended"

// buckets judges the two buckets by themselves.
func (j *judge) buckets() []Verdict {
	return []Verdict{j.sourceBucket(), j.destinationBucket(), j.regions(), j.versioning()}
}

func (j *judge) sourceBucket() Verdict {
	const id = "source_bucket"
	f, role := j.facts.Source, j.facts.RoleAccount
	switch {
	case f.Known() && role != "" && f.Value.OwnerID != role:
		return fail(id, "Use a role of the account that owns the source bucket.", "bucket %s belongs to account %s, the role to account %s", j.SourceBucket, f.Value.OwnerID, role)
	case f.Known():
		return ok(id, "bucket %s of account %s", j.SourceBucket, f.Value.OwnerID)
	case alicloud.IsForeignBucket(f.Err) && role == j.facts.Caller.ID && j.facts.Buckets.Known() && !j.facts.lists(j.SourceBucket):
		return fail(id, "Use a role of the account that owns the source bucket, or the provider block of that account.", "bucket %s belongs to another account than the role, %s", j.SourceBucket, role)
	}
	return j.absent(id, j.SourceBucket, f)
}

func (j *judge) destinationBucket() Verdict {
	const id = "destination_bucket"
	if f := j.facts.Destination; !f.Known() {
		return j.absent(id, j.DestinationBucket, f)
	}
	owner := j.facts.Destination.Value.OwnerID
	if owner == j.facts.RoleAccount {
		return ok(id, "bucket %s of account %s, which owns the source as well", j.DestinationBucket, owner)
	}
	return ok(id, "bucket %s of account %s", j.DestinationBucket, owner)
}

// absent is about a bucket that did not show. OSS tells a bucket that nobody owns
// from one of another account (OSS error code pages, 2026), but gives a RAM user
// without any permission the answer of a stranger, EC 0003-00000001.
func (j *judge) absent(id, bucket string, f Fact[alicloud.BucketInfo]) Verdict {
	const advice = "Run the check with the provider block of the account that owns the bucket, too"
	switch reason := j.facts.unasked(bucket, f); {
	case alicloud.HasCode(f.Err, codeBucketMissing):
		return fail(id, "Create the bucket, or correct its name.", "%s", reason)
	case alicloud.IsOtherRegion(f.Err):
		return unknown(id, "See regions.", "%s", reason)
	case reason != "" && !j.facts.Buckets.Known():
		return unknown(id, advice+"; if it is this account's, allow the provider's identity oss:GetBucketInfo on bucket "+bucket+".", "%s", reason)
	case reason != "":
		return unknown(id, advice+".", "%s", reason)
	}
	return unseen(id, f)
}

// namedBucket is a bucket with its name, which is known without a call.
type namedBucket struct {
	name string
	Fact[alicloud.BucketInfo]
}

func (j *judge) both() []namedBucket {
	return []namedBucket{{j.SourceBucket, j.facts.Source}, {j.DestinationBucket, j.facts.Destination}}
}

// regions: within one account and another, same-region replication needs buckets,
// key and provider block in one region.
func (j *judge) regions() Verdict {
	const id = "regions"
	const advice = "Use buckets and a key of one region, and a provider block with that region."
	source, destination := j.facts.Source, j.facts.Destination
	for _, b := range j.both() {
		if alicloud.IsOtherRegion(b.Err) || b.Known() && b.Value.Region != j.facts.Region {
			return fail(id, advice, "bucket %s is not in %s, where the provider block works", b.name, j.facts.Region)
		}
	}
	if j.ReplicaKey != nil && j.ReplicaKey.Region != j.facts.Region {
		return fail(id, advice, "the replica key is in %s, the provider block works in %s", j.ReplicaKey.Region, j.facts.Region)
	}
	ruleFits := j.pair != nil && source.Known() && j.pair.DestinationLocation == source.Value.Location
	switch {
	case j.pair != nil && source.Known() && !ruleFits:
		return fail(id, advice, "the rule %s goes from %s to %s", j.pair.ID, source.Value.Location, j.pair.DestinationLocation)
	case source.Known() && (destination.Known() || ruleFits):
		return ok(id, "both buckets are in %s", j.facts.Region)
	}
	return unknown(id, "Run the check for the other account, too.", "only one of the buckets was seen, in %s", j.facts.Region)
}

// versioning: a rule needs the same on both sides, and while it exists OSS lets
// nobody change it (OSS replication page and EC 0012-00000005, 2026).
func (j *judge) versioning() Verdict {
	const id = "versioning"
	source, destination := j.facts.Source, j.facts.Destination
	for _, b := range j.both() {
		if b.Known() && b.Value.Versioning == Suspended {
			return fail(id, "Enable versioning of the bucket again.", "versioning of bucket %s is suspended", b.name)
		}
	}
	switch {
	case source.Known() && destination.Known() && source.Value.Versioning != destination.Value.Versioning:
		return fail(id, "Enable versioning on both buckets, or on none.", "versioning is %s on %s and %s on %s",
			orNever(source.Value.Versioning), j.SourceBucket, orNever(destination.Value.Versioning), j.DestinationBucket)
	case source.Known() && destination.Known():
		return ok(id, "versioning of both buckets is %s", orNever(source.Value.Versioning))
	case source.Known() && j.pair != nil:
		return ok(id, "versioning of %s is %s, and OSS took a rule for both buckets", j.SourceBucket, orNever(source.Value.Versioning))
	case source.Known():
		return unknown(id, "Run the check for the other account, too, and compare.", "versioning of %s is %s", j.SourceBucket, orNever(source.Value.Versioning))
	case destination.Known():
		return unknown(id, "Run the check for the other account, too, and compare.", "versioning of %s is %s", j.DestinationBucket, orNever(destination.Value.Versioning))
	}
	return unseen(id, source)
}

func orNever(versioning string) string {
	if versioning == "" {
		return "not set"
	}
	return versioning
}
