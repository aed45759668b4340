package provider_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

const readable = `{"Effect":"Allow","Action":["oss:GetBucketInfo"],"Principal":["` + emulator.SourceAccount + `"],"Resource":["acs:oss:*:*:orders-backup"]}`

func policyOf(bucket string, statements ...string) func(*emulator.World) {
	return func(w *emulator.World) {
		bucketOf(w, bucket).Policy = `{"Version":"1","Statement":[` + strings.Join(statements, ",") + `]}`
	}
}

// TestRule_verdictsAreForetoldForReplacements changes the world after a rule was
// made, and then the rule: its replacement meets what a new rule would meet, and
// each warning is given once.
func TestRule_verdictsAreForetoldForReplacements(t *testing.T) {
	t.Parallel()
	all := identity.Attachment{Type: "System", Policy: "AdministratorAccess"}
	trust := trustOf("Allow", "oss.aliyuncs.com")
	conditional := strings.Replace(trust, `"Action"`, `"Condition": {"IpAddress": {"acs:SourceIp": ["203.0.113.1/32"]}}, "Action"`, 1)
	reads := identity.Attachment{Type: "Custom", Policy: "reads-orders"}
	withKey := arguments{"replica_kms_key_id": strconv.Quote(emulator.ReplicaKeyARN())}
	for name, c := range map[string]struct {
		world   []func(*emulator.World)
		changed arguments
		want    []string
	}{
		"no trust":          {[]func(*emulator.World){roleWith("other", trustOf("Allow", "ecs.aliyuncs.com"), all)}, nil, []string{"OSS cannot assume the role", "role_trust: ", "OSS copies as role other."}},
		"conditional trust": {[]func(*emulator.World){roleWith("other", conditional, all)}, nil, []string{"OSS cannot assume the role", "role_trust: a condition decides"}},
		"no reading":        {[]func(*emulator.World){roleWith("other", trust)}, nil, []string{"The role may not read the source bucket", "role_policy_objects: nothing allows"}},
		"denied": {
			[]func(*emulator.World){policyOf("orders", `{"Effect":"Deny","Action":["oss:GetObject"],"Principal":["*"],"Resource":["acs:oss:*:*:orders/*"]}`)},
			arguments{"replicate_deletes": "true"},
			[]string{"The role is denied what replication needs", "source_deny: statement 1 of the policy of bucket orders denies the role oss:GetObject."},
		},
		"a part denied": {
			[]func(*emulator.World){policyOf("orders", `{"Effect":"Deny","Action":["oss:GetObject"],"Principal":["*"],"Resource":["acs:oss:*:*:orders/2026/*"]}`)},
			arguments{"replicate_deletes": "true"},
			[]string{"The role is denied what replication needs", "source_deny: statement 1 of the policy of bucket orders may deny the role oss:GetObject for some objects"},
		},
		"a part denied by the role's policy": {
			[]func(*emulator.World){customPolicy("no", "Deny", `"oss:ReplicateGet"`, "acs:oss:*:*:orders/2026/*"), roleWith("other", trust, reads, identity.Attachment{Type: "Custom", Policy: "no"})},
			nil,
			[]string{"The role is denied what replication needs", "role_deny: a policy of the role denies oss:ReplicateGet in part"},
		},
		"no use of keys": {nil, withKey, []string{"The role may not use the KMS keys", "role_kms: no policy of the role allows kms:GenerateDataKey on"}},
		"the source's key is disabled": {
			[]func(*emulator.World){encrypted("orders", emulator.SourceKey), roleWith("other", trust, all), func(w *emulator.World) { w.KMS.Keys[0].State = "Disabled" }},
			withKey,
			[]string{"The key of the source cannot be used", "source_key_state: key " + emulator.SourceKey + " is in the state Disabled", "Role other decrypts with the key of the source."},
		},
		"the source encrypts": {[]func(*emulator.World){encrypted("orders", emulator.SourceKey)}, arguments{"replicate_deletes": "true"}, []string{"Encrypted objects will be skipped", "source_encryption"}},
		"the destination encrypts": {
			[]func(*emulator.World){encrypted("orders-backup", emulator.ReplicaKey), policyOf("orders-backup", readable)},
			arguments{"replicate_deletes": "true"},
			[]string{"The destination bucket encrypts with a key", "destination_encryption"},
		},
		"versioning differs": {
			[]func(*emulator.World){policyOf("orders-backup", readable), func(w *emulator.World) { bucketOf(w, "orders-backup").Versioning = "Enabled" }},
			arguments{"replicate_deletes": "true"},
			[]string{"Versioning of the buckets differs", "versioning is not set on orders and Enabled on orders-backup", "OSS replicates only between buckets that both have versioning enabled, or both never had it."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := ruleTest(t, reader)
			given := arguments{"role": `"reader"`, "replicate_deletes": "false"}
			d.write(ruleBlock("a", given)).apply().ok()
			d.cloud.change(func(w *emulator.World) {
				for _, change := range c.world {
					change(w)
				}
				if slices.ContainsFunc(w.Accounts[0].Roles, func(r identity.Role) bool { return r.Name == "other" }) {
					given["role"] = `"other"`
				}
			})
			maps.Copy(given, c.changed)
			o := d.write(ruleBlock("a", given)).plan().plans("a replace")
			said := o.said()
			for _, text := range append(c.want, "The rule will be replaced") {
				if strings.Count(said, text) != 1 {
					t.Errorf("%q is not there once in %s", text, said)
				}
			}
			if len(o.problems) != 2 {
				t.Errorf("the plan says %s", said)
			}
		})
	}
}
