package provider_test

import (
	"maps"
	"strconv"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// reader is a role that may copy from orders and nothing else.
func reader(w *emulator.World) {
	customPolicy("reads-orders", "Allow", `["oss:ReplicateGet", "oss:ReplicateList"]`, "acs:oss:*:*:orders*")(w)
	roleWith("reader", trustOf("Allow", "oss.aliyuncs.com"), identity.Attachment{Type: "Custom", Policy: "reads-orders"})(w)
}

func encrypted(bucket string, key string) func(*emulator.World) {
	return func(w *emulator.World) {
		bucketOf(w, bucket).Encryption = &oss.Encryption{Algorithm: "KMS", KMSKeyID: key}
	}
}

// TestRule_verdictsAreForetold breaks one thing in each world; the plan names the
// verdict of srr_check and what to do.
func TestRule_verdictsAreForetold(t *testing.T) {
	t.Parallel()
	withKey := arguments{"replica_kms_key_id": strconv.Quote(emulator.ReplicaKeyARN())}
	denied := `{"Version":"1","Statement":[{"Effect":"Deny","Action":["oss:GetObject"],"Principal":["*"],"Resource":["acs:oss:*:*:orders/*"]}]}`
	for name, c := range map[string]struct {
		world     []func(*emulator.World)
		arguments arguments
		want      []string
	}{
		"the source's policy denies": {
			world: []func(*emulator.World){func(w *emulator.World) { bucketOf(w, "orders").Policy = denied }},
			want:  []string{"The role is denied what replication needs", "source_deny: statement 1 of the policy of bucket orders denies the role oss:GetObject", "Ask the owner", "An explicit Deny hits role reader."},
		},
		"no use of keys": {
			arguments: withKey,
			want:      []string{"The role may not use the KMS keys", "role_kms: no policy of the role allows kms:GenerateDataKey on " + emulator.ReplicaKeyARN(), "Role reader decrypts with the key of the source and encrypts with the key for the replicas."},
		},
		"a part of the source": {
			world: []func(*emulator.World){
				customPolicy("part", "Allow", `["oss:ReplicateGet", "oss:ReplicateList"]`, "acs:oss:*:*:orders/2026/*"),
				customPolicy("bucket", "Allow", `["oss:ReplicateGet", "oss:ReplicateList"]`, "acs:oss:*:*:orders"),
				roleWith("part", trustOf("Allow", "oss.aliyuncs.com"), identity.Attachment{Type: "Custom", Policy: "part"}, identity.Attachment{Type: "Custom", Policy: "bucket"}),
			},
			arguments: arguments{"role": `"part"`},
			want:      []string{"The role may not read the source bucket", "role_policy_objects: the role is allowed oss:ReplicateGet on", "only in part", "Role part needs oss:ReplicateGet and oss:ReplicateList on bucket orders."},
		},
		"the source encrypts": {
			world: []func(*emulator.World){encrypted("orders", emulator.SourceKey)},
			want:  []string{"Encrypted objects will be skipped", "source_encryption: bucket orders encrypts with KMS", "replica_kms_key_id", "OSS copies objects that are encrypted with KMS only under a rule with a key for the replicas."},
		},
		"the destination encrypts": {
			world: []func(*emulator.World){encrypted("orders-backup", emulator.ReplicaKey), func(w *emulator.World) {
				bucketOf(w, "orders-backup").Policy = `{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:GetBucketInfo"],"Principal":["` + emulator.SourceAccount + `"],"Resource":["acs:oss:*:*:orders-backup"]}]}`
			}},
			want: []string{"The destination bucket encrypts with a key", "destination_encryption", "OSS writes into a bucket that encrypts with a KMS key only under a rule with a key for the replicas."},
		},
		"no room": {
			world: []func(*emulator.World){func(w *emulator.World) {
				for i := range 100 {
					name := "full-" + strconv.Itoa(i)
					bucketOf(w, "orders").Rules = append(bucketOf(w, "orders").Rules, oss.Rule{ID: name, Destination: name, Created: time.Now()})
				}
			}},
			want: []string{"The source bucket has as many rules as it may have", "source_rule_limit: bucket orders has 100 rules", "OSS allows 100 rules for a bucket."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := ruleTest(t, append(c.world, reader)...)
			given := arguments{"role": `"reader"`}
			maps.Copy(given, c.arguments)
			d.write(ruleBlock("a", given)).plan().plans("a create").
				warns(append(c.want, "OSS will refuse the rule, or not copy what it concerns, unless this run changes that.")...)
		})
	}
}

// TestRule_factsCostAFewCalls: the verdicts of a plan are made of these reads,
// and a role that the plan makes is not asked for.
func TestRule_factsCostAFewCalls(t *testing.T) {
	want := map[string]int{
		"GetCallerIdentity": 1, "GetRole": 1, "ListPoliciesForRole": 1, "GetPolicy": 1, "GetBucketPolicy": 1, "GetBucketInfo": 2, "GetBucketReplication": 1,
	}
	d := ruleTest(t, reader)
	count := func() map[string]int {
		counted := map[string]int{}
		for _, r := range d.cloud.Requests(0) {
			counted[r.Operation]++
		}
		d.cloud.ClearRequests()
		return counted
	}
	d.write(ruleBlock("a", arguments{"role": `"reader"`})).plan().ok()
	if got := count(); !maps.Equal(got, want) {
		t.Errorf("the plan called %v", got)
	}
	const role = "resource \"srr_replication_role\" \"r\" {\n  name = \"planned\"\n  source_buckets = [\"orders\"]\n}\n"
	d.write(role + ruleBlock("a", arguments{"role": "srr_replication_role.r.name"})).plan().ok()
	got := count()
	if got["GetRole"]+got["ListPoliciesForRole"]+got["GetPolicy"] > 0 || got["GetBucketInfo"] != 2 {
		t.Errorf("the plan of role and rule called %v", got)
	}
}

// TestRule_unknownValuesForetellNothing: key and prefixes may turn out right.
func TestRule_unknownValuesForetellNothing(t *testing.T) {
	d := ruleTest(t, reader, encrypted("orders", emulator.SourceKey),
		customPolicy("part", "Allow", `["oss:ReplicateGet", "oss:ReplicateList"]`, "acs:oss:*:*:orders/2026/*"),
		customPolicy("bucket", "Allow", `["oss:ReplicateGet", "oss:ReplicateList"]`, "acs:oss:*:*:orders"),
		roleWith("part", trustOf("Allow", "oss.aliyuncs.com"), identity.Attachment{Type: "Custom", Policy: "part"}, identity.Attachment{Type: "Custom", Policy: "bucket"}))
	const later = "resource \"terraform_data\" \"later\" {\n  input = \"2026/\"\n}\n"
	d.write(later + ruleBlock("a", arguments{"role": `"part"`, "prefixes": "[terraform_data.later.output]", "replica_kms_key_id": "terraform_data.later.output"})).plan().ok()
}
