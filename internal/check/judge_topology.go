package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// topology judges the rules around the pair.
func (j *judge) topology() []Verdict {
	return []Verdict{j.chainInto(), j.chainOnward(), j.loop(), j.sourceLimit(), j.destinationLimit()}
}

const chainAdvice = "Replicate from the first bucket to each destination; OSS does not pass replicas on."

// chainInto: an object that arrived by replication is not replicated onward (OSS
// replication page, 2026). The rules of its own account are those that the owner
// of the source can see.
func (j *judge) chainInto() Verdict {
	const id = "chain_into"
	f := j.facts.Neighbours
	var into []string
	for bucket, rules := range f.Value.Rules {
		if leadsTo(rules, j.SourceBucket) {
			into = append(into, bucket)
		}
	}
	switch {
	case len(into) > 0:
		return warn(id, chainAdvice, "objects that arrive in %s from %s are not copied to %s", j.SourceBucket, strings.Join(sorted(into), ", "), j.DestinationBucket)
	case !j.facts.ownsSource(j.SourceBucket):
		return unknown(id, "Run the check with the provider block of the account that owns the source bucket, too.", "account %s is not known to own bucket %s", j.facts.Caller.ID, j.SourceBucket)
	}
	if v, unread := j.unreadNeighbours(id); unread {
		return v
	}
	return ok(id, "no rule into bucket %s among those that this account can see", j.SourceBucket)
}

func (f *Facts) ownsSource(bucket string) bool {
	return f.Source.Known() && f.Source.Value.OwnerID == f.Caller.ID || f.lists(bucket)
}

// unreadNeighbours is the verdict where rules of the account were not read.
func (j *judge) unreadNeighbours(id string) (v Verdict, unread bool) {
	f := j.facts.Neighbours
	switch {
	case !f.Known():
		return unseen(id, f), true
	case f.Value.Refused > 0:
		refused := unreadRules(id, f.Value.Refusal)
		refused.Seen = fmt.Sprintf("the rules of %d other buckets of the account were not read; %s", f.Value.Refused, refused.Seen)
		return refused, true
	case f.Value.Beyond > 0:
		return unknown(id, "Look at the rules of the other buckets, for example with the data source srr_rules.",
			"%d buckets of the account were not asked for their rules; the check asks %d", f.Value.Beyond, maxNeighbours), true
	}
	return Verdict{}, false
}

// unreadRules asks for the permission on all buckets, not on the first that
// refused.
func unreadRules(id string, err error) Verdict {
	v := unread(id, err)
	if alicloud.IsForbidden(err) {
		v.Advice = "Allow the provider's identity oss:GetBucketReplication on all buckets of the account."
	}
	return v
}

// chainOnward looks at the rules of the destination.
func (j *judge) chainOnward() Verdict {
	const id = "chain_onward"
	f := j.facts.Onward
	if !f.Known() {
		return unseen(id, f)
	}
	var onward []string
	for _, r := range f.Value {
		if r.DestinationBucket != j.SourceBucket {
			onward = append(onward, r.DestinationBucket)
		}
	}
	if len(onward) > 0 {
		return warn(id, chainAdvice, "objects that arrive in %s are not copied on to %s", j.DestinationBucket, strings.Join(sorted(onward), ", "))
	}
	return ok(id, "bucket %s has no rule to a third bucket", j.DestinationBucket)
}

func leadsTo(rules []alicloud.Rule, destination string) bool {
	return slices.ContainsFunc(rules, func(r alicloud.Rule) bool { return r.DestinationBucket == destination })
}

// loop: two buckets may replicate to each other.
func (j *judge) loop() Verdict {
	const id = "loop"
	switch f := j.facts.Onward; {
	case !f.Known():
		return unseen(id, f)
	case leadsTo(f.Value, j.SourceBucket):
		return warn(id, "Make sure that both directions are wanted; overwriting in both buckets loses one version.", "bucket %s has a rule back to %s", j.DestinationBucket, j.SourceBucket)
	}
	return ok(id, "bucket %s has no rule back to %s", j.DestinationBucket, j.SourceBucket)
}

func (j *judge) sourceLimit() Verdict {
	return j.limit("source_rule_limit", j.SourceBucket, j.facts.Rules, j.facts.Onward)
}

func (j *judge) destinationLimit() Verdict {
	return j.limit("destination_rule_limit", j.DestinationBucket, j.facts.Onward, j.facts.Rules)
}

// limit counts the rules from and to a bucket that can be seen; closing ones
// count (OSS PutBucketReplication page, 2026-03).
func (j *judge) limit(id, bucket string, from, to Fact[[]alicloud.Rule]) Verdict {
	if j.pair != nil {
		return ok(id, "the rule exists")
	}
	count := len(from.Value)
	for _, rules := range j.facts.Neighbours.Value.Rules {
		count += rulesTo(rules, bucket)
	}
	count += rulesTo(to.Value, bucket)
	switch {
	case count >= replication.MaxRulesPerBucket:
		return fail(id, "Delete rules that are no longer used, or ask support for a higher limit.", "bucket %s has %d rules, as many as a bucket may have", bucket, count)
	case !from.Known():
		return unseen(id, from)
	}
	if v, unread := j.unreadNeighbours(id); unread {
		return v
	}
	return ok(id, "%d of %d rules that this account can see", count, replication.MaxRulesPerBucket)
}

func rulesTo(rules []alicloud.Rule, destination string) (count int) {
	for _, r := range rules {
		if r.DestinationBucket == destination {
			count++
		}
	}
	return count
}
