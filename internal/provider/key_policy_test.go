package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

const roleOfSource = "acs:ram::" + emulator.SourceAccount + ":role/oss-srr-orders"

func twoAccountsKMS() string {
	return `
resource "srr_replication_role" "orders" {
  name                   = "oss-srr-orders"
  source_buckets         = ["orders"]
  kms_crypto_user_access = true
}
resource "srr_destination_grant" "orders" {
  provider = srralt
  bucket   = "orders-backup"
  role_arn = srr_replication_role.orders.arn
}
resource "srr_kms_key_policy" "replica" {
  provider = srralt
  key_id   = "` + emulator.ReplicaKeyARN() + `"
  role_arn = srr_replication_role.orders.arn
}
resource "srr_rule" "orders" {
  source_bucket      = "orders"
  destination_bucket = srr_destination_grant.orders.bucket
  role               = srr_replication_role.orders.name
  replicate_history  = true
  replica_kms_key_id = srr_kms_key_policy.replica.key_arn
}
`
}

// encryptedObject puts an object encrypted with the source's own key into the
// source bucket.
func encryptedObject(w *emulator.World) {
	b := &w.OSS.Buckets[0]
	b.Objects = append(b.Objects, oss.Object{
		Key: "secret.json", Data: []byte("{}"), Encryption: &oss.Encryption{Algorithm: "KMS", KMSKeyID: emulator.SourceKey},
	})
}

func (c testCloud) keyPolicy(id string) string {
	for _, k := range c.World().KMS.Keys {
		if k.ID == id {
			return k.Policy
		}
	}
	c.t.Fatalf("no key %s", id)
	return ""
}

func (c testCloud) setKeyPolicy(id string, edit func(policy string) string) {
	c.change(func(w *emulator.World) {
		for i := range w.KMS.Keys {
			if w.KMS.Keys[i].ID == id {
				w.KMS.Keys[i].Policy = edit(w.KMS.Keys[i].Policy)
			}
		}
	})
}

func TestKeyPolicy_encryptedObjectsArriveAndTheKeyIsAsBefore(t *testing.T) {
	t.Parallel()
	before := `{ "Version": "1", "Statement": [ {"Sid": "kms default key policy", "Effect":"Allow", ` +
		`"Principal": {"RAM": ["acs:ram::` + emulator.DestinationAccount + `:*"]}, "Action": "kms:*", "Resource": "*"} ] }` + "\n"
	cloud := newCloud(t, encryptedObject)
	cloud.setKeyPolicy(emulator.ReplicaKey, func(string) string { return before })
	cloud.run(
		resource.TestStep{
			Config: twoAccountsKMS(),
			Check:  func(*terraform.State) error { cloud.arrived("secret.json"); return nil },
		},
		resource.TestStep{
			PreConfig: func() {
				cloud.setKeyPolicy(emulator.ReplicaKey, func(p string) string {
					if !strings.Contains(p, `"kms:GenerateDataKey",`) {
						t.Errorf("the grant does not have the documented actions: %s", p)
					}
					return strings.Replace(p, `"kms:GenerateDataKey",`, "", 1)
				})
			},
			Config: twoAccountsKMS(),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("srr_kms_key_policy.replica", plancheck.ResourceActionUpdate),
				plancheck.ExpectResourceAction("srr_rule.orders", plancheck.ResourceActionNoop),
			}},
		},
		resource.TestStep{
			Config:           twoAccountsKMS(),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
		resource.TestStep{
			ResourceName: "srr_kms_key_policy.replica", ImportState: true, ImportStateVerify: true,
			ImportStateId: emulator.ReplicaKeyARN() + "," + roleOfSource, ImportStateVerifyIdentifierAttribute: "key_arn",
		},
	)
	if after := cloud.keyPolicy(emulator.ReplicaKey); after != before {
		t.Errorf("the key policy was\n%s\nand is\n%s", before, after)
	}
}

// keyGrant is a configuration with one key grant and nothing else.
func keyGrant(key, more string) string {
	return `
resource "srr_kms_key_policy" "replica" {
  provider = srralt
  key_id   = "` + key + `"
  role_arn = "` + roleOfSource + `"
` + more + `
}
`
}
