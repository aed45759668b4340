package provider_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

const written = `
locals {
  name    = "Oss-SRR.Orders"
  keys    = ["` + sourceKeyOfTheWorld + `", "` + replicaKeyOfTheWorld + `"]
  actions = ["kms:GenerateDataKey", "kms:Encrypt", "kms:Decrypt"]
}
resource "srr_replication_role" "r" {
  name           = local.name
  source_buckets = ["orders"]
  kms_key_arns   = local.keys
}
resource "srr_destination_grant" "g" {
  provider      = srralt
  bucket        = "orders-backup"
  role_arn      = srr_replication_role.r.arn
  allow_deletes = false
}
resource "srr_kms_key_policy" "k" {
  provider = srralt
  key_id   = "` + replicaKeyOfTheWorld + `"
  role_arn = srr_replication_role.r.arn
  actions  = local.actions
}
output "arn" {
  value = provider::srr::role_arn("` + emulator.SourceAccount + `", local.name) == srr_replication_role.r.arn
}
output "parsed" {
  value = lower(provider::srr::parse_role_arn(srr_replication_role.r.arn).name) == lower(local.name) && provider::srr::parse_role_arn(srr_replication_role.r.arn).account_id == srr_replication_role.r.account_id
}
output "principal" {
  value = provider::srr::role_principal(srr_replication_role.r.arn) == srr_replication_role.r.principal && srr_replication_role.r.principal == srr_destination_grant.g.principal
}
output "source_policy" {
  value = provider::srr::source_policy(["orders"], local.keys)
}
output "destination_policy" {
  value = provider::srr::destination_policy("` + emulator.DestinationAccount + `", "orders-backup", srr_replication_role.r.arn, false)
}
output "kms_statement" {
  value = provider::srr::kms_statement(srr_replication_role.r.arn, local.actions)
}
`

const (
	sourceKeyOfTheWorld  = "acs:kms:" + emulator.Region + ":" + emulator.SourceAccount + ":key/" + emulator.SourceKey
	replicaKeyOfTheWorld = "acs:kms:" + emulator.Region + ":" + emulator.DestinationAccount + ":key/" + emulator.ReplicaKey
)

// TestFunctions_equalWhatResourcesWrite compares with the documents that the
// services hold after the apply: byte for byte where the document is ours alone.
func TestFunctions_equalWhatResourcesWrite(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, func(w *emulator.World) { bucketOf(w, emulator.DestinationBucket).Policy = "" })
	cloud.run(resource.TestStep{Config: written, Check: func(state *terraform.State) error {
		outputs := state.RootModule().Outputs
		for _, name := range []string{"arn", "parsed", "principal"} {
			if outputs[name].Value != "true" {
				t.Errorf("%s is not what the resource has", name)
			}
		}
		world := cloud.World()
		role := world.Accounts[0].Policies[0].Versions
		if got := role[len(role)-1].Document; got != outputs["source_policy"].Value {
			t.Errorf("the role's policy is\n%s\nthe function says\n%s", got, outputs["source_policy"].Value)
		}
		if got := cloud.policy(emulator.DestinationBucket); got != outputs["destination_policy"].Value {
			t.Errorf("the bucket policy is\n%s\nthe function says\n%s", got, outputs["destination_policy"].Value)
		}
		var key struct{ Statement []any }
		var statement any
		for _, k := range world.KMS.Keys {
			if k.ID == emulator.ReplicaKey {
				fromJSON(t, k.Policy, &key)
			}
		}
		fromJSON(t, outputs["kms_statement"].Value.(string), &statement)
		if got := key.Statement[len(key.Statement)-1]; !reflect.DeepEqual(got, statement) {
			t.Errorf("the key policy has\n%v\nthe function says\n%v", got, statement)
		}
		return nil
	}})
}

func fromJSON(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatal(err)
	}
}
