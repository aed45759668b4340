package check_test

import (
	"github.com/terraform-srr/terraform-provider-srr/internal/check"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

const secondKey = "2026/second.json"

// denyPart denies an action on one object of a bucket.
func denyPart(bucket, action string) string {
	return `{"Effect":"Deny","Action":["` + action + `"],"Principal":["*"],"Resource":["acs:oss:*:*:` + bucket + `/` + secondKey + `"]}`
}

// partCauses hit one object and leave the other alone.
func partCauses() []cause {
	return []cause{
		{name: "a part denied by the source's policy", id: "source_deny", status: check.Warn, about: secondKey, reason: "denies oss:GetObject", spoil: func(w *world) {
			addStatement(w.source(), denyPart("orders", "oss:GetObject"))
		}},
		{name: "a part denied by the source's policy leaves the rest", id: "source_deny", status: check.Warn, spoil: func(w *world) {
			addStatement(w.source(), denyPart("orders", "oss:GetObject"))
		}},
		{name: "a part denied by the destination's policy", id: "destination_deny", status: check.Warn, about: secondKey, reason: "denies oss:PutObject", spoil: func(w *world) {
			addStatement(w.destination(), denyPart("orders-backup", "oss:PutObject"))
		}},
		{name: "a part denied by the destination's policy leaves the rest", id: "destination_deny", status: check.Warn, spoil: func(w *world) {
			addStatement(w.destination(), denyPart("orders-backup", "oss:PutObject"))
		}},
		{
			name: "one of two prefixes denied", id: "destination_deny", status: check.Warn, ask: func(in *check.Input) { in.Prefixes = []string{"2025/", "2026/"} },
			given: func(w *world) { w.rule().Prefixes = []string{"2025/", "2026/"} }, spoil: func(w *world) {
				addStatement(w.destination(), `{"Effect":"Deny","Action":["oss:ReplicatePut"],"Principal":["*"],"Resource":["acs:oss:*:*:orders-backup/2025/*"]}`)
			},
		},
		{name: "a part denied by a role policy", id: "role_deny", status: check.Warn, about: secondKey, reason: "not allowed oss:ReplicateGet", spoil: func(w *world) {
			w.role().Attached = append(w.role().Attached, denyingOn(w, "oss:ReplicateGet", "acs:oss:*:*:orders/"+secondKey))
		}},
		{
			name: "listing denied where history is not wanted", id: "source_deny", status: check.Warn, ask: func(in *check.Input) { no := false; in.History = &no },
			given: func(w *world) { w.rule().ReplicateHistory, w.rule().After = false, 0 }, spoil: func(w *world) {
				addStatement(w.source(), `{"Effect":"Deny","Action":["oss:ListObjects"],"Principal":["*"],"Resource":["acs:oss:*:*:orders"]}`)
			},
		},
		{
			name: "no listing where history is not wanted", id: "role_policy_bucket", status: check.Warn, ask: func(in *check.Input) { no := false; in.History = &no },
			given: func(w *world) { w.rule().ReplicateHistory, w.rule().After = false, 0 }, spoil: func(w *world) { w.setRolePolicy(reading(`"acs:oss:*:*:orders/*"`)) },
		},
		{name: "listing denied by the destination's policy", id: "destination_deny", status: check.Warn, spoil: func(w *world) {
			addStatement(w.destination(), `{"Effect":"Deny","Action":["oss:ReplicateList"],"Principal":["*"],"Resource":["acs:oss:*:*:orders-backup"]}`)
		}},
		{name: "reading denied in the destination by a role policy", id: "role_deny", status: check.Fail, reason: "not allowed oss:ReplicateGet on orders-backup", spoil: func(w *world) {
			w.role().Attached = append(w.role().Attached, denyingOn(w, "oss:ReplicateGet", "acs:oss:*:*:orders-backup/*"))
		}},
	}
}

// denyingOn makes a policy of the source's account that denies an action on a
// resource.
func denyingOn(w *world, action, resource string) identity.Attachment {
	return addPolicy(w, `{"Version":"1","Statement":[{"Effect":"Deny","Action":"`+action+`","Resource":"`+resource+`"}]}`)
}
