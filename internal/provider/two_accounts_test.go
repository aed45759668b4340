package provider_test

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

const twoAccounts = `
resource "srr_replication_role" "orders" {
  name           = "oss-srr-orders"
  source_buckets = ["orders"]
}
resource "srr_destination_grant" "orders" {
  provider = srralt
  bucket   = "orders-backup"
  role_arn = srr_replication_role.orders.arn
}
resource "srr_rule" "orders" {
  source_bucket      = "orders"
  destination_bucket = srr_destination_grant.orders.bucket
  role               = srr_replication_role.orders.name
  replicate_history  = true
}
`

// arrived waits until an object of the source is in the destination.
func (c testCloud) arrived(key string) {
	c.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		for _, b := range c.World().OSS.Buckets {
			if b.Name != emulator.DestinationBucket {
				continue
			}
			for _, o := range b.Objects {
				if o.Key == key {
					return
				}
			}
		}
	}
	c.t.Fatalf("%s did not arrive", key)
}

func TestTwoAccounts_objectsArriveAndNothingIsLeft(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	cloud.run(
		resource.TestStep{
			Config: twoAccounts,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("srr_replication_role.orders", tfjsonpath.New("arn"), knownvalue.StringExact("acs:ram::"+emulator.SourceAccount+":role/oss-srr-orders")),
				statecheck.ExpectKnownValue("srr_rule.orders", tfjsonpath.New("account_id"), knownvalue.StringExact(emulator.SourceAccount)),
			},
			Check: func(*terraform.State) error { cloud.arrived("2026/first.json"); return nil },
		},
		resource.TestStep{
			Config:           twoAccounts,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
	)
	if got := cloud.policy(emulator.DestinationBucket); got != emulator.ForeignPolicy() {
		t.Errorf("the bucket policy is not as it was:\n%s", got)
	}
	for _, account := range cloud.World().Accounts {
		if len(account.Roles)+len(account.Policies) > 0 {
			t.Errorf("account %s still has %v %v", account.ID, account.Roles, account.Policies)
		}
	}
}

// The location of one region of the finance cloud does not have its name.
func TestTwoAccounts_inTheFinanceCloud(t *testing.T) {
	t.Parallel()
	const region = "cn-hangzhou-finance"
	cloud := newCloud(t, func(w *emulator.World) {
		for i := range w.OSS.Buckets {
			w.OSS.Buckets[i].Region = region
		}
	})
	d := cloud.terraform().write(twoAccounts)
	d.rewrite(`"`+emulator.Region+`"`, `"`+region+`"`)
	d.apply().ok()
	if got := cloud.onlyRule().Location; got != "oss-cn-hzfinance" {
		t.Errorf("the rule goes to %s", got)
	}
	d.plan().empty()
	d.text("state", "rm", "srr_rule.orders")
	d.text("import", "srr_rule.orders", "orders=>orders-backup")
	d.plan().empty()
	d.destroy().ok()
}
