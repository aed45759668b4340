// Package check is the pre-flight of a replication: it reads what one account
// may read and judges, cause by cause, whether objects would be copied. The
// service reports none of these causes: a rule says doing, and nothing arrives.
//
// Nothing here writes, and nothing here knows Terraform.
package check

import (
	"slices"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// Status is how one verdict ends.
type Status string

const (
	// OK means that this cause does not stop replication.
	OK Status = "ok"
	// Fail means that objects are not copied, or a rule cannot be made, until
	// this is changed.
	Fail Status = "fail"
	// Warn means that some objects may not be copied, or nothing yet.
	Warn Status = "warn"
	// Unknown means that this account could not see it. It is never a guess.
	Unknown Status = "unknown"
)

// Verdict is the answer about one cause.
type Verdict struct {
	// ID names the cause and never changes.
	ID     string
	Status Status
	// Seen is what was read, Advice what to do; Advice is empty for OK.
	Seen, Advice string
}

// Report holds a verdict for every cause, in a fixed order.
type Report []Verdict

// Ready says that no verdict is Fail.
func (r Report) Ready() bool { return !r.has(Fail) }

// Complete says that no verdict is Unknown.
func (r Report) Complete() bool { return !r.has(Unknown) }

func (r Report) has(status Status) bool {
	for _, v := range r {
		if v.Status == status {
			return true
		}
	}
	return false
}

// Input is the replication that is asked about. What is left out is not compared
// with an existing rule.
type Input struct {
	SourceBucket, DestinationBucket string
	// Role is the role that OSS assumes. Without its account it is looked for in
	// the account that owns the source bucket.
	Role replication.Role
	// ReplicaKey is the key for replicas; nil when none is given.
	ReplicaKey *replication.Key
	Prefixes   []string
	TagMatch   replication.Match
	Tags       []replication.Tag
	// Deletes and History are what the rule is to do with deletions and with
	// objects from before it.
	Deletes, History *bool
}

// RolePolicy is a policy that is attached to the role; Err says why its document
// could not be read.
type RolePolicy struct {
	Name, Document string
	Err            error
}

// Neighbours are the rules of the other buckets of the account and region.
type Neighbours struct {
	Rules map[string][]alicloud.Rule
	// Refused counts buckets whose rules could not be read, Refusal says why the
	// first of them could not.
	Refused int
	Refusal error
	// Beyond counts buckets that were not asked for, because there are too many.
	Beyond int
}

// Fact is something that was read, or why it was not.
type Fact[T any] struct {
	Value T
	Err   error
	// Elsewhere says why this account does not ask; "" when it did.
	Elsewhere string
}

// Known says that it was read.
func (f Fact[T]) Known() bool { return f.Err == nil && f.Elsewhere == "" }

// Facts are what one account sees of a replication.
type Facts struct {
	Caller alicloud.Account
	// Region is where the client works.
	Region string
	// RoleAccount is the account of the role, "" when nobody says.
	RoleAccount string
	// Buckets are those of the caller's account, in all regions.
	Buckets                         Fact[[]alicloud.BucketSummary]
	Source, Destination             Fact[alicloud.BucketInfo]
	SourcePolicy, DestinationPolicy Fact[[]byte]
	Role                            Fact[alicloud.Role]
	Policies                        Fact[[]RolePolicy]
	// Rules are those of the source bucket, Onward those of the destination.
	Rules, Onward Fact[[]alicloud.Rule]
	Neighbours    Fact[Neighbours]
	// Key is the key for replicas, SourceKey that of the source's default
	// encryption.
	Key, SourceKey             Fact[alicloud.Key]
	KeyPolicy, SourceKeyPolicy Fact[[]byte]
	// Sharing is that of the key's KMS instance.
	Sharing Fact[alicloud.InstanceSharing]
}

// lists says that the account has the bucket. A bucket that the list lacks is
// another account's; without a list nobody knows.
func (f *Facts) lists(bucket string) bool {
	return f.Buckets.Known() && slices.ContainsFunc(f.Buckets.Value, func(b alicloud.BucketSummary) bool { return b.Name == bucket })
}

// Judge gives a verdict on every cause. It is pure: the same facts always give
// the same report.
func Judge(in Input, facts Facts) Report {
	j := newJudge(in, facts)
	var report Report
	for _, judged := range []func() []Verdict{
		j.buckets, j.role, j.rolePolicies, j.destinationStatement, j.denies, j.encryption, j.sourceKeys, j.key, j.rule, j.topology,
	} {
		report = append(report, judged()...)
	}
	return report
}
