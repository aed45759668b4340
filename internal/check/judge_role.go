package check

import (
	"cmp"
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// trustJSON is a trust policy (RAM "Overview of RAM roles" page, 2025).
type trustJSON struct {
	Statement []struct {
		Effect    string
		Action    texts
		Principal map[string]texts
		Condition json.RawMessage
	}
}

// role judges the role and who may assume it.
func (j *judge) role() []Verdict {
	f := j.facts.Role
	switch {
	case alicloud.HasCode(f.Err, codeRoleMissing):
		missing := fail("role", "Create the role, for example with srr_replication_role.", "account %s has no role %s", j.facts.RoleAccount, j.Role.Name)
		return []Verdict{missing, followsFrom("role_kind", "role"), followsFrom("role_trust", "role")}
	case j.actor.AccountID == "":
		return []Verdict{j.nameless("role"), j.nameless("role_kind"), j.nameless("role_trust")}
	case !f.Known():
		return []Verdict{unseen("role", f), unseen("role_kind", f), unseen("role_trust", f)}
	}
	found := ok("role", "role %s of account %s", f.Value.Name, j.facts.RoleAccount)
	return append([]Verdict{found}, j.trust(f.Value.TrustPolicy)...)
}

// trust: OSS can only assume a role of the kind "Alibaba Cloud service"; one that
// trusts accounts or identity providers is of another kind.
func (j *judge) trust(document string) []Verdict {
	const advice = "Let the trust policy name the service oss.aliyuncs.com for sts:AssumeRole; srr_replication_role makes such a role."
	var trust trustJSON
	if err := json.Unmarshal([]byte(document), &trust); err != nil {
		return []Verdict{
			unknown("role_kind", advice, "the trust policy cannot be read: %v", err),
			unknown("role_trust", advice, "the trust policy cannot be read: %v", err),
		}
	}
	var services, others []string
	allowed, denied, conditional, excepted := false, false, false, false
	for _, s := range trust.Statement {
		services = append(services, s.Principal["Service"]...)
		others = append(append(others, s.Principal["RAM"]...), s.Principal["Federated"]...)
		if !slices.ContainsFunc(s.Principal["Service"], func(name string) bool { return strings.EqualFold(name, replication.Service) }) ||
			!slices.ContainsFunc(s.Action, assumes) {
			continue
		}
		bound := len(s.Condition) > 0 && string(s.Condition) != "{}"
		switch {
		case strings.EqualFold(s.Effect, "Deny"):
			denied, excepted = denied || !bound, excepted || bound
		case bound:
			conditional = true
		default:
			allowed = true
		}
	}
	if len(services) == 0 {
		return []Verdict{
			fail("role_kind", advice, "the role is for %s, not for a service", cmp.Or(listed(others), "nobody")),
			followsFrom("role_trust", "role_kind"),
		}
	}
	kind := ok("role_kind", "a role for a service")
	switch {
	case denied:
		return []Verdict{kind, fail("role_trust", advice, "a statement of the trust policy denies it, which does not let the service %s assume it", replication.Service)}
	case excepted || conditional && !allowed:
		return []Verdict{kind, warn("role_trust", advice, "a condition decides whether %s may assume the role", replication.Service)}
	case !allowed:
		return []Verdict{kind, fail("role_trust", advice, "the trust policy names %s and does not let the service %s assume it", listed(services), replication.Service)}
	}
	return []Verdict{kind, ok("role_trust", "the trust policy names %s", replication.Service)}
}

// assumes knows the wildcards of actions (RAM "Policy elements" page, 2025).
func assumes(action string) bool {
	matched, err := path.Match(strings.ToLower(action), "sts:assumerole")
	return matched && err == nil
}

// rolePolicies judges what the role may do with the source and with keys.
func (j *judge) rolePolicies() []Verdict {
	ids := []string{"role_policy_bucket", "role_policy_objects", "role_kms", "role_deny"}
	identity, err := j.identitySide()
	if !j.facts.Policies.Known() || err != nil {
		verdicts := make([]Verdict, 0, len(ids))
		for _, id := range ids {
			switch {
			case j.actor.AccountID == "":
				verdicts = append(verdicts, j.nameless(id))
			case alicloud.HasCode(j.facts.Policies.Err, codeRoleMissing):
				verdicts = append(verdicts, followsFrom(id, "role"))
			case j.facts.Policies.Known():
				verdicts = append(verdicts, unread(id, err))
			default:
				verdicts = append(verdicts, unseen(id, j.facts.Policies))
			}
		}
		return verdicts
	}
	owner, region := j.sourceOwner(), j.sourceRegion()
	return []Verdict{
		j.mayRead("role_policy_bucket", identity, replication.ActionList, []string{bucketResource(owner, region, j.SourceBucket)}),
		j.mayRead("role_policy_objects", identity, replication.ActionGet, j.objectsOf(owner, region, j.SourceBucket)),
		j.roleKMS(identity),
		j.roleDeny(identity),
	}
}

// mayRead: in the account of the bucket either the role's policies or the bucket
// policy may allow (OSS "Authentication flow" page, 2026).
func (j *judge) mayRead(id string, identity side, action string, resources []string) Verdict {
	const advice = "Attach a policy that allows oss:ReplicateList and oss:ReplicateGet on exactly the source bucket and its objects; srr_replication_role and provider::srr::source_policy write it."
	decision := identity.allows(action, resources)
	if decision != policy.Allowed && j.facts.SourcePolicy.Known() {
		decision = stronger(decision, j.bucketSide(j.facts.SourcePolicy.Value).allows(action, resources))
	}
	what := strings.Join(resources, ", ")
	switch decision {
	case policy.Allowed:
		return ok(id, "the role is allowed %s on %s", action, what)
	case policy.Undecided:
		return warn(id, advice, "the role is allowed %s on %s only in part or under a condition", action, what)
	default: // nothing allows it
	}
	if action == replication.ActionList && !j.history() {
		return warn(id, advice, "nothing allows the role %s on %s, which OSS needs for objects from before the rule", action, what)
	}
	return fail(id, advice, "nothing allows the role %s on %s", action, what)
}

// denial asks whether an action is denied on resources. Without the action nothing
// is copied, or with some only a part.
type denial struct {
	action    string
	resources []string
	part      bool
}

// roleDeny looks for denials among the role's own policies, on either side.
func (j *judge) roleDeny(identity side) Verdict {
	const id = "role_deny"
	const advice = "Detach the policy with that Deny from the role, or leave the role's buckets and keys out of it."
	hard, soft := identity.denied(j.roleNeeds())
	switch {
	case len(hard) > 0:
		return fail(id, advice, "a policy of the role denies %s", listed(hard))
	case len(soft) > 0:
		return warn(id, advice, "a policy of the role denies %s in part, or under a condition, or only what some objects need", listed(soft))
	}
	return ok(id, "no policy of the role denies it anything that replication needs")
}

// denied sorts the denied actions into those that stop everything and others.
func (s side) denied(asked []denial) (hard, soft []string) {
	for _, q := range asked {
		switch decision := s.denies(q.action, q.resources); {
		case decision == policy.ImplicitDeny:
		case decision == policy.ExplicitDeny && !q.part:
			hard = append(hard, q.action)
		default:
			soft = append(soft, q.action)
		}
	}
	return hard, soft
}

func (j *judge) roleNeeds() []denial {
	source := j.objectsOf(j.sourceOwner(), j.sourceRegion(), j.SourceBucket)
	destination := j.objectsOf(orAny(j.destinationOwner()), j.destinationRegion(), j.DestinationBucket)
	needs := []denial{
		{action: replication.ActionList, resources: []string{bucketResource(j.sourceOwner(), j.sourceRegion(), j.SourceBucket)}, part: !j.history()},
		{action: replication.ActionGet, resources: source},
		{action: replication.ActionPut, resources: destination},
		{action: replication.ActionGet, resources: destination},
	}
	if j.deletes() || j.versioned() {
		needs = append(needs, denial{action: replication.ActionDelete, resources: destination, part: !j.deletes()})
	}
	if j.replicaKey() != "" {
		for _, use := range j.keyUses() {
			needs = append(needs, denial{action: use.action, resources: []string{use.key}})
		}
	}
	return needs
}

// orAny asks about any account while the owner of a bucket is not known.
func orAny(owner string) string {
	if owner == "" {
		return "*"
	}
	return owner
}
