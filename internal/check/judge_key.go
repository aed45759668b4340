package check

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// encryption compares the default encryption of the buckets with the rule's KMS
// option (OSS "Replication of KMS-encrypted objects" section, 2026).
func (j *judge) encryption() []Verdict {
	const sourceAdvice = "Give the rule a replica_kms_key_id; OSS skips objects encrypted with KMS without one."
	const destinationAdvice = "Give the rule a replica_kms_key_id, or let the destination encrypt with AES256."
	return []Verdict{
		j.encryptionOf("source_encryption", j.SourceBucket, j.facts.Source, false, sourceAdvice),
		j.encryptionOf("destination_encryption", j.DestinationBucket, j.facts.Destination, true, destinationAdvice),
	}
}

// encryptionOf: the service's own key needs no permission in the destination;
// every KMS key of the source makes an object that only the option copies.
func (j *judge) encryptionOf(id, bucket string, f Fact[alicloud.BucketInfo], ownKeyIsFree bool, advice string) Verdict {
	if !f.Known() {
		return unseen(id, f)
	}
	algorithm, key, alone := f.Value.SSEAlgorithm, f.Value.KMSKeyID, ""
	if !ownKeyIsFree && j.replicaKey() == "" {
		alone = "; single objects may be encrypted with KMS all the same, and are skipped then"
	}
	switch {
	case algorithm != "KMS" || ownKeyIsFree && key == "":
		return ok(id, "bucket %s needs no KMS option: default encryption %s%s", bucket, orNone(algorithm), alone)
	case j.replicaKey() != "":
		return ok(id, "bucket %s encrypts with KMS, and there is a replica key", bucket)
	}
	return fail(id, advice, "bucket %s encrypts with KMS, and there is no replica key", bucket)
}

func orNone(algorithm string) string {
	if algorithm == "" {
		return "none"
	}
	return algorithm
}

// key judges the key for replicas.
func (j *judge) key() []Verdict {
	ids := []string{"key_state", "key_kind", "key_policy", "key_deny", "key_quota"}
	var verdicts []Verdict
	f := j.facts.Key
	all := func(verdict func(id string) Verdict) []Verdict {
		for _, id := range ids {
			verdicts = append(verdicts, verdict(id))
		}
		return verdicts
	}
	switch {
	case j.ReplicaKey == nil && j.replicaKey() == "":
		return all(func(id string) Verdict { return ok(id, "not needed without a replica key") })
	case j.ReplicaKey == nil:
		return all(func(id string) Verdict {
			return unknown(id, "Give replica_kms_key_id.", "the rule has the key %s", j.replicaKey())
		})
	case alicloud.HasCode(f.Err, codeKeyMissing):
		missing := fail("key_state", "Create the key, or correct its ARN.", "there is no key %s", j.ReplicaKey.ARN())
		return append([]Verdict{missing}, followsFrom("key_kind", missing.ID), followsFrom("key_policy", missing.ID), followsFrom("key_deny", missing.ID), followsFrom("key_quota", missing.ID))
	case !f.Known():
		return all(func(id string) Verdict { return unseen(id, f) })
	}
	return append([]Verdict{keyState("key_state", f.Value), j.keyKind(f.Value)}, j.keyPolicy()...)
}

// sameAccount says that role and key for replicas are of one account.
func (j *judge) sameAccount() bool { return j.ReplicaKey.AccountID == j.actor.AccountID }

func keyState(id string, key alicloud.Key) Verdict {
	if key.State != "Enabled" {
		return fail(id, "Enable the key, cancel its deletion, or use another one.", "key %s is in the state %s", key.ID, key.State)
	}
	return ok(id, "key %s is enabled", key.ID)
}

// keyKind: only keys of a KMS instance have a key policy, and only symmetric ones
// make data keys (KMS "Overview of key policies" and "GenerateDataKey" pages,
// 2026).
func (j *judge) keyKind(key alicloud.Key) Verdict {
	const id = "key_kind"
	asymmetric := strings.HasPrefix(key.Spec, "RSA_") || strings.HasPrefix(key.Spec, "EC_")
	switch {
	case key.InstanceID == "" && !j.sameAccount():
		return fail(id, "Use a symmetric software key of a KMS instance.", "key %s is a default or service key, which cannot be shared with another account", key.ID)
	case asymmetric || key.Usage != "" && key.Usage != "ENCRYPT/DECRYPT":
		return fail(id, "Use a symmetric software key of a KMS instance.", "key %s is a %s key for %s", key.ID, key.Spec, key.Usage)
	}
	if key.InstanceID == "" {
		return ok(id, "a symmetric key of the role's account")
	}
	return ok(id, "a symmetric key in the instance %s", key.InstanceID)
}

func (j *judge) keyPolicy() []Verdict {
	const advice = "Let the key's account grant it, for example with srr_kms_key_policy or provider::srr::kms_statement."
	f := j.facts.KeyPolicy
	each := func(verdict func(id string) Verdict) []Verdict {
		return []Verdict{verdict("key_policy"), verdict("key_deny"), verdict("key_quota")}
	}
	switch {
	case j.facts.Key.Value.InstanceID == "" && j.sameAccount():
		return each(func(id string) Verdict {
			return ok(id, "the key has no key policy; inside one account the role's policies are enough")
		})
	case j.facts.Key.Value.InstanceID == "":
		return each(func(id string) Verdict { return followsFrom(id, "key_kind") })
	case !f.Known():
		return each(func(id string) Verdict { return unseen(id, f) })
	case j.actor.AccountID == "":
		return each(j.nameless)
	case j.sameAccount():
		enough := ok("key_policy", "inside one account the role's policies are enough; see role_kms")
		return []Verdict{enough, j.keyDeny(f.Value), j.keyQuota(f.Value)}
	}
	verdict := ok("key_policy", "the key policy allows the role to use the key")
	asked := keySide(j.actor, f.Value)
	var missing []string
	undecided := false
	for _, action := range []string{actionDataKey, actionDecrypt} {
		switch asked.allows(action, []string{"*"}) {
		case policy.ImplicitDeny:
			missing = append(missing, action)
		case policy.Undecided:
			undecided = true
		default: // this action is allowed
		}
	}
	switch {
	case len(missing) > 0:
		verdict = fail("key_policy", advice, "the key policy does not allow the role %s", strings.Join(missing, " and "))
	case undecided:
		verdict = warn("key_policy", advice, "a condition decides whether the key policy allows the role to use the key")
	}
	return []Verdict{verdict, j.keyDeny(f.Value), j.keyQuota(f.Value)}
}

func (j *judge) keyDeny(raw []byte) Verdict {
	const id = "key_deny"
	const advice = "Ask the owner of that statement to leave the role out of it; an explicit Deny outweighs every Allow."
	document, err := policy.Parse(policy.KeyPolicy, raw)
	if err != nil {
		return unknown(id, "Repair the key policy.", "%v", err)
	}
	grant := policy.Grant{
		Kind: policy.KeyPolicy, Principal: j.actor.ARN(), Actions: replication.DefaultKeyActions(), Resources: []string{"*"}, Owner: j.ReplicaKey.AccountID,
	}
	worst := ok(id, "no statement of the key policy denies the role the key")
	for _, deny := range document.Find(grant).Denies {
		needed := slices.DeleteFunc(slices.Clone(deny.Actions), func(action string) bool { return action == "kms:DescribeKey" })
		name := "statement " + strconv.Itoa(deny.Index+1)
		switch {
		case len(needed) > 0 && deny.Certain:
			return fail(id, advice, "%s of the key policy denies the role %s", name, strings.Join(needed, ", "))
		case len(needed) > 0:
			worst = warn(id, advice, "%s of the key policy may deny the role %s", name, strings.Join(needed, ", "))
		}
	}
	return worst
}

// keyQuota: the instance's own VPC takes a unit of its access management quantity,
// and so does each foreign account in the policies of its keys; KMS refuses a
// policy without a free unit (KMS page on using one instance from several
// accounts, 2026-03). So a policy that names the account proves a unit.
func (j *judge) keyQuota(raw []byte) Verdict {
	const id = "key_quota"
	const advice = "Raise the access management quantity of the key's KMS instance."
	account, sharing := j.actor.AccountID, j.facts.Sharing
	named := foreignAccounts(raw, j.ReplicaKey.AccountID)
	needed := len(named) + 2
	switch {
	case j.ReplicaKey.AccountID == account:
		return ok(id, "not needed inside one account")
	case slices.Contains(named, account):
		return ok(id, "the key's instance has taken account %s in", account)
	case !sharing.Known():
		return unseen(id, sharing)
	case sharing.Value.AccessManagementQuantity < needed:
		return fail(id, advice, "the key's instance has an access management quantity of %d; with account %s it needs at least %d", sharing.Value.AccessManagementQuantity, account, needed)
	}
	return ok(id, "the access management quantity is %d, and the policy of this key needs %d", sharing.Value.AccessManagementQuantity, needed)
}

// foreignAccounts are the accounts other than the owner that a key policy names.
func foreignAccounts(raw []byte, owner string) (accounts []string) {
	var document struct {
		Statement []struct{ Principal map[string]texts }
	}
	if json.Unmarshal(raw, &document) != nil {
		return nil
	}
	for _, statement := range document.Statement {
		for _, name := range statement.Principal["RAM"] {
			rest, isARN := strings.CutPrefix(name, "acs:ram::")
			account, _, _ := strings.Cut(rest, ":")
			if isARN && account != owner && !slices.Contains(accounts, account) {
				accounts = append(accounts, account)
			}
		}
	}
	return accounts
}
