package provider_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-srr/terraform-provider-srr/internal/provider"
)

// stsByKey answers GetCallerIdentity with the account that owns the access key
// and refuses every other key as the service does.
func stsByKey(t *testing.T, accounts map[string]string) (endpoint string, calls *atomic.Int64) {
	t.Helper()
	calls = &atomic.Int64{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		id, known := accounts[r.FormValue("AccessKeyId")]
		body := map[string]any{"RequestId": "0A1B2C3D-0000-4000-8000-000000000000"}
		if known && r.FormValue("Action") == "GetCallerIdentity" {
			body["AccountId"], body["Arn"], body["IdentityType"] = id, "acs:ram::"+id+":root", "Account"
		} else {
			w.WriteHeader(http.StatusNotFound)
			body["Code"], body["Message"] = "InvalidAccessKeyId.NotFound", "Specified access key is not found."
			body["HostId"], body["Recommend"] = "sts.aliyuncs.com", ""
		}
		if err := json.NewEncoder(w).Encode(body); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL, calls
}

type configureCase struct {
	config string
	env    map[string]string
}

func (c configureCase) run(t *testing.T, step resource.TestStep) {
	t.Helper()
	step.Config = "provider \"srr\" {\n" + c.config + "\n}\ndata \"srr_account\" \"me\" {}\n"
	env := func(name string) string { return c.env[name] }
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"srr": providerserver.NewProtocol6WithError(provider.New("test", env)()),
		},
		Steps: []resource.TestStep{step},
	})
}

func speaksFor(id string) []statecheck.StateCheck {
	return []statecheck.StateCheck{
		statecheck.ExpectKnownValue("data.srr_account.me", tfjsonpath.New("account_id"), knownvalue.StringExact(id)),
		statecheck.ExpectKnownValue("data.srr_account.me", tfjsonpath.New("caller_arn"), knownvalue.StringExact("acs:ram::"+id+":root")),
	}
}

func TestConfigure_keysOfTheBlockExcludeTheEnvironment(t *testing.T) {
	t.Parallel()
	sts, _ := stsByKey(t, map[string]string{"key-s": accountS, "key-d": accountD})
	configureCase{
		config: `region = "cn-hangzhou"
  access_key = "key-d"
  secret_key = "secret-d"`,
		env: map[string]string{
			"STS_ENDPOINT": sts, "ALICLOUD_ACCESS_KEY": "key-s", "ALICLOUD_SECRET_KEY": "secret-s", "ALICLOUD_SECURITY_TOKEN": "token-s",
		},
	}.run(t, resource.TestStep{ConfigStateChecks: speaksFor(accountD)})
}

func TestConfigure_environmentFamiliesInOrder(t *testing.T) {
	t.Parallel()
	sts, _ := stsByKey(t, map[string]string{"key-s": accountS, "key-d": accountD})
	configureCase{env: map[string]string{
		"STS_ENDPOINT": sts, "ALIBABA_CLOUD_REGION": "cn-shanghai",
		"ALIBABA_CLOUD_ACCESS_KEY_ID": "key-s", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "x",
		"ALIBABACLOUD_ACCESS_KEY_ID": "key-d", "ALIBABACLOUD_ACCESS_KEY_SECRET": "x",
	}}.run(t, resource.TestStep{ConfigStateChecks: append(speaksFor(accountS),
		statecheck.ExpectKnownValue("data.srr_account.me", tfjsonpath.New("region"), knownvalue.StringExact("cn-shanghai")))})
}

func TestConfigure_refusesBeforeAnyCall(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		given configureCase
		want  string
	}{
		{"location instead of a region", configureCase{config: "region = \"oss-cn-hangzhou\"\n access_key = \"a\"\n secret_key = \"b\""}, `(?s)region = "oss-cn-hangzhou".*The\s+id\s+of\s+the\s+region\s+is\s+"cn-hangzhou"`},
		{"location of the finance cloud", configureCase{config: "region = \"oss-cn-szfinance\"\n access_key = \"a\"\n secret_key = \"b\""}, `The\s+id\s+of\s+the\s+region\s+is\s+"cn-shenzhen-finance-1"`},
		{"no region", configureCase{config: "access_key = \"a\"\n secret_key = \"b\""}, `No\s+region`},
		{"no credentials", configureCase{config: `region = "cn-hangzhou"`}, `No\s+credentials`},
		{
			"half a key, completed by nobody",
			configureCase{config: "region = \"cn-hangzhou\"\n access_key = \"a\"", env: map[string]string{"ALICLOUD_ACCESS_KEY": "x", "ALICLOUD_SECRET_KEY": "y"}},
			`secret_key\s+is\s+missing`,
		},
		{"token alone", configureCase{config: "region = \"cn-hangzhou\"\n security_token = \"a\""}, `access_key\s+is\s+missing`},
		{
			"half a key in the environment",
			configureCase{config: `region = "cn-hangzhou"`, env: map[string]string{"ALICLOUD_ACCESS_KEY": "x", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "y"}},
			`only\s+one\s+is\s+set`,
		},
		{"empty key", configureCase{config: "region = \"cn-hangzhou\"\n access_key = \"\"\n secret_key = \"\""}, `at\s+least\s+1`},
		{
			"an SDK that prints secrets",
			configureCase{config: "region = \"cn-hangzhou\"\n access_key = \"a\"\n secret_key = \"b\"", env: map[string]string{"DEBUG": "http,sdk"}},
			`makes\s+the\s+SDK\s+print\s+secrets`,
		},
		{"short account id", configureCase{config: `allowed_account_ids = ["123"]`}, `16\s+digits`},
		{"region with a path", configureCase{config: "region = \"cn/x\"\n access_key = \"a\"\n secret_key = \"b\""}, `not\s+a\s+region\s+id`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sts, calls := stsByKey(t, nil)
			if c.given.env == nil {
				c.given.env = map[string]string{}
			}
			c.given.env["STS_ENDPOINT"] = sts
			c.given.run(t, resource.TestStep{ExpectError: regexp.MustCompile(c.want)})
			if n := calls.Load(); n != 0 {
				t.Errorf("%d calls were made", n)
			}
		})
	}
}

func TestConfigure_swappedAliasNamesBothAccounts(t *testing.T) {
	t.Parallel()
	sts, _ := stsByKey(t, map[string]string{"key-d": accountD})
	configureCase{
		config: `region = "cn-hangzhou"
  access_key = "key-d"
  secret_key = "secret-d"
  allowed_account_ids = ["` + accountS + `"]
  endpoints { sts = "` + sts + `" }`,
	}.run(t, resource.TestStep{ExpectError: regexp.MustCompile(`belong\s+to\s+account\s+` + accountD + `[\s\S]*only\s+speak\s+for\s+` + accountS)})
}

func TestConfigure_unknownKeyIsOneErrorWithCodeAndRequestID(t *testing.T) {
	t.Parallel()
	sts, calls := stsByKey(t, nil)
	configureCase{
		config: `region = "cn-hangzhou"
  access_key = "key-x"
  secret_key = "a-very-secret-value"
  endpoints { sts = "` + sts + `" }`,
	}.run(t, resource.TestStep{ExpectError: regexp.MustCompile(
		`GetCallerIdentity[\s\S]*InvalidAccessKeyId\.NotFound[\s\S]*404[\s\S]*0A1B2C3D-0000-4000-8000-000000000000`)})
	if n := calls.Load(); n != 1 {
		t.Errorf("%d calls for one refused key; a refused key is not worth a retry", n)
	}
}

// A key that is created in the same run is unknown at plan: the environment's
// key must not be used instead, and the error names the argument.
func TestConfigure_unknownKeyNeverFallsBackToTheEnvironment(t *testing.T) {
	t.Parallel()
	for argument, config := range map[string]string{
		"access_key": "access_key = terraform_data.later.output\n secret_key = \"x\"",
		"endpoints":  "access_key = \"key-d\"\n secret_key = \"x\"\n endpoints { ram = terraform_data.later.output }",
		"region":     "region = terraform_data.later.output",
	} {
		t.Run(argument, func(t *testing.T) {
			t.Parallel()
			sts, calls := stsByKey(t, map[string]string{"key-s": accountS, "key-d": accountD})
			if argument != "region" {
				config = "region = \"cn-hangzhou\"\n" + config
			}
			configureCase{
				config: config + "\n}\nresource \"terraform_data\" \"later\" {\n input = \"key-d\"\n",
				env:    map[string]string{"STS_ENDPOINT": sts, "ALICLOUD_ACCESS_KEY": "key-s", "ALICLOUD_SECRET_KEY": "x"},
			}.run(t, resource.TestStep{ExpectError: regexp.MustCompile(`not\s+known\s+yet[\s\S]*` + argument)})
			if n := calls.Load(); n != 0 {
				t.Errorf("%d calls were made", n)
			}
		})
	}
}
