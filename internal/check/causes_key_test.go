package check_test

import (
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/check"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/kms"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

func replicaKey(w *world) *kms.Key { return &w.KMS.Keys[1] }

func keyCauses() []cause {
	// ungranted is a key before anybody granted it to the role.
	ungranted := func(w *world) { w.setKeyPolicy("") }
	return []cause{
		{name: "key disabled", id: "key_state", status: check.Fail, reason: "Rejected.Disabled", spoil: func(w *world) { replicaKey(w).State = "Disabled" }},
		{name: "key waits for its deletion", id: "key_state", status: check.Fail, reason: "Rejected.PendingDeletion", spoil: func(w *world) {
			replicaKey(w).State, replicaKey(w).DeleteAt = "PendingDeletion", w.Time.Add(24*time.Hour)
		}},
		{name: "key missing", id: "key_state", status: check.Fail, reason: "Forbidden.KeyNotFound", spoil: func(w *world) { w.KMS.Keys = w.KMS.Keys[:1] }},
		{name: "default key", id: "key_kind", status: check.Fail, reason: noUse, spoil: func(w *world) { replicaKey(w).InstanceID, replicaKey(w).Policy = "", "" }},
		{name: "asymmetric key", id: "key_kind", status: check.Fail, reason: noDataKey + " with " + emulator.ReplicaKeyARN() + ": UnsupportedOperation", spoil: func(w *world) { replicaKey(w).Spec = "RSA_2048" }},
		{name: "key policy for another role", id: "key_policy", status: check.Fail, reason: noUse, spoil: func(w *world) {
			w.setKeyPolicy(strings.ReplaceAll(keyPolicy("Allow", roleARN), ":role/oss-srr-orders", ":role/another"))
		}},
		{name: "key policy names nobody of the account", id: "key_policy", status: check.Fail, reason: noUse, spoil: ungranted},
		{name: "key policy without data keys", id: "key_policy", status: check.Fail, reason: noUse, spoil: func(w *world) {
			w.setKeyPolicy(strings.ReplaceAll(keyPolicy("Allow", roleARN), `,"kms:GenerateDataKey"`, ""))
		}},
		{name: "key policy without decrypting", id: "key_policy", status: check.Fail, reason: "kms:Decrypt with " + emulator.ReplicaKeyARN() + ": Forbidden.NoPermission", spoil: func(w *world) {
			w.setKeyPolicy(strings.ReplaceAll(keyPolicy("Allow", roleARN), `"kms:Decrypt",`, ""))
		}},
		{name: "no unit for the account", id: "key_quota", status: check.Fail, refusal: "Rejected.LimitExceeded", call: setKeyPolicy, amiss: "key_policy", given: ungranted, spoil: func(w *world) { w.KMS.Instances[1].AccessManagementQuantity = 1 }},
	}
}

// setKeyPolicy grants the key to the role.
func setKeyPolicy(c cloud) error {
	return c.client(emulator.DestinationKeyPair()).SetKeyPolicy(c.t.Context(), emulator.ReplicaKeyARN(), []byte(keyPolicy("Allow", roleARN)))
}

func sourceKey(w *world) *kms.Key { return &w.KMS.Keys[0] }

// sourceKeyPolicy is a policy of the source's key: everything for the account, or
// for one of its roles only, and one more statement.
func sourceKeyPolicy(grantee, more string) string {
	return `{"Version":"1","Statement":[{"Effect":"Allow","Action":["kms:*"],"Principal":{"RAM":["acs:ram::` + emulator.SourceAccount + `:` + grantee + `"]},"Resource":["*"]}` + more + `]}`
}

func sourceKeyCauses() []cause {
	const decrypt = "kms:Decrypt with " + emulator.SourceKey + ": "
	const deny = `{"Effect":"Deny","Action":["kms:Decrypt"],"Principal":{"RAM":["` + roleARN + `"]},"Resource":["*"]`
	app := func(w *world) { sourceKey(w).Policy = sourceKeyPolicy("role/app", "") }
	return []cause{
		{name: "source key disabled", id: "source_key_state", status: check.Fail, reason: decrypt + "Rejected.Disabled", spoil: func(w *world) { sourceKey(w).State = "Disabled" }},
		{name: "source key missing", id: "source_key_state", status: check.Fail, reason: decrypt + "Forbidden.KeyNotFound", spoil: func(w *world) { w.KMS.Keys = w.KMS.Keys[1:] }},
		{name: "denied by the source key's policy", id: "source_key_policy", status: check.Fail, reason: decrypt + "Forbidden.NoPermission", spoil: func(w *world) {
			sourceKey(w).Policy = sourceKeyPolicy("*", ","+deny+"}")
		}},
		{name: "denied by the source key's policy under a condition", id: "source_key_policy", status: check.Warn, reason: decrypt + "Forbidden.NoPermission", spoil: func(w *world) {
			sourceKey(w).Policy = sourceKeyPolicy("*", ","+deny+","+met+"}")
		}},
		{
			name: "use of the replica key only", id: "role_kms", status: check.Fail, reason: decrypt + "Forbidden.NoPermission",
			given: func(w *world) { app(w); keyStatement(sourceKeyARN, emulator.ReplicaKeyARN())(w) }, spoil: keyStatement(emulator.ReplicaKeyARN()),
		},
		{name: "no decrypting with the replica key", id: "role_kms", status: check.Fail, reason: "kms:Decrypt with " + emulator.ReplicaKeyARN() + ": Forbidden.NoPermission", spoil: func(w *world) {
			w.role().Attached = w.role().Attached[:1]
			both := replication.SourcePolicy([]string{emulator.SourceBucket}, []string{emulator.ReplicaKeyARN()})
			w.setRolePolicy(strings.ReplaceAll(both, `"kms:Decrypt",`, ""))
		}},
	}
}
