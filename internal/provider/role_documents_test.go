package provider_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// The documents of the OSS page on cross-account same-region replication (2026).
const (
	trustOfOSS = `{"Version":"1","Statement":[{"Effect":"Allow","Action":["sts:AssumeRole"],"Principal":{"Service":["oss.aliyuncs.com"]}}]}`
	readOrders = `{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:ReplicateList","oss:ReplicateGet"],
		"Resource":["acs:oss:*:*:orders","acs:oss:*:*:orders/*"]}]}`
)

func sameJSON(a, b string) bool {
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && reflect.DeepEqual(x, y)
}

const roleAndGrant = `
resource "srr_replication_role" "this" {
  name           = "Srr.Orders"
  source_buckets = ["orders"]
}
resource "srr_destination_grant" "orders" {
  provider = srralt
  bucket   = "orders-backup"
  role_arn = srr_replication_role.this.arn
}
resource "srr_rule" "orders" {
  source_bucket      = "orders"
  destination_bucket = srr_destination_grant.orders.bucket
  role               = srr_replication_role.this.name
  replicate_history  = true
}
`

func TestRole_documentedPoliciesKnownAtPlanWhateverTheCaseOfARNs(t *testing.T) {
	t.Parallel()
	for _, keepCase := range []bool{false, true} {
		t.Run(fmt.Sprintf("keep_role_arn_case=%v", keepCase), func(t *testing.T) {
			t.Parallel()
			cloud := newRoleCloud(t, func(w *emulator.World) {
				w.Switches.KeepRoleARNCase, w.Switches.RAMPropagation = keepCase, 30*time.Second
			})
			known := func(address, attribute, value string) plancheck.PlanCheck {
				return plancheck.ExpectKnownValue(address, tfjsonpath.New(attribute), knownvalue.StringExact(value))
			}
			mentions := func(address, attribute, text string) plancheck.PlanCheck {
				return plancheck.ExpectKnownValue(address, tfjsonpath.New(attribute), knownvalue.StringRegexp(regexp.MustCompile(regexp.QuoteMeta(text))))
			}
			principal := "arn:sts::" + emulator.SourceAccount + ":assumed-role/srr.orders/*"
			cloud.run(
				resource.TestStep{
					Config: roleAndGrant,
					ConfigPlanChecks: rolePlan(plancheck.ResourceActionCreate,
						known(roleAddress, "arn", "acs:ram::"+emulator.SourceAccount+":role/srr.orders"),
						known(roleAddress, "principal", principal),
						known(roleAddress, "policy_name", "Srr-Orders"),
						known(roleAddress, "account_id", emulator.SourceAccount),
						mentions(roleAddress, "policy_document", "oss:ReplicateGet"),
						mentions(roleAddress, "trust_policy", "oss.aliyuncs.com"),
						known("srr_destination_grant.orders", "principal", principal),
						mentions("srr_destination_grant.orders", "statement", principal),
						plancheck.ExpectUnknownValue(roleAddress, tfjsonpath.New("role_id")),
					),
					Check: healthyAfter(cloud, readOrders, "Srr-Orders"),
				},
				resource.TestStep{Config: roleAndGrant, ConfigPlanChecks: roleUnchanged()},
				resource.TestStep{
					Config: strings.ReplaceAll(strings.Replace(roleAndGrant, "Srr.Orders", "srr.ORDERS", 1),
						"source_buckets =", "policy_name = \"SRR-orders\"\n source_buckets ="),
					ConfigPlanChecks: roleUnchanged(),
				},
			)
			if warned := cloud.said.take(); warned != "" {
				t.Errorf("warnings in an ordinary run: %s", warned)
			}
		})
	}
}

func TestRole_kmsByKeyOrByTheSystemPolicyButNeverBoth(t *testing.T) {
	t.Parallel()
	cloud := newRoleCloud(t)
	const key = `"acs:kms:cn-hangzhou:1000000000000001:key/key-hzz0000000000000source"`
	withKey := strings.TrimSuffix(readOrders, "]}") + `,{"Effect":"Allow","Action":["kms:Decrypt","kms:GenerateDataKey","kms:DescribeKey"],"Resource":[` + key + `]}]}`
	cloud.run(
		resource.TestStep{
			Config: roleConfig("kms_key_arns = [" + key + "]\n kms_crypto_user_access = false"),
			Check:  healthyAfter(cloud, withKey, "srr-orders"),
		},
		resource.TestStep{
			Config:      roleConfig("kms_key_arns = [" + key + "]\n kms_crypto_user_access = true"),
			PlanOnly:    true,
			ExpectError: regexp.MustCompile(`Two ways to KMS`),
		},
		resource.TestStep{
			Config:           roleConfig("kms_crypto_user_access = true"),
			ConfigPlanChecks: rolePlan(plancheck.ResourceActionUpdate),
			Check:            healthyAfter(cloud, readOrders, "AliyunKMSCryptoUserAccess", "srr-orders"),
		},
		resource.TestStep{
			Config:           roleConfig(""),
			ConfigPlanChecks: rolePlan(plancheck.ResourceActionUpdate),
			Check:            healthyAfter(cloud, readOrders, "srr-orders"),
		},
	)
}

func TestRole_bucketsGrowAndShrinkInPlaceUpToTheLimitOfRAM(t *testing.T) {
	t.Parallel()
	cloud := newRoleCloud(t)
	const both = `{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:ReplicateList","oss:ReplicateGet"],
		"Resource":["acs:oss:*:*:invoices","acs:oss:*:*:invoices/*","acs:oss:*:*:orders","acs:oss:*:*:orders/*"]}]}`
	var many strings.Builder
	for i := range 80 {
		fmt.Fprintf(&many, "%q, ", fmt.Sprintf("bucket-with-a-rather-long-name-%02d", i))
	}
	cloud.run(
		resource.TestStep{Config: roleConfig(""), Check: healthyAfter(cloud, readOrders, "srr-orders")},
		resource.TestStep{
			Config:           roleConfig(`source_buckets = ["orders", "invoices"]`),
			ConfigPlanChecks: rolePlan(plancheck.ResourceActionUpdate),
			Check:            healthyAfter(cloud, both, "srr-orders"),
		},
		resource.TestStep{Config: roleConfig(`source_buckets = ["invoices", "orders"]`), ConfigPlanChecks: roleUnchanged()},
		resource.TestStep{
			Config:           roleConfig(""),
			ConfigPlanChecks: rolePlan(plancheck.ResourceActionUpdate),
			Check:            healthyAfter(cloud, readOrders, "srr-orders"),
		},
		resource.TestStep{
			Config:      roleConfig("source_buckets = [" + many.String() + "]"),
			PlanOnly:    true,
			ExpectError: regexp.MustCompile(`(?s)With 80 source\s+buckets\s+the\s+policy\s+has\s+\d{4}\s+characters;\s+RAM\s+accepts\s+6144`),
		},
	)
}

func TestRole_namesAreCheckedAtPlan(t *testing.T) {
	t.Parallel()
	cloud := newRoleCloud(t)
	bad := func(name, policy string) string {
		return fmt.Sprintf("resource \"srr_replication_role\" \"this\" {\n  name = %q\n  policy_name = %q\n  source_buckets = [\"orders\"]\n}\n", name, policy)
	}
	var steps []resource.TestStep
	for _, row := range []struct{ name, policy, message string }{
		{strings.Repeat("r", 65), "p", `65\s+characters,\s+allowed\s+are\s+1\s+to\s+64`},
		{"under_score", "p", `may\s+hold\s+only\s+letters`},
		{"r", strings.Repeat("p", 129), `129\s+characters,\s+allowed\s+are\s+1\s+to\s+128`},
		{"r", "with.dot", `policy\s+name\s+"with.dot"`},
	} {
		steps = append(steps, resource.TestStep{Config: bad(row.name, row.policy), PlanOnly: true, ExpectError: regexp.MustCompile(row.message)})
	}
	longest := bad(strings.Repeat("r", 64), strings.Repeat("p", 128))
	steps = append(steps, resource.TestStep{Config: longest, Check: func(*terraform.State) error {
		return cloud.holds([]string{strings.Repeat("r", 64)}, []string{strings.Repeat("p", 128)})
	}})
	cloud.run(steps...)
}
