package check

import (
	"encoding/json"
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
	allowed, denied, conditional := false, false, false
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
			denied = denied || !bound
			conditional = conditional || bound
		case bound:
			conditional = true
		default:
			allowed = true
		}
	}
	if len(services) == 0 {
		return []Verdict{
			fail("role_kind", advice, "the role is for %s, not for a service", strings.Join(others, ", ")),
			followsFrom("role_trust", "role_kind"),
		}
	}
	kind := ok("role_kind", "a role for a service")
	switch {
	case denied:
		return []Verdict{kind, fail("role_trust", advice, "a statement of the trust policy denies it, which does not let the service %s assume it", replication.Service)}
	case conditional:
		return []Verdict{kind, warn("role_trust", advice, "a condition decides whether %s may assume the role", replication.Service)}
	case !allowed:
		return []Verdict{kind, fail("role_trust", advice, "the trust policy names %s and does not let the service %s assume it", strings.Join(services, ", "), replication.Service)}
	}
	return []Verdict{kind, ok("role_trust", "the trust policy names %s", replication.Service)}
}

func assumes(action string) bool {
	return strings.EqualFold(action, "sts:AssumeRole") || strings.EqualFold(action, "sts:*") || action == "*"
}

// rolePolicies judges what the role may do with the source and with keys.
func (j *judge) rolePolicies() []Verdict {
	ids := []string{"role_policy_bucket", "role_policy_objects", "role_kms", "role_deny"}
	identity, err := j.identitySide()
	if !j.facts.Policies.Known() || err != nil {
		verdicts := make([]Verdict, 0, len(ids))
		for _, id := range ids {
			switch {
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
	default:
		return fail(id, advice, "nothing allows the role %s on %s", action, what)
	}
}

// roleKMS: across accounts, using a key needs the role's policies and the key
// policy (KMS "Overview of key policies" page, 2026).
func (j *judge) roleKMS(identity side) Verdict {
	const id = "role_kms"
	const advice = "Give the role the system policy AliyunKMSCryptoUserAccess, or kms:Decrypt and kms:GenerateDataKey on the keys."
	key := j.replicaKey()
	if key == "" {
		return ok(id, "not needed without a replica key")
	}
	if decision := identity.allows("kms:GenerateDataKey", []string{key}); decision != policy.Allowed {
		return undecidedIs(warn(id, advice, "a condition decides whether the role may use %s", key),
			fail(id, advice, "no policy of the role allows kms:GenerateDataKey on %s", key), decision)
	}
	source := j.sourceKey()
	if source != "" && identity.allows("kms:Decrypt", []string{source}) != policy.Allowed {
		return warn(id, advice, "no policy of the role allows kms:Decrypt on the source's key %s; only that key's policy may", source)
	}
	return ok(id, "the role may use %s", key)
}

func undecidedIs(undecided, otherwise Verdict, decision policy.Decision) Verdict {
	if decision == policy.Undecided {
		return undecided
	}
	return otherwise
}

// sourceKey is the key of the source's default encryption as an ARN, "" without
// one.
func (j *judge) sourceKey() string {
	info := j.facts.Source.Value
	if info.SSEAlgorithm != "KMS" || info.KMSKeyID == "" || strings.HasPrefix(info.KMSKeyID, "acs:") {
		return info.KMSKeyID
	}
	return replication.Key{Region: info.Region, AccountID: info.OwnerID, ID: info.KMSKeyID}.ARN()
}

// roleDeny looks for denials among the role's own policies, on either side.
func (j *judge) roleDeny(identity side) Verdict {
	const id = "role_deny"
	const advice = "Detach the policy with that Deny from the role, or leave the role's buckets and keys out of it."
	source := j.objectsOf(j.sourceOwner(), j.sourceRegion(), j.SourceBucket)
	destination := j.objectsOf(orAny(j.facts.Destination.Value.OwnerID), j.destinationRegion(), j.DestinationBucket)
	asked := []struct {
		action    string
		resources []string
	}{
		{replication.ActionList, []string{bucketResource(j.sourceOwner(), j.sourceRegion(), j.SourceBucket)}},
		{replication.ActionGet, source},
		{replication.ActionPut, destination},
	}
	if j.deletes() {
		asked = append(asked, struct {
			action    string
			resources []string
		}{replication.ActionDelete, destination})
	}
	if key := j.replicaKey(); key != "" {
		asked = append(asked, struct {
			action    string
			resources []string
		}{"kms:GenerateDataKey", []string{key}})
	}
	worst := ok(id, "no policy of the role denies it anything that replication needs")
	for _, q := range asked {
		switch identity.denies(q.action, q.resources) {
		case policy.ExplicitDeny:
			return fail(id, advice, "a policy of the role denies %s", q.action)
		case policy.Undecided:
			worst = warn(id, advice, "a policy of the role denies %s in part or under a condition", q.action)
		default: // this action is not denied
		}
	}
	return worst
}

// orAny asks about any account while the owner of a bucket is not known.
func orAny(owner string) string {
	if owner == "" {
		return "*"
	}
	return owner
}
