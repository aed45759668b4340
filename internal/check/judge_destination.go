package check

import (
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

const grantAdvice = "Let the destination's account grant it, for example with srr_destination_grant or provider::srr::destination_policy."

// destinationStatement judges whether the destination's bucket policy lets the
// role in, and if not, whether a statement was meant for it.
func (j *judge) destinationStatement() []Verdict {
	ids := []string{
		"destination_statement", "destination_principal_form", "destination_principal_case", "destination_principal_account",
		"destination_deletes", "block_public_access",
	}
	var verdicts []Verdict
	switch {
	case !j.facts.DestinationPolicy.Known():
		for _, id := range ids {
			verdicts = append(verdicts, unseen(id, j.facts.DestinationPolicy))
		}
		return verdicts
	case j.actor.AccountID == "":
		for _, id := range ids {
			verdicts = append(verdicts, j.nameless(id))
		}
		return verdicts
	case j.destinationOwner() == "":
		for _, id := range ids {
			verdicts = append(verdicts, unseen(id, j.facts.Destination))
		}
		return verdicts
	}
	raw, wrong, principal := j.meantForRole(j.facts.DestinationPolicy.Value)
	statement := j.statement(raw)
	verdicts = []Verdict{statement}
	for _, kind := range []struct {
		id   string
		kind misspelling
		need string
	}{
		{ids[1], wrongForm, "the sessions of the role"},
		{ids[2], wrongCase, "the role in lower case"},
		{ids[3], wrongAccount, "the account of the source"},
	} {
		switch {
		case wrong == kind.kind:
			verdicts = append(verdicts, fail(kind.id, "Write the principal as "+j.actor.Principal()+"; srr_destination_grant does.",
				"a statement names %s, but OSS needs %s", principal, kind.need))
		case statement.Status == Fail:
			verdicts = append(verdicts, followsFrom(kind.id, statement.ID))
		default:
			verdicts = append(verdicts, ok(kind.id, "the statement names %s", kind.need))
		}
	}
	return append(verdicts, j.deletions(raw, statement), j.blockPublicAccess(raw, statement))
}

// meantForRole is the policy as it would be if a misspelled principal were right,
// where that makes a difference.
func (j *judge) meantForRole(raw []byte) (text []byte, wrong misspelling, principal string) {
	before := j.mayPut(raw)
	if before == policy.Allowed {
		return raw, "", ""
	}
	for _, name := range allowedPrincipals(raw) {
		kind, meant := misspelled(name, j.actor)
		if !meant {
			continue
		}
		if corrected := renamed(raw, name, j.actor.Principal()); stronger(before, j.mayPut(corrected)) != before {
			return corrected, kind, name
		}
	}
	return raw, "", ""
}

func (j *judge) targets() []string {
	return j.objectsOf(j.destinationOwner(), j.destinationRegion(), j.DestinationBucket)
}

// mayPut: inside one account the role's own policies may allow it, too.
func (j *judge) mayPut(raw []byte) policy.Decision {
	return j.mayTarget(raw, replication.ActionPut, j.targets())
}

func (j *judge) mayTarget(raw []byte, action string, resources []string) policy.Decision {
	decision := j.bucketSide(raw).allows(action, resources)
	if identity, err := j.identitySide(); err == nil && j.facts.Policies.Known() && j.destinationOwner() == j.actor.AccountID {
		decision = stronger(decision, identity.allows(action, resources))
	}
	return decision
}

func (j *judge) statement(raw []byte) Verdict {
	const id = "destination_statement"
	targets := j.targets()
	what := strings.Join(targets, ", ")
	switch j.mayPut(raw) {
	case policy.ImplicitDeny:
		return fail(id, grantAdvice, "the policy of bucket %s allows the role no oss:ReplicatePut on %s", j.DestinationBucket, what)
	case policy.Undecided:
		return warn(id, grantAdvice, "the policy of bucket %s allows the role oss:ReplicatePut on %s only in part or under a condition", j.DestinationBucket, what)
	default: // writing is allowed; reading and listing come next
	}
	switch j.mayTarget(raw, replication.ActionGet, targets) {
	case policy.Undecided:
		return warn(id, grantAdvice, "the policy of bucket %s allows the role to write, but oss:ReplicateGet, which OSS needs on both sides, only in part or under a condition", j.DestinationBucket)
	case policy.Allowed: // listing comes next
	default:
		return fail(id, grantAdvice, "the policy of bucket %s allows the role to write, but no oss:ReplicateGet, which OSS needs on both sides", j.DestinationBucket)
	}
	bucket := []string{bucketResource(j.destinationOwner(), j.destinationRegion(), j.DestinationBucket)}
	if j.mayTarget(raw, replication.ActionList, bucket) != policy.Allowed {
		return warn(id, grantAdvice, "the policy of bucket %s allows the role to write, but not the documented oss:ReplicateList", j.DestinationBucket)
	}
	return ok(id, "the policy of bucket %s allows the role to replicate into it", j.DestinationBucket)
}

// deletions need oss:ReplicateDelete. Delete markers between versioned buckets
// travel even where deletions do not.
func (j *judge) deletions(raw []byte, statement Verdict) Verdict {
	const id = "destination_deletes"
	if statement.Status == Fail {
		return followsFrom(id, statement.ID)
	}
	decision := j.mayTarget(raw, replication.ActionDelete, j.targets())
	switch {
	case decision == policy.Allowed:
		return ok(id, "the role is allowed oss:ReplicateDelete")
	case decision == policy.Undecided && (j.deletes() || j.versioned()):
		return warn(id, grantAdvice, "the policy of bucket %s allows oss:ReplicateDelete only in part or under a condition", j.DestinationBucket)
	case j.deletes():
		return fail(id, grantAdvice, "deletions are to be repeated, but the policy of bucket %s does not allow oss:ReplicateDelete", j.DestinationBucket)
	case j.versioned():
		return warn(id, grantAdvice, "delete markers are copied between versioned buckets, but the policy of bucket %s does not allow oss:ReplicateDelete", j.DestinationBucket)
	}
	return ok(id, "not needed without deletions")
}

// blockPublicAccess disables statements for everyone, and no
// others (OSS "Block Public Access" page, 2026).
func (j *judge) blockPublicAccess(raw []byte, statement Verdict) Verdict {
	const id = "block_public_access"
	f := j.facts.Destination
	switch {
	case statement.Status == Fail:
		return followsFrom(id, statement.ID)
	case !f.Known():
		return unseen(id, f)
	case !f.Value.BlockPublicAccess:
		return ok(id, "it is off")
	}
	const advice = "Grant the role itself, for example with srr_destination_grant."
	switch j.mayPut(keeping(raw, isNoPublic)) {
	case policy.ImplicitDeny:
		return fail(id, advice, "only a statement for everyone allows the role to write, and Block Public Access disables it")
	case policy.Undecided:
		if statement.Status == OK {
			return warn(id, advice, "for some objects only a statement for everyone allows the role to write, and Block Public Access disables it")
		}
	default: // the role itself is allowed
	}
	return ok(id, "it is on, and does not touch a grant to a role")
}
