package check_test

import (
	"github.com/terraform-srr/terraform-provider-srr/internal/check"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

const (
	noSession = "cannot assume the role"
	noDataKey = "kms:GenerateDataKey"
	// noUse is what KMS says to a role that may not use the key for replicas.
	noUse = noDataKey + " with acs:kms:" + emulator.Region + ":" + emulator.DestinationAccount + ":key/" + emulator.ReplicaKey + ": Forbidden.NoPermission"
	// unmet holds for nobody who calls from the service's own network.
	unmet = `"Condition":{"IpAddress":{"acs:SourceIp":["203.0.113.1/32"]}}`
	// met holds for everybody else.
	met = `"Condition":{"NotIpAddress":{"acs:SourceIp":["203.0.113.1/32"]}}`
)

func denying(w *world, action string) identity.Attachment {
	return denyingIn(w, emulator.SourceAccount, action)
}

// denyingIn makes a policy that denies an action.
func denyingIn(w *world, account, action string) identity.Attachment {
	a := w.account(account)
	a.Policies = append(a.Policies, identity.Policy{Name: "no", Versions: []identity.Version{{
		Number: 1, Document: `{"Version":"1","Statement":[{"Effect":"Deny","Action":"` + action + `","Resource":"*"}]}`,
	}}})
	return identity.Attachment{Type: "Custom", Policy: "no"}
}

func trust(principal string) string {
	return `{"Version":"1","Statement":[` + trusting("Allow", principal, "") + `]}`
}

func trusting(effect, principal, more string) string {
	return `{"Effect":"` + effect + `","Action":"sts:AssumeRole","Principal":` + principal + more + `}`
}

// addPolicy adds a policy to the source's account.
func addPolicy(w *world, document string) identity.Attachment {
	a := w.account(emulator.SourceAccount)
	a.Policies = append(a.Policies, identity.Policy{Name: "added", Versions: []identity.Version{{Number: 1, Document: document}}})
	return identity.Attachment{Type: "Custom", Policy: "added"}
}

// reading is a role policy for resources.
func reading(resources string) string {
	return `{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:ReplicateList","oss:ReplicateGet"],"Resource":[` + resources + `]}]}`
}

func roleCauses() []cause {
	const service = `{"Service":["` + replication.Service + `"]}`
	const bucket, objects = `"acs:oss:*:*:orders"`, `"acs:oss:*:*:orders/*"`
	noGet := "not allowed " + replication.ActionGet + " on orders"
	return []cause{
		{name: "role missing", id: "role", status: check.Fail, reason: noSession, spoil: func(w *world) { w.account(emulator.SourceAccount).Roles = nil }},
		{name: "trusts an account", id: "role_kind", status: check.Fail, reason: noSession, spoil: func(w *world) {
			w.role().TrustPolicy = trust(`{"RAM":["acs:ram::` + emulator.SourceAccount + `:root"]}`)
		}},
		{name: "trusts another service", id: "role_trust", status: check.Fail, reason: noSession, spoil: func(w *world) { w.role().TrustPolicy = trust(`{"Service":["ecs.aliyuncs.com"]}`) }},
		{name: "trust denied", id: "role_trust", status: check.Fail, reason: noSession, spoil: func(w *world) {
			w.role().TrustPolicy = `{"Version":"1","Statement":[` + trusting("Allow", service, "") + "," + trusting("Deny", service, "") + `]}`
		}},
		{name: "trust under a condition", id: "role_trust", status: check.Warn, reason: noSession, spoil: func(w *world) {
			w.role().TrustPolicy = `{"Version":"1","Statement":[` + trusting("Allow", service, ","+unmet) + `]}`
		}},
		{name: "policy without the bucket", id: "role_policy_bucket", status: check.Fail, reason: "not allowed " + replication.ActionList + " on orders", spoil: func(w *world) { w.setRolePolicy(reading(objects)) }},
		{name: "policy without the objects", id: "role_policy_objects", status: check.Fail, reason: noGet, spoil: func(w *world) { w.setRolePolicy(reading(bucket)) }},
		{name: "policy for another bucket's objects", id: "role_policy_objects", status: check.Fail, reason: noGet, spoil: func(w *world) { w.setRolePolicy(reading(bucket + `,"acs:oss:*:*:orders-old/*"`)) }},
		{name: "policy for half of the objects", id: "role_policy_objects", status: check.Warn, reason: noGet, spoil: func(w *world) {
			w.setRolePolicy(reading(bucket + `,"acs:oss:*:*:orders/2025/*"`))
		}},
		{name: "no use of keys", id: "role_kms", status: check.Fail, reason: noUse, spoil: func(w *world) { w.role().Attached = w.role().Attached[:1] }},
		{name: "use of the source's key only", id: "role_kms", status: check.Fail, reason: noUse, given: keyStatement(sourceKeyARN, emulator.ReplicaKeyARN()), spoil: keyStatement(sourceKeyARN)},
	}
}

func denyCauses() []cause {
	return []cause{
		{name: "denied decrypting by a role policy", id: "role_deny", status: check.Fail, reason: "kms:Decrypt with " + emulator.SourceKey + ": Forbidden.NoPermission", spoil: func(w *world) {
			w.role().Attached = append(w.role().Attached, denying(w, "kms:Decrypt"))
		}},
		{name: "denied by a role policy", id: "role_deny", status: check.Fail, reason: "not allowed oss:ReplicateGet", spoil: func(w *world) {
			w.role().Attached = append(w.role().Attached, denying(w, "oss:ReplicateGet"))
		}},
		{name: "denied the destination by a role policy", id: "role_deny", status: check.Fail, reason: "not allowed oss:ReplicatePut", spoil: func(w *world) {
			w.role().Attached = append(w.role().Attached, denying(w, "oss:ReplicatePut"))
		}},
		{name: "denied the key by a role policy", id: "role_deny", status: check.Fail, reason: noUse, spoil: func(w *world) {
			w.role().Attached = append(w.role().Attached, denying(w, noDataKey))
		}},
		{name: "objects denied by the source's policy", id: "source_deny", status: check.Fail, reason: "the policy of orders denies oss:GetObject", spoil: func(w *world) {
			addStatement(w.source(), `{"Effect":"Deny","Action":["oss:GetObject"],"Principal":["`+principal+`"],"Resource":["acs:oss:*:*:orders/*"]}`)
		}},
		{name: "list denied by the source's policy", id: "source_deny", status: check.Fail, reason: "the policy of orders denies oss:ListObjects", spoil: func(w *world) {
			addStatement(w.source(), `{"Effect":"Deny","Action":["oss:ListObjects"],"Principal":["*"],"Resource":["acs:oss:*:*:orders"]}`)
		}},
		{name: "denied by the source's policy under a condition", id: "source_deny", status: check.Warn, reason: "the policy of orders denies oss:GetObject", spoil: func(w *world) {
			addStatement(w.source(), `{"Effect":"Deny","Action":["oss:GetObject"],"Principal":["*"],"Resource":["acs:oss:*:*:orders/*"],`+met+`}`)
		}},
		{name: "denied by the destination's policy", id: "destination_deny", status: check.Fail, reason: "denies oss:PutObject", spoil: func(w *world) {
			addStatement(w.destination(), `{"Effect":"Deny","Action":["oss:PutObject"],"Principal":["*"],"Resource":["`+objects+`"]}`)
		}},
		{name: "denied to everybody else", id: "destination_deny", status: check.Fail, reason: "not allowed oss:ReplicatePut on orders-backup", spoil: func(w *world) {
			addStatement(w.destination(), `{"Effect":"Deny","Action":["oss:*"],"NotPrincipal":["`+emulator.DestinationAccount+`"],"Resource":["`+objects+`"]}`)
		}},
		{name: "denied by the destination's policy under a condition", id: "destination_deny", status: check.Warn, reason: "not allowed oss:ReplicatePut on orders-backup", spoil: func(w *world) {
			addStatement(w.destination(), `{"Effect":"Deny","Action":["oss:ReplicatePut"],"Principal":["*"],"Resource":["`+objects+`"],`+met+`}`)
		}},
		{name: "deletions denied by the destination's policy", id: "destination_deny", status: check.Fail, ask: withDeletes, about: deletedKey, reason: "the policy of orders-backup denies oss:DeleteObject", given: withDeletion, spoil: func(w *world) {
			addStatement(w.destination(), `{"Effect":"Deny","Action":["oss:DeleteObject"],"Principal":["*"],"Resource":["`+objects+`"]}`)
		}},
		{name: "denied by the key policy", id: "key_deny", status: check.Fail, reason: noUse, spoil: func(w *world) { w.setKeyPolicy(keyPolicy("Deny", roleARN)) }},
		{name: "denied to the account by the key policy", id: "key_deny", status: check.Fail, reason: noUse, spoil: func(w *world) {
			w.setKeyPolicy(keyPolicy("Deny", "acs:ram::"+emulator.SourceAccount+":*"))
		}},
	}
}
