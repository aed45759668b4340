package check_test

import (
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/check"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/kms"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

const (
	sourceKeyARN = "acs:kms:" + emulator.Region + ":" + emulator.SourceAccount + ":key/" + emulator.SourceKey
	// deletedKey is an object that was deleted in the source after it had arrived.
	deletedKey = "2026/deleted.json"
	noPut      = "not allowed oss:ReplicatePut on orders-backup"
)

func withDeletes(in *check.Input) { yes := true; in.Deletes = &yes }

func withoutKey(in *check.Input) { in.ReplicaKey = nil }

// withDeletion leaves a deletion to be repeated.
func withDeletion(w *world) {
	w.rule().Deletions = []oss.Deletion{{Key: deletedKey, Sequence: 2000, At: w.Time}}
}

// plain takes encryption out of the right world.
func plain(w *world) {
	w.source().Encryption = nil
	for i := range w.source().Objects {
		w.source().Objects[i].Encryption = nil
	}
	w.rule().ReplicateKMS, w.rule().ReplicaKMSKeyID = false, ""
}

// keyStatement lets the role use just these keys, by its own policy.
func keyStatement(arns ...string) func(*world) {
	return func(w *world) {
		w.role().Attached = w.role().Attached[:1]
		w.setRolePolicy(replication.SourcePolicy([]string{emulator.SourceBucket}, arns))
	}
}

// conditional puts a condition into the grant of the destination.
func conditional(w *world) { w.replace(`"Effect":"Allow"`, `"Effect":"Allow",`+unmet) }

func destinationCauses() []cause {
	return []cause{
		{name: "no statement", id: "destination_statement", status: check.Fail, reason: noPut, spoil: func(w *world) { w.destination().Policy = emulator.ForeignPolicy() }},
		{name: "no policy", id: "destination_statement", status: check.Fail, reason: noPut, spoil: func(w *world) { w.destination().Policy = "" }},
		{name: "no reading in the destination", id: "destination_statement", status: check.Fail, reason: "not allowed oss:ReplicateGet on orders-backup", spoil: func(w *world) {
			w.replace(`"oss:ReplicateGet"`, `"oss:ReplicateList"`)
		}},
		{name: "another bucket's resource", id: "destination_statement", status: check.Fail, reason: noPut, spoil: func(w *world) { w.replace(":orders-backup/", ":orders-backups/") }},
		{name: "the bucket's resource only", id: "destination_statement", status: check.Fail, reason: noPut, spoil: func(w *world) { w.replace(`,"`+objects+`"`, "") }},
		{name: "another owner's resource", id: "destination_statement", status: check.Fail, reason: noPut, spoil: func(w *world) {
			w.replace(":"+emulator.DestinationAccount+":", ":"+emulator.SourceAccount+":")
		}},
		{name: "half of the objects", id: "destination_statement", status: check.Warn, reason: noPut, spoil: func(w *world) { w.replace(":orders-backup/*", ":orders-backup/2025/*") }},
		{name: "under a condition", id: "destination_statement", status: check.Warn, reason: noPut, spoil: conditional},
		{name: "a principal without sessions", id: "destination_principal_form", status: check.Fail, reason: noPut, spoil: func(w *world) { w.replace(principal, strings.TrimSuffix(principal, "/*")) }},
		{name: "the role's own case", id: "destination_principal_case", status: check.Fail, reason: noPut, spoil: func(w *world) {
			w.replace("oss-srr-orders", roleName)
		}},
		{name: "the wrong account", id: "destination_principal_account", status: check.Fail, reason: noPut, spoil: func(w *world) {
			w.replace("arn:sts::"+emulator.SourceAccount, "arn:sts::"+emulator.DestinationAccount)
		}},
		{name: "a statement for everyone", id: "block_public_access", status: check.Fail, reason: noPut, given: func(w *world) {
			w.destination().BlockPublicAccess = false
			w.replace(principal, "*")
		}, spoil: func(w *world) { w.destination().BlockPublicAccess = true }},
		{
			name: "no deletions", id: "destination_deletes", status: check.Fail, ask: withDeletes, given: withDeletion, about: deletedKey,
			reason: "not allowed oss:ReplicateDelete on orders-backup", spoil: func(w *world) { w.replace(`,"oss:ReplicateDelete"`, "") },
		},
		{
			name: "no delete markers", id: "destination_deletes", status: check.Warn, about: deletedKey,
			given: func(w *world) {
				withMarker(w)
				w.rule().Action = "PUT"
			},
			reason: "not allowed oss:ReplicateDelete on orders-backup", spoil: func(w *world) { w.replace(`,"oss:ReplicateDelete"`, "") },
		},
	}
}

func bucketCauses() []cause {
	// readable lets the source's account see the destination, and takes the rule
	// away: while there is one, OSS changes no versioning.
	readable := func(w *world) {
		w.source().Rules = nil
		addStatement(w.destination(), `{"Effect":"Allow","Action":["oss:GetBucketInfo"],"Principal":["`+emulator.SourceAccount+`"],"Resource":["acs:oss:*:*:orders-backup"]}`)
	}
	return []cause{
		{name: "the source is gone", id: "source_bucket", status: check.Fail, reason: "no rule", spoil: func(w *world) { w.OSS.Buckets = w.OSS.Buckets[1:] }},
		{name: "the source belongs to another account", id: "source_bucket", status: check.Fail, reason: noSession, spoil: func(w *world) {
			w.Accounts = append(w.Accounts, identity.Account{ID: "3000000000000003", Name: "third"})
			w.source().Owner = "3000000000000003"
		}},
		{name: "the destination is gone", id: "destination_bucket", status: check.Fail, reason: "orders-backup does not exist", spoil: func(w *world) {
			w.OSS.Buckets = w.OSS.Buckets[:1]
		}},
		{name: "the destination is elsewhere", id: "regions", status: check.Fail, reason: "orders-backup is not in oss-cn-hangzhou", spoil: func(w *world) { w.destination().Region = "cn-beijing" }},
		{name: "the source is elsewhere", id: "regions", status: check.Fail, reason: "orders-backup is not in oss-cn-beijing", spoil: func(w *world) { w.source().Region = "cn-beijing" }},
		{
			name: "the key is elsewhere", id: "regions", status: check.Fail, reason: noDataKey,
			spoil: func(w *world) {
				w.KMS.Instances = append(w.KMS.Instances, kms.Instance{ID: "kst-bj", Owner: emulator.DestinationAccount, Region: "cn-beijing", AccessManagementQuantity: 2})
				replicaKey(w).Region, replicaKey(w).InstanceID = "cn-beijing", "kst-bj"
				w.rule().ReplicaKMSKeyID = strings.Replace(emulator.ReplicaKeyARN(), emulator.Region, "cn-beijing", 1)
			},
			then: func(in *check.Input) { in.ReplicaKey.Region = "cn-beijing" },
		},
		{name: "source encrypts, rule without KMS", id: "source_encryption", status: check.Fail, reason: "encrypted with KMS, which the rule does not select", ask: withoutKey, given: plain, spoil: func(w *world) {
			w.source().Encryption = &oss.Encryption{Algorithm: "KMS", KMSKeyID: emulator.SourceKey}
			w.source().Objects[0].Encryption = w.source().Encryption
		}},
		{name: "the destination encrypts with its key", id: "destination_encryption", status: check.Fail, reason: "encrypts with a KMS key by default", ask: withoutKey, given: plain, spoil: func(w *world) {
			w.destination().Encryption = &oss.Encryption{Algorithm: "KMS", KMSKeyID: emulator.ReplicaKey}
		}},
		{name: "versioning differs", id: "versioning", status: check.Fail, amiss: "rule", refusal: "InvalidRequest", given: readable, spoil: func(w *world) { w.destination().Versioning = "Enabled" }},
		{name: "versioning of the source is suspended", id: "versioning", status: check.Fail, amiss: "rule", refusal: "InvalidRequest", given: readable, spoil: func(w *world) { w.source().Versioning = "Suspended" }},
		{name: "versioning of the destination is suspended", id: "versioning", status: check.Fail, amiss: "rule", refusal: "InvalidRequest", given: readable, spoil: func(w *world) {
			w.source().Versioning, w.destination().Versioning = "Enabled", "Suspended"
		}},
	}
}
