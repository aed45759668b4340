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

func TestCheck_badInput(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	for arguments, want := range map[string]string{
		"destination_bucket = \"orders\"\nrole = \"r\"":                                                                                   "same bucket",
		"destination_bucket = \"b b\"\nrole = \"r\"":                                                                                      "not a bucket name",
		"destination_bucket = \"orders-backup\"\nrole = \"acs:ram::1:user/x\"":                                                            "(?s)not a role's.name or ARN",
		"destination_bucket = \"orders-backup\"\nrole = \"r\"\nreplica_kms_key_id = \"alias/x\"":                                          "(?s)not the ARN of a.KMS key",
		"destination_bucket = \"orders-backup\"\nrole = \"r\"\nprefixes = [\"a\", \"a/b\"]":                                               "One prefix contains another",
		"destination_bucket = \"orders-backup\"\nrole = \"r\"\ntag_filter = { match = \"some\", tags = [{ key = \"a\", value = \"\" }] }": "(?s)match.*value must be one of",
	} {
		cloud.run(resource.TestStep{
			Config: "data \"srr_check\" \"x\" {\nsource_bucket = \"orders\"\n" + arguments + "\n}", ExpectError: regexp.MustCompile(want),
		})
	}
}
