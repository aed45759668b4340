package check_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/check"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/kms"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// cause breaks one thing. Exactly the verdict in id changes to status, and the
// emulator gives reason for the object it does not copy. Where the service
// refuses such a rule from the start, refusal is its code instead.
type cause struct {
	name, id string
	status   check.Status
	spoil    func(w *world)
	ask      func(in *check.Input)
	reason   string
	refusal  string
	// also are verdicts that the same cause cannot leave alone.
	also map[string]check.Status
}

// noRule says that a rule could not be made and so is not there.
func noRule(w *world) { w.source().Rules = nil }

func plain(w *world) {
	w.source().Encryption = nil
	for i := range w.source().Objects {
		w.source().Objects[i].Encryption = nil
	}
	w.rule().ReplicateKMS, w.rule().ReplicaKMSKeyID = false, ""
}

func withDeletes(in *check.Input) { yes := true; in.Deletes = &yes }

func withoutKey(in *check.Input) { in.ReplicaKey = nil }

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

func replicaKey(w *world) *kms.Key { return &w.KMS.Keys[1] }

func trust(principal string) string {
	return `{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":` + principal + `}]}`
}

var missingRule = map[string]check.Status{"rule": check.Warn}

func roleCauses() []cause {
	list := replication.ActionList
	return []cause{
		{name: "role missing", id: "role", status: check.Fail, reason: "cannot assume the role", spoil: func(w *world) { w.account(emulator.SourceAccount).Roles = nil }},
		{name: "trusts an account", id: "role_kind", status: check.Fail, reason: "cannot assume the role", spoil: func(w *world) {
			w.role().TrustPolicy = trust(`{"RAM":["acs:ram::` + emulator.SourceAccount + `:root"]}`)
		}},
		{name: "trusts another service", id: "role_trust", status: check.Fail, reason: "cannot assume the role", spoil: func(w *world) { w.role().TrustPolicy = trust(`{"Service":["ecs.aliyuncs.com"]}`) }},
		{name: "policy without the bucket", id: "role_policy_bucket", status: check.Fail, reason: "not allowed " + list + " on orders", spoil: func(w *world) {
			w.setRolePolicy(`{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:ReplicateList","oss:ReplicateGet"],"Resource":["acs:oss:*:*:orders/*"]}]}`)
		}},
		{name: "policy without the objects", id: "role_policy_objects", status: check.Fail, reason: "not allowed oss:ReplicateGet on orders", spoil: func(w *world) {
			w.setRolePolicy(`{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:ReplicateList","oss:ReplicateGet"],"Resource":["acs:oss:*:*:orders"]}]}`)
		}},
		{name: "policy for half of the objects", id: "role_policy_objects", status: check.Warn, reason: "not allowed oss:ReplicateGet on orders", spoil: func(w *world) {
			w.setRolePolicy(`{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:ReplicateList","oss:ReplicateGet"],"Resource":["acs:oss:*:*:orders","acs:oss:*:*:orders/2025/*"]}]}`)
		}},
		{name: "no key use", id: "role_kms", status: check.Fail, reason: "kms:GenerateDataKey", spoil: func(w *world) { w.role().Attached = w.role().Attached[:1] }},
		{name: "denied by a role policy", id: "role_deny", status: check.Fail, reason: "not allowed oss:ReplicateGet", spoil: func(w *world) {
			w.role().Attached = append(w.role().Attached, denying(w, "oss:ReplicateGet"))
		}},
		{name: "denied the key by a role policy", id: "role_deny", status: check.Fail, reason: "kms:GenerateDataKey", spoil: func(w *world) {
			w.role().Attached = append(w.role().Attached, denying(w, "kms:GenerateDataKey"))
		}},
		{name: "denied by the source's policy", id: "source_deny", status: check.Fail, reason: "the policy of orders denies oss:GetObject", spoil: func(w *world) {
			addStatement(w.source(), `{"Effect":"Deny","Action":["oss:GetObject"],"Principal":["`+principal+`"],"Resource":["acs:oss:*:*:orders/*"]}`)
		}},
	}
}

func destinationCauses() []cause {
	const cannotPut = "not allowed oss:ReplicatePut on orders-backup"
	return []cause{
		{name: "no statement", id: "destination_statement", status: check.Fail, reason: cannotPut, spoil: func(w *world) { w.destination().Policy = emulator.ForeignPolicy() }},
		{name: "no reading in the destination", id: "destination_statement", status: check.Fail, reason: "not allowed oss:ReplicateGet on orders-backup", spoil: func(w *world) {
			w.replace(`"oss:ReplicateGet"`, `"oss:ReplicateList"`)
		}},
		{name: "another bucket's resource", id: "destination_statement", status: check.Fail, reason: cannotPut, spoil: func(w *world) { w.replace(":orders-backup", ":orders-backups") }},
		{name: "another owner's resource", id: "destination_statement", status: check.Fail, reason: cannotPut, spoil: func(w *world) {
			w.replace(":"+emulator.DestinationAccount+":", ":"+emulator.SourceAccount+":")
		}},
		{name: "a principal without sessions", id: "destination_principal_form", status: check.Fail, reason: cannotPut, spoil: func(w *world) { w.replace(principal, strings.TrimSuffix(principal, "/*")) }},
		{name: "the role's own case", id: "destination_principal_case", status: check.Fail, reason: cannotPut, spoil: func(w *world) {
			w.replace("oss-srr-orders", roleName)
		}},
		{name: "the wrong account", id: "destination_principal_account", status: check.Fail, reason: cannotPut, spoil: func(w *world) {
			w.replace("arn:sts::"+emulator.SourceAccount, "arn:sts::"+emulator.DestinationAccount)
		}},
		{name: "denied by the destination's policy", id: "destination_deny", status: check.Fail, reason: "denies oss:PutObject", spoil: func(w *world) {
			addStatement(w.destination(), `{"Effect":"Deny","Action":["oss:PutObject"],"Principal":["*"],"Resource":["`+objects+`"]}`)
		}},
		{name: "a statement for everyone", id: "block_public_access", status: check.Fail, reason: cannotPut, spoil: func(w *world) { w.replace(principal, "*") }},
		{name: "no deletions", id: "destination_deletes", status: check.Fail, reason: "", ask: withDeletes, spoil: func(w *world) { w.replace(`"oss:ReplicateDelete"`, `"oss:ReplicateGet"`) }},
		{name: "the destination is gone", id: "destination_bucket", status: check.Fail, reason: "orders-backup does not exist", spoil: func(w *world) {
			w.OSS.Buckets = w.OSS.Buckets[:1]
		}},
		{name: "the source belongs to another account", id: "source_bucket", status: check.Fail, reason: "cannot assume the role", spoil: func(w *world) {
			w.Accounts = append(w.Accounts, identity.Account{ID: "3000000000000003", Name: "third"})
			w.source().Owner = "3000000000000003"
		}},
		{name: "the destination is elsewhere", id: "regions", status: check.Fail, reason: "orders-backup is not in oss-cn-hangzhou", spoil: func(w *world) { w.destination().Region = "cn-beijing" }},
		{name: "the destination encrypts with its key", id: "destination_encryption", status: check.Fail, reason: "encrypts with a KMS key by default", ask: withoutKey, spoil: func(w *world) {
			plain(w)
			w.destination().Encryption = &oss.Encryption{Algorithm: "KMS", KMSKeyID: emulator.ReplicaKey}
		}},
		{name: "versioning differs", id: "versioning", status: check.Fail, refusal: "InvalidRequest", also: missingRule, spoil: func(w *world) {
			noRule(w)
			w.destination().Versioning = "Enabled"
			addStatement(w.destination(), `{"Effect":"Allow","Action":["oss:GetBucketInfo"],"Principal":["`+emulator.SourceAccount+`"],"Resource":["acs:oss:*:*:orders-backup"]}`)
		}},
		{name: "versioning is suspended", id: "versioning", status: check.Fail, refusal: "InvalidRequest", also: missingRule, spoil: func(w *world) {
			noRule(w)
			w.destination().Versioning, w.source().Versioning = "Suspended", "Suspended"
		}},
	}
}

func keyCauses() []cause {
	return []cause{
		{name: "key disabled", id: "key_state", status: check.Fail, reason: "Rejected.Disabled", spoil: func(w *world) { replicaKey(w).State = "Disabled" }},
		{name: "key missing", id: "key_state", status: check.Fail, reason: "kms:GenerateDataKey", spoil: func(w *world) { w.KMS.Keys = w.KMS.Keys[:1] }},
		{name: "default key", id: "key_kind", status: check.Fail, reason: "kms:GenerateDataKey", spoil: func(w *world) { replicaKey(w).InstanceID, replicaKey(w).Policy = "", "" }},
		{name: "asymmetric key", id: "key_kind", status: check.Fail, reason: "kms:GenerateDataKey", spoil: func(w *world) { replicaKey(w).Spec = "RSA_2048" }},
		{name: "key policy for another role", id: "key_policy", status: check.Fail, reason: "kms:GenerateDataKey", spoil: func(w *world) {
			w.setKeyPolicy(strings.ReplaceAll(keyPolicy("Allow", roleARN), ":role/oss-srr-orders", ":role/another"))
		}},
		{name: "denied by the key policy", id: "key_deny", status: check.Fail, reason: "kms:GenerateDataKey", spoil: func(w *world) { w.setKeyPolicy(keyPolicy("Deny", roleARN)) }},
		{name: "key policy names nobody of the account", id: "key_policy", status: check.Fail, reason: "kms:GenerateDataKey", spoil: func(w *world) { w.setKeyPolicy("") }},
		{name: "no unit for the account", id: "key_quota", status: check.Fail, reason: "kms:GenerateDataKey", also: map[string]check.Status{"key_policy": check.Fail}, spoil: func(w *world) {
			w.setKeyPolicy("")
			w.KMS.Instances[1].AccessManagementQuantity = 1
		}},
		{name: "source encrypts, rule without KMS", id: "source_encryption", status: check.Fail, reason: "encrypted with KMS, which the rule does not select", ask: withoutKey, spoil: func(w *world) {
			w.rule().ReplicateKMS, w.rule().ReplicaKMSKeyID = false, ""
		}},
	}
}

func ruleCauses() []cause {
	wantDeletes := false
	return []cause{
		{name: "no rule", id: "rule", status: check.Warn, reason: "no rule", spoil: noRule},
		{name: "the rule is starting", id: "rule_status", status: check.Warn, reason: "the rule is starting", spoil: func(w *world) { w.rule().Created = w.Time }},
		{name: "the rule is closing", id: "rule_status", status: check.Fail, reason: "the rule is closing", spoil: func(w *world) { w.rule().Closed = w.Time.Add(-time.Second) }},
		{name: "another role", id: "rule_role", status: check.Fail, reason: "cannot assume the role another", spoil: func(w *world) { w.rule().Role = "another" }},
		{name: "another key", id: "rule_key", status: check.Fail, reason: "kms:GenerateDataKey", spoil: func(w *world) { w.rule().ReplicaKMSKeyID += "x" }},
		{name: "a bare key id", id: "rule_key", status: check.Fail, reason: "is a bare id", spoil: func(w *world) { w.rule().ReplicaKMSKeyID = emulator.ReplicaKey }},
		{name: "rule without the key", id: "rule_key", status: check.Fail, reason: "which the rule does not select", spoil: func(w *world) { w.rule().ReplicateKMS, w.rule().ReplicaKMSKeyID = false, "" }},
		{name: "deletions not wanted", id: "rule_deletes", status: check.Fail, ask: func(in *check.Input) { in.Deletes = &wantDeletes }, spoil: func(*world) {}},
		{name: "other prefixes", id: "rule_prefixes", status: check.Fail, reason: "none of the rule's prefixes", ask: func(in *check.Input) { in.Prefixes = []string{"2026/"} }, spoil: func(w *world) { w.rule().Prefixes = []string{"2025/"} }},
		{name: "unexpected prefixes", id: "rule_prefixes", status: check.Warn, reason: "none of the rule's prefixes", spoil: func(w *world) { w.rule().Prefixes = []string{"2025/"} }},
		{name: "other tags", id: "rule_tags", status: check.Fail, reason: "tags do not match", ask: func(in *check.Input) {
			in.TagMatch, in.Tags = replication.MatchAll, []replication.Tag{{Key: "keep", Value: "yes"}}
		}, spoil: func(w *world) {
			w.rule().Action = "PUT"
			w.rule().TagFilter = &oss.TagFilter{Match: "AND", Tags: []oss.Tag{{Key: "keep", Value: "no"}}}
		}},
		{name: "unexpected tags", id: "rule_tags", status: check.Warn, reason: "tags do not match", spoil: func(w *world) {
			w.rule().Action = "PUT"
			w.rule().TagFilter = &oss.TagFilter{Match: "AND", Tags: []oss.Tag{{Key: "keep", Value: "no"}}}
		}},
		{name: "the object came from another bucket", id: "chain", status: check.Warn, reason: "replicas are not replicated again", spoil: func(w *world) {
			w.source().Objects[0].ReplicaOf = "raw"
			w.OSS.Buckets = append(w.OSS.Buckets, oss.Bucket{Name: "raw", Owner: emulator.SourceAccount, Region: emulator.Region, Rules: []oss.Rule{
				{ID: "into", Destination: emulator.SourceBucket, Created: w.Time.Add(-time.Hour)},
			}})
		}},
		{name: "a rule back", id: "loop", status: check.Warn, reason: "", spoil: func(w *world) {
			w.destination().Rules = []oss.Rule{{ID: "back", Destination: emulator.SourceBucket, Role: "back", Created: w.Time.Add(-time.Hour)}}
		}},
		{name: "as many rules as the source may have", id: "source_rule_limit", status: check.Fail, refusal: "TooManyOutgoingReplication", also: missingRule, spoil: func(w *world) {
			noRule(w)
			crowd(w, w.source())
		}},
		{
			name: "as many rules as the destination may have", id: "destination_rule_limit", status: check.Fail, refusal: "TooManyIncomingReplication",
			also: map[string]check.Status{"rule": check.Warn, "chain": check.Warn}, spoil: func(w *world) {
				noRule(w)
				crowd(w, w.destination())
			},
		},
	}
}

// crowd fills a bucket with rules.
func crowd(w *world, b *oss.Bucket) {
	for i := range replication.MaxRulesPerBucket {
		b.Rules = append(b.Rules, oss.Rule{ID: strconv.Itoa(i), Destination: "archive-" + strconv.Itoa(i), Created: w.Time})
	}
}

func TestCheck_eachCauseFlipsItsVerdict(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	for _, group := range [][]cause{roleCauses(), destinationCauses(), keyCauses(), ruleCauses()} {
		for _, each := range group {
			covered[each.id] = true
			t.Run(each.name, func(t *testing.T) { each.test(t) })
		}
	}
	for id := range start(t, rightWorld()).both(input()) {
		if !covered[id] {
			t.Errorf("no case breaks %s", id)
		}
	}
}

func (each cause) test(t *testing.T) {
	w, in := rightWorld(), input()
	each.spoil(&w)
	if each.ask != nil {
		each.ask(&in)
	}
	c := start(t, w)
	verdicts := c.both(in)
	if v := verdicts[each.id]; v.Status != each.status || v.Advice == "" {
		t.Errorf("%s is %+v", each.id, v)
	}
	for id, v := range verdicts {
		if id != each.id && v.Status != check.OK && v.Status != check.Unknown && v.Status != each.also[id] {
			t.Errorf("%s is %s as well: %s", id, v.Status, v.Seen)
		}
	}
	if each.refusal != "" {
		each.refused(t, c)
		return
	}
	if reason := c.explained("2026/first.json"); !strings.Contains(reason, each.reason) || (reason == "") != (each.reason == "") {
		t.Errorf("the emulator says %q", reason)
	}
}

// refused shows that the service does not take the rule at all.
func (each cause) refused(t *testing.T, c cloud) {
	_, err := c.client(emulator.SourceKeyPair()).PutRule(t.Context(), emulator.SourceBucket, alicloud.Rule{
		Action: "ALL", DestinationBucket: emulator.DestinationBucket, DestinationLocation: "oss-" + emulator.Region, Role: roleName,
	})
	if !alicloud.HasCode(err, each.refusal) {
		t.Errorf("the emulator says %v", err)
	}
}
