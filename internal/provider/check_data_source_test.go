package provider_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

const checkBothSides = `
data "srr_check" "source" {
  source_bucket      = "orders"
  destination_bucket = "orders-backup"
  role               = "acs:ram::` + emulator.SourceAccount + `:role/oss-srr-orders"
}
data "srr_check" "backup" {
  provider           = srralt
  source_bucket      = "orders"
  destination_bucket = "orders-backup"
  role               = "acs:ram::` + emulator.SourceAccount + `:role/oss-srr-orders"
}
output "fails" {
  value = join(" ", sort([for v in concat(data.srr_check.source.verdicts, data.srr_check.backup.verdicts) : v.id if v.status == "fail"]))
}
`

// failing expects the ids of the verdicts that fail, in order.
func failing(ids string) statecheck.StateCheck {
	return statecheck.ExpectKnownOutputValue("fails", text(ids))
}

func TestCheck_followsWhatHappens(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	cloud.run(
		resource.TestStep{Config: checkBothSides, ConfigStateChecks: []statecheck.StateCheck{failing("destination_statement role")}},
		resource.TestStep{Config: twoAccounts, Check: func(*terraform.State) error { cloud.arrived("2026/first.json"); return nil }},
		resource.TestStep{
			Config: twoAccounts + checkBothSides,
			ConfigStateChecks: []statecheck.StateCheck{
				failing(""), seen("srr_check.source", "ready", knownvalue.Bool(true)), seen("srr_check.source", "complete", knownvalue.Bool(false)),
				seen("srr_check.backup", "ready", knownvalue.Bool(true)), seen("srr_check.backup", "account_id", text(emulator.DestinationAccount)),
			},
		},
	)
}

func TestCheck_writesNothing(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	cloud.run(resource.TestStep{Config: checkBothSides})
	for _, r := range cloud.Requests(0) {
		if !regexp.MustCompile("^(Get|List|Describe)").MatchString(r.Operation) {
			t.Errorf("%s %s was called", r.Service, r.Operation)
		}
	}
	if cloud.calls("GetRole") == 0 {
		t.Error("nothing was read")
	}
}
