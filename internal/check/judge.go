package check

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// judge works out what several verdicts need.
type judge struct {
	Input
	facts Facts
	// actor is the role with its account, where that is known.
	actor replication.Role
	// pair is the rule of the two buckets, nil when there is none or nobody knows.
	pair *alicloud.Rule
}

func newJudge(in Input, facts Facts) *judge {
	j := &judge{Input: in, facts: facts, actor: replication.Role{AccountID: facts.RoleAccount, Name: in.Role.Name}}
	for i, r := range facts.Rules.Value {
		if r.DestinationBucket == in.DestinationBucket && (j.pair == nil || r.Status != alicloud.RuleClosing) {
			j.pair = &facts.Rules.Value[i]
		}
	}
	return j
}

func ok(id, seen string, args ...any) Verdict {
	return Verdict{ID: id, Status: OK, Seen: fmt.Sprintf(seen, args...)}
}

func fail(id, advice, seen string, args ...any) Verdict {
	return Verdict{ID: id, Status: Fail, Seen: fmt.Sprintf(seen, args...), Advice: advice}
}

func warn(id, advice, seen string, args ...any) Verdict {
	return Verdict{ID: id, Status: Warn, Seen: fmt.Sprintf(seen, args...), Advice: advice}
}

func unknown(id, advice, seen string, args ...any) Verdict {
	return Verdict{ID: id, Status: Unknown, Seen: fmt.Sprintf(seen, args...), Advice: advice}
}

// unseen is the verdict about something that was not read.
func unseen[T any](id string, f Fact[T]) Verdict {
	if f.Elsewhere != "" {
		return unknown(id, "Run the check with the provider block of the account that owns it, too.", "not read: %s", f.Elsewhere)
	}
	return unread(id, f.Err)
}

// unread names the missing permission, or what went wrong.
func unread(id string, err error) Verdict {
	var failure *alicloud.Error
	if !errors.As(err, &failure) {
		return unknown(id, "Run again.", "not read: %v", err)
	}
	object := cmp.Or(failure.Object, "the account")
	seen := fmt.Sprintf("%s of %s failed with %s", failure.Operation, object, failure.Code)
	if alicloud.IsForbidden(err) {
		return unknown(id, fmt.Sprintf("Allow the provider's identity %s on %s.", actionOf(failure), object), "%s", seen)
	}
	return unknown(id, failure.NextStep(), "%s", seen)
}

// actionOf is the RAM action of a call.
func actionOf(failure *alicloud.Error) string {
	return strings.ToLower(failure.Service) + ":" + failure.Operation
}

// nameless is the verdict on a role that was given by its name alone.
func (j *judge) nameless(id string) Verdict {
	return unknown(id, "Give the role's ARN instead of its name.", "the account of role %s is not known here", j.Role.Name)
}

// listed joins what stands in one sentence, each once.
func listed(list []string) string {
	var once []string
	for _, item := range list {
		if !slices.Contains(once, item) {
			once = append(once, item)
		}
	}
	return strings.Join(once, ", ")
}

// followsFrom stands for a verdict that another one makes pointless.
func followsFrom(id, other string) Verdict {
	return unknown(id, "See "+other+".", "not judged")
}

// objectsOf are the resources of a bucket that the rule touches: under each
// prefix, or everything.
func (j *judge) objectsOf(owner, region, bucket string) []string {
	head := "acs:oss:" + region + ":" + owner + ":" + bucket + "/"
	prefixes := j.Prefixes
	if len(prefixes) == 0 && j.pair != nil {
		prefixes = j.pair.Prefixes
	}
	if len(prefixes) == 0 {
		return []string{head + "*"}
	}
	var resources []string
	for _, prefix := range prefixes {
		resources = append(resources, head+prefix+"*")
	}
	return resources
}

func bucketResource(owner, region, bucket string) string {
	return "acs:oss:" + region + ":" + owner + ":" + bucket
}

// deletes is whether deletions are to be repeated.
func (j *judge) deletes() bool {
	switch {
	case j.Deletes != nil:
		return *j.Deletes
	case j.pair != nil:
		return repeatsDeletes(j.pair.Action)
	}
	return false
}

// repeatsDeletes knows that an action that is left out means ALL (OSS
// PutBucketReplication page, 2026-03).
func repeatsDeletes(action string) bool {
	return action == "" || action == "ALL" || contains(strings.Split(action, ","), "DELETE")
}

// replicaKey is the key for replicas as text, "" without one.
func (j *judge) replicaKey() string {
	switch {
	case j.ReplicaKey != nil:
		return j.ReplicaKey.ARN()
	case j.pair != nil && j.pair.ReplicateKMS:
		return j.pair.ReplicaKMSKeyID
	}
	return ""
}

// sourceOwner and destinationOwner are "" while nobody knows them.
func (j *judge) sourceOwner() string {
	if j.facts.Source.Known() {
		return j.facts.Source.Value.OwnerID
	}
	return j.facts.RoleAccount
}

// destinationOwner is whose bucket policy is asked.
func (j *judge) destinationOwner() string {
	switch {
	case j.facts.Destination.Known():
		return j.facts.Destination.Value.OwnerID
	case j.facts.lists(j.DestinationBucket):
		return j.facts.Caller.ID
	}
	return ""
}

// history is whether objects from before the rule are to be copied; true while
// nobody says.
func (j *judge) history() bool {
	switch {
	case j.History != nil:
		return *j.History
	case j.pair != nil:
		return j.pair.ReplicateHistory
	}
	return true
}

// versioned says that both buckets keep versions: OSS makes rules only between
// buckets that agree (OSS replication page, 2026).
func (j *judge) versioned() bool {
	return j.facts.Source.Value.Versioning == Enabled || j.facts.Destination.Value.Versioning == Enabled
}

func (j *judge) sourceRegion() string      { return regionOf(j.facts.Source, j.facts.Region) }
func (j *judge) destinationRegion() string { return regionOf(j.facts.Destination, j.facts.Region) }

func regionOf(info Fact[alicloud.BucketInfo], otherwise string) string {
	if info.Known() {
		return info.Value.Region
	}
	return otherwise
}

// identitySide are the policies attached to the role.
func (j *judge) identitySide() (side, error) {
	s := side{kind: policy.BucketPolicy, principal: "*"}
	for _, p := range j.facts.Policies.Value {
		if p.Err != nil {
			return s, p.Err
		}
		s.texts = append(s.texts, []byte(p.Document))
	}
	return s, j.facts.Policies.Err
}

// bucketSide is a bucket's policy, asked for the role.
func (j *judge) bucketSide(raw []byte) side {
	return side{kind: policy.BucketPolicy, principal: j.actor.Principal(), texts: [][]byte{raw}}
}

func keySide(role replication.Role, raw []byte) side {
	return side{kind: policy.KeyPolicy, principal: role.ARN(), texts: [][]byte{raw}}
}
