package check

import (
	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
)

const (
	actionDecrypt = "kms:Decrypt"
	actionDataKey = "kms:GenerateDataKey"
)

// sourceKeys judges the key of the source's default encryption: the role decrypts
// with it (KMS "Impacts of key states" and "Overview of key policies" pages,
// 2026).
func (j *judge) sourceKeys() []Verdict {
	const state, statements = "source_key_state", "source_key_policy"
	both := func(verdict func(id string) Verdict) []Verdict { return []Verdict{verdict(state), verdict(statements)} }
	f := j.facts.SourceKey
	key := encryptionKey(j.facts.Source.Value)
	switch {
	case j.replicaKey() == "":
		return both(func(id string) Verdict { return ok(id, "not needed without a replica key") })
	case !j.facts.Source.Known():
		return both(func(id string) Verdict { return unseen(id, j.facts.Source) })
	case key == "":
		return both(func(id string) Verdict {
			return ok(id, "bucket %s does not encrypt with a key of its own by default", j.SourceBucket)
		})
	case j.ReplicaKey == nil:
		return both(func(id string) Verdict {
			return unknown(id, "Give replica_kms_key_id.", "the rule has the key %s", j.replicaKey())
		})
	case alicloud.HasCode(f.Err, codeKeyMissing):
		return []Verdict{
			fail(state, "Give the bucket another default key.", "bucket %s encrypts with %s, which does not exist", j.SourceBucket, key),
			followsFrom(statements, state),
		}
	case !f.Known():
		return both(func(id string) Verdict { return unseen(id, f) })
	}
	return []Verdict{keyState(state, f.Value), j.sourceKeyPolicy(statements)}
}

// sourceKeyPolicy looks for a Deny only: role and key are of one account, where
// the role's own policies are enough.
func (j *judge) sourceKeyPolicy(id string) Verdict {
	const advice = "Ask the owner of that statement to leave the role out of it; an explicit Deny outweighs every Allow."
	f := j.facts.SourceKeyPolicy
	switch {
	case j.facts.SourceKey.Value.InstanceID == "":
		return ok(id, "the source's key has no key policy")
	case !f.Known():
		return unseen(id, f)
	case j.actor.AccountID == "":
		return j.nameless(id)
	}
	switch keySide(j.actor, f.Value).denies(actionDecrypt, []string{"*"}) {
	case policy.ExplicitDeny:
		return fail(id, advice, "the policy of the source's key denies the role %s", actionDecrypt)
	case policy.Undecided:
		return warn(id, advice, "the policy of the source's key denies the role %s under a condition", actionDecrypt)
	default:
		return ok(id, "no statement of the policy of the source's key denies the role %s", actionDecrypt)
	}
}

// keyUse is an action with a key, and the policy of the key where role and key
// are of one account.
type keyUse struct {
	action, key string
	own         bool
	document    Fact[[]byte]
}

// keyUses are what the OSS documentation asks for: decrypting with the key of the
// source, and both actions with the key for replicas (OSS cross-account same-region
// replication page, 2026).
func (j *judge) keyUses() []keyUse {
	replica := j.replicaKey()
	own := j.ReplicaKey != nil && j.ReplicaKey.AccountID == j.actor.AccountID
	uses := []keyUse{{actionDataKey, replica, own, j.facts.KeyPolicy}, {actionDecrypt, replica, own, j.facts.KeyPolicy}}
	if source := encryptionKey(j.facts.Source.Value); source != "" {
		uses = append(uses, keyUse{actionDecrypt, source, true, j.facts.SourceKeyPolicy})
	}
	return uses
}

// granted: inside one account the role's policies or the key policy may allow,
// across accounts both have to (KMS "Overview of key policies" page, 2026).
func (j *judge) granted(identity side, use keyUse) (decision policy.Decision, read bool) {
	decision = identity.allows(use.action, []string{use.key})
	switch {
	case decision == policy.Allowed || !use.own || use.document.Elsewhere == noKeyPolicy:
		return decision, true
	case !use.document.Known():
		return decision, false
	}
	return stronger(decision, keySide(j.actor, use.document.Value).allows(use.action, []string{"*"})), true
}

// roleKMS judges what the account of the role says of using the keys.
func (j *judge) roleKMS(identity side) Verdict {
	const id = "role_kms"
	const advice = "Give the role the system policy AliyunKMSCryptoUserAccess, or kms:Decrypt and kms:GenerateDataKey on the keys."
	if j.replicaKey() == "" {
		return ok(id, "not needed without a replica key")
	}
	var missing, undecided []string
	var unreadable *Fact[[]byte]
	for _, use := range j.keyUses() {
		what := use.action + " on " + use.key
		switch decision, read := j.granted(identity, use); {
		case !read:
			unreadable = &use.document
		case decision == policy.ImplicitDeny:
			missing = append(missing, what)
		case decision == policy.Undecided:
			undecided = append(undecided, what)
		}
	}
	switch {
	case len(missing) > 0:
		return fail(id, advice, "no policy of the role allows %s", listed(missing))
	case unreadable != nil:
		return unseen(id, *unreadable)
	case len(undecided) > 0:
		return warn(id, advice, "a condition decides whether the role is allowed %s", listed(undecided))
	}
	return ok(id, "the role may use %s", j.replicaKey())
}
