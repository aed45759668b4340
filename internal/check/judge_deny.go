package check

import (
	"slices"
	"strconv"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// denies looks for an explicit Deny in the policy of either bucket. Denying the
// ordinary actions stops replication as well (OSS data replication page, 2021).
func (j *judge) denies() []Verdict {
	source := []string{bucketResource(j.sourceOwner(), j.sourceRegion(), j.SourceBucket)}
	objects := j.objectsOf(j.sourceOwner(), j.sourceRegion(), j.SourceBucket)
	owner := orAny(j.destinationOwner())
	destination := []string{bucketResource(owner, j.destinationRegion(), j.DestinationBucket)}
	replicas := j.objectsOf(owner, j.destinationRegion(), j.DestinationBucket)
	needs := []denial{
		{action: replication.ActionList, resources: destination, part: true},
		{action: replication.ActionGet, resources: replicas},
		{action: replication.ActionPut, resources: replicas},
		{action: "oss:PutObject", resources: replicas},
	}
	if j.deletes() || j.versioned() {
		needs = append(needs, denial{action: replication.ActionDelete, resources: replicas, part: !j.deletes()},
			denial{action: "oss:DeleteObject", resources: replicas, part: !j.deletes()})
	}
	return []Verdict{
		j.deniedIn("source_deny", j.facts.SourcePolicy, j.SourceBucket, j.sourceOwner(), []denial{
			{action: replication.ActionList, resources: source, part: !j.history()},
			{action: replication.ActionGet, resources: objects},
			{action: "oss:ListObjects", resources: source, part: !j.history()},
			{action: "oss:GetObject", resources: objects},
		}),
		j.deniedIn("destination_deny", j.facts.DestinationPolicy, j.DestinationBucket, owner, needs),
	}
}

func (j *judge) deniedIn(id string, f Fact[[]byte], bucket, owner string, needs []denial) Verdict {
	const advice = "Ask the owner of that statement to leave the role out of it; an explicit Deny outweighs every Allow."
	switch {
	case !f.Known():
		return unseen(id, f)
	case j.actor.AccountID == "":
		return j.nameless(id)
	}
	document, err := policy.Parse(policy.BucketPolicy, f.Value)
	if err != nil {
		return unknown(id, "Repair the policy of bucket "+bucket+".", "%v", err)
	}
	hits := denyingStatements(document, j.actor, bucket, owner, j.objectsOf(owner, "*", bucket), needs)
	hard, soft := j.bucketSide(f.Value).denied(needs)
	if len(hard)+len(soft) == 0 { // a principal or region that may be another one is left
		hits = slices.DeleteFunc(hits, func(hit policy.Deny) bool { return hit.Certain })
	}
	switch {
	case len(hits) == 0:
		return ok(id, "no statement of the policy of bucket %s denies the role anything that replication needs", bucket)
	case len(hard) > 0:
		names, _ := namesOf(hits, func(action string) bool { return slices.Contains(hard, action) })
		return fail(id, advice, "%s of the policy of bucket %s denies the role %s", names, bucket, listed(hard))
	}
	names, actions := namesOf(hits, func(string) bool { return true })
	return warn(id, advice, "%s of the policy of bucket %s may deny the role %s for some objects or under a condition", names, bucket, actions)
}

// denyingStatements are the statements that deny, or may deny, something needed.
func denyingStatements(document *policy.Document, role replication.Role, bucket, owner string, objects []string, needs []denial) (hits []policy.Deny) {
	grant := policy.Grant{
		Kind: policy.BucketPolicy, Principal: role.Principal(), Owner: owner, Resources: append([]string{bucketResource(owner, "*", bucket)}, objects...),
	}
	for _, need := range needs {
		grant.Actions = append(grant.Actions, need.action)
	}
	for _, deny := range document.Find(grant).Denies {
		deny.Actions = slices.DeleteFunc(slices.Clone(deny.Actions), func(action string) bool { return !slices.Contains(grant.Actions, action) })
		if len(deny.Actions) > 0 {
			hits = append(hits, deny)
		}
	}
	return hits
}

// namesOf are the statements that deny wanted actions, and the actions.
func namesOf(hits []policy.Deny, wanted func(action string) bool) (names, actions string) {
	var numbers, all []string
	for _, hit := range hits {
		found := slices.DeleteFunc(slices.Clone(hit.Actions), func(action string) bool { return !wanted(action) })
		if len(found) > 0 {
			numbers, all = append(numbers, "statement "+strconv.Itoa(hit.Index+1)), append(all, found...)
		}
	}
	return strings.Join(numbers, " and "), listed(all)
}
