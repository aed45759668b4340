package provider_test

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-srr/terraform-provider-srr/internal/provider"
)

const (
	accountS = "1234567890123456"
	accountD = "9876543210987654"
	roleARN  = "acs:ram::" + accountS + ":role/Oss-Srr.Orders"
	keyARN   = "acs:kms:cn-hangzhou:" + accountD + ":key/key-hzz1"
)

func noEnvironment(string) string { return "" }

func factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"srr": providerserver.NewProtocol6WithError(provider.New("test", noEnvironment)()),
	}
}

func functionTest(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)},
		ProtoV6ProviderFactories: factories(),
		Steps:                    steps,
	})
}

func TestFunctions_results(t *testing.T) {
	t.Parallel()
	outputs := map[string]struct {
		call string
		want knownvalue.Check
	}{
		"role_arn": {
			`provider::srr::role_arn("` + accountS + `", "Oss-Srr.Orders")`,
			knownvalue.StringExact("acs:ram::" + accountS + ":role/oss-srr.orders"),
		},
		"parse_role_arn": {
			`provider::srr::parse_role_arn("` + roleARN + `")`,
			knownvalue.ObjectExact(map[string]knownvalue.Check{
				"account_id": knownvalue.StringExact(accountS), "name": knownvalue.StringExact("Oss-Srr.Orders"),
			}),
		},
		"role_principal": {
			`provider::srr::role_principal("` + roleARN + `")`,
			knownvalue.StringExact("arn:sts::" + accountS + ":assumed-role/oss-srr.orders/*"),
		},
		"source_policy": {
			`provider::srr::source_policy(["b-2", "a-1"], [])`,
			knownvalue.StringExact(`{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:ReplicateList","oss:ReplicateGet"],` +
				`"Resource":["acs:oss:*:*:a-1","acs:oss:*:*:a-1/*","acs:oss:*:*:b-2","acs:oss:*:*:b-2/*"]}]}`),
		},
		"source_policy_keys": {
			`jsondecode(provider::srr::source_policy(["a-1"], ["` + keyARN + `"])).Statement[1].Resource`,
			knownvalue.TupleExact([]knownvalue.Check{knownvalue.StringExact(keyARN)}),
		},
		"destination_policy": {
			`provider::srr::destination_policy("` + accountD + `", "dst", "` + roleARN + `", false)`,
			knownvalue.StringExact(`{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:ReplicateList","oss:ReplicateGet","oss:ReplicatePut"],` +
				`"Principal":["arn:sts::` + accountS + `:assumed-role/oss-srr.orders/*"],` +
				`"Resource":["acs:oss:*:` + accountD + `:dst","acs:oss:*:` + accountD + `:dst/*"]}]}`),
		},
		"kms_statement": {
			`provider::srr::kms_statement("` + roleARN + `", [])`,
			knownvalue.StringExact(`{"Sid":"srr-` + accountS + `-oss-srr.orders","Effect":"Allow","Action":["kms:Decrypt","kms:GenerateDataKey","kms:DescribeKey"],` +
				`"Principal":{"RAM":["acs:ram::` + accountS + `:role/oss-srr.orders"]},"Resource":["*"]}`),
		},
		"kms_statement_actions": {
			`jsondecode(provider::srr::kms_statement("` + roleARN + `", ["kms:GenerateDataKey", "kms:Decrypt"])).Action`,
			knownvalue.TupleExact([]knownvalue.Check{knownvalue.StringExact("kms:Decrypt"), knownvalue.StringExact("kms:GenerateDataKey")}),
		},
	}
	var config strings.Builder
	var checks []statecheck.StateCheck
	for name, o := range outputs {
		fmt.Fprintf(&config, "output %q {\n  value = %s\n}\n", name, o.call)
		checks = append(checks, statecheck.ExpectKnownOutputValue(name, o.want))
	}
	functionTest(t, resource.TestStep{Config: config.String(), ConfigStateChecks: checks})
}

// TestFunctions_noActions: OpenTofu 1.12 sends an argument without content for a
// null (CallFunction of its plugin6 package), which is no value in the protocol.
func TestFunctions_noActions(t *testing.T) {
	t.Parallel()
	if isOpenTofu(t) {
		t.Skip("OpenTofu cannot hand a null to a function of a provider")
	}
	call := `provider::srr::kms_statement("` + roleARN + `", `
	functionTest(t, resource.TestStep{
		Config:            `output "same" { value = ` + call + `null) == ` + call + `[]) }`,
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("same", knownvalue.Bool(true))},
	})
}

// isOpenTofu says which product the tests run.
func isOpenTofu(t *testing.T) bool {
	t.Helper()
	said, err := exec.CommandContext(t.Context(), os.Getenv("TF_ACC_TERRAFORM_PATH"), "version").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(string(said), "OpenTofu")
}

func TestFunctions_badArguments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, call, argument, want string }{
		{"short account", `role_arn("123", "r")`, "account_id", `16\s+digits`},
		{"underscore in role", `role_arn("` + accountS + `", "a_b")`, "role_name", `letters,\s+digits`},
		{"user ARN", `role_principal("acs:ram::` + accountS + `:user/x")`, "role_arn", `names\s+a\s+user`},
		{"session ARN", `parse_role_arn("arn:sts::` + accountS + `:assumed-role/r/*")`, "role_arn", `role\s+session`},
		{"no bucket", `source_policy([], [])`, "source_buckets", `at\s+least\s+one`},
		{"wildcard bucket", `source_policy(["a*b"], [])`, "source_buckets", `lower-case`},
		{"alias", `source_policy(["abc"], ["alias/x"])`, "kms_key_arns", `alias`},
		{"upper-case bucket", `destination_policy("` + accountD + `", "Dst", "` + roleARN + `", true)`, "bucket", `lower-case`},
		{"long role", `role_arn("` + accountS + `", "` + strings.Repeat("r", 65) + `")`, "role_name", `65\s+characters`},
		{"group ARN", `parse_role_arn("acs:ram::` + accountS + `:group/x")`, "role_arn", `names\s+a\s+group`},
		{"ARN without a role name", `role_principal("acs:ram::` + accountS + `:role/")`, "role_arn", `role\s+name`},
		{"ARN of a short account", `kms_statement("acs:ram::123:role/r", ["kms:Decrypt", "kms:GenerateDataKey"])`, "role_arn", `16\s+digits`},
		{"short bucket", `source_policy(["ab"], [])`, "source_buckets", `2\s+characters`},
		{"bare key", `source_policy(["abc"], ["key-hzz1"])`, "kms_key_arns", `not\s+a\s+key\s+ARN`},
		{"short owner", `destination_policy("1", "dst", "` + roleARN + `", true)`, "account_id", `16\s+digits`},
		{"nonsense for a role", `destination_policy("` + accountD + `", "dst", "nonsense", true)`, "role_arn", `not\s+a\s+RAM\s+ARN`},
		{"null for a role", `role_principal(null)`, "role_arn", `must\s+not\s+be\s+null`},
		{"text for a flag", `destination_policy("` + accountD + `", "dst", "` + roleARN + `", "perhaps")`, "allow_deletes", `bool`},
		{"no action of a key policy", `kms_statement("` + roleARN + `", ["kms:Decrypt", "kms:GenerateDataKey", "kms:CreateKey"])`, "actions", `kms:CreateKey[\s\S]*another\s+account`},
		{"no data key", `kms_statement("` + roleARN + `", ["kms:Decrypt"])`, "actions", `kms:GenerateDataKey\s+is\s+missing`},
		{"null among buckets", `source_policy(["abc", null], [])`, "source_buckets", `element\s+is\s+null`},
		{"null among keys", `source_policy(["abc"], [null])`, "kms_key_arns", `element\s+is\s+null`},
		{"null among actions", `kms_statement("` + roleARN + `", ["kms:Decrypt", "kms:GenerateDataKey", null])`, "actions", `element\s+is\s+null`},
		{"too many buckets", `source_policy([for i in range(200) : format("bucket-with-a-long-name-%04d", i)], [])`, "source_buckets", `RAM\s+accepts\s+6144`},
		{"foreign action", `kms_statement("` + roleARN + `", ["oss:GetObject"])`, "actions", `not\s+a\s+KMS\s+action`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			functionTest(t, resource.TestStep{
				Config:      "output \"x\" {\n  value = provider::srr::" + c.call + "\n}\n",
				ExpectError: regexp.MustCompile(`"` + c.argument + `"[\s\S]*` + c.want),
			})
		})
	}
}

func TestFunctions_policyOverTheLimitNamesBothNumbers(t *testing.T) {
	t.Parallel()
	functionTest(t, resource.TestStep{
		Config: `output "x" {
  value = provider::srr::source_policy([for i in range(200) : format("bucket-with-a-long-name-%04d", i)], [])
}`,
		ExpectError: regexp.MustCompile(`\d{5}\s+characters;\s+RAM\s+accepts\s+6144`),
	})
}

// TestFunctions_unknownElementsMakeTheResultUnknown until the apply knows them.
func TestFunctions_unknownElementsMakeTheResultUnknown(t *testing.T) {
	d := newCloud(t).terraform()
	d.write(`
resource "terraform_data" "later" {
  input = "orders"
}
output "policy" {
  value = provider::srr::source_policy(["abc", terraform_data.later.output], [])
}
output "keys" {
  value = provider::srr::source_policy(["abc"], ["acs:kms:cn-hangzhou:` + accountS + `:key/${terraform_data.later.output}"])
}
output "statement" {
  value = provider::srr::kms_statement("` + roleARN + `", ["kms:Decrypt", "kms:GenerateDataKey", "kms:${title(terraform_data.later.output) == "Orders" ? "DescribeKey" : "x"}"])
}
output "principal" {
  value = provider::srr::role_principal("acs:ram::` + accountS + `:role/${terraform_data.later.output}")
}
`).plan().ok()
	d.apply().ok()
	d.plan().empty()
}
