package provider_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

const (
	roleD      = "acs:ram::" + accountD + ":role/deploy"
	lockedRole = "acs:ram::" + accountD + ":role/locked"
	oidcD      = "acs:ram::" + accountD + ":oidc-provider/ci"
)

func keysOfS() map[string]string {
	return map[string]string{"ALICLOUD_ACCESS_KEY": "key-s", "ALICLOUD_SECRET_KEY": "x"}
}

func tokenFile(t *testing.T, token string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(token), 0o600); err != nil {
		t.Fatal(err)
	}
	return filepath.ToSlash(file)
}

// Every source of the block is tried with the key of another account in the
// environment, and every source of the environment without a block.
func TestCredentials_everySource(t *testing.T) {
	t.Parallel()
	good := tokenFile(t, "good-token")
	file := cliFile(t, "", keyProfile("s", "key-s"), map[string]any{"name": "chain", "mode": "ChainableRamRoleArn", "source_profile": "s", "ram_role_arn": roleD})
	for _, c := range []struct {
		name, config string
		env          map[string]string
		want         string
	}{
		{"URI", `credentials_uri = "http://keys.test/d"`, keysOfS(), accountD},
		{"ECS role", `ecs_role_name = "worker"`, map[string]string{"ALICLOUD_ACCESS_KEY": "key-d", "ALICLOUD_SECRET_KEY": "x"}, accountS},
		{"assumed role over the environment", `assume_role { role_arn = "` + roleD + `" }`, keysOfS(), accountD},
		{"assumed role over a URI", "credentials_uri = \"http://keys.test/d\"\n assume_role { role_arn = \"" + roleD + "\" }", nil, accountD},
		{
			"assumed role that the environment names",
			"assume_role {\n session_name = \"mine\"\n }",
			map[string]string{"ALICLOUD_ACCESS_KEY": "key-s", "ALICLOUD_SECRET_KEY": "x", "ALICLOUD_ASSUME_ROLE_ARN": roleD},
			accountD,
		},
		{"OIDC token file", `assume_role_with_oidc {
  oidc_provider_arn = "` + oidcD + `"
  role_arn = "` + roleD + `"
  oidc_token_file = "` + good + `"
}`, keysOfS(), accountD},
		{"OIDC token of the environment", `assume_role_with_oidc {
  oidc_provider_arn = "` + oidcD + `"
  role_arn = "` + roleD + `"
}`, map[string]string{"ALIBABA_CLOUD_OIDC_TOKEN": "good-token", "ALIBABA_CLOUD_ROLE_ARN": lockedRole}, accountD},
		{"profile of a chained role", "profile = \"chain\"\n shared_credentials_file = \"" + file + "\"", keysOfS(), accountD},
		{"URI of the environment", "", map[string]string{"ALIBABA_CLOUD_CREDENTIALS_URI": "http://keys.test/d"}, accountD},
		{"ECS role of the environment", "", map[string]string{"ALICLOUD_ECS_ROLE_NAME": "worker"}, accountS},
		{"OIDC of the environment", "", map[string]string{
			"ALIBABA_CLOUD_OIDC_PROVIDER_ARN": oidcD, "ALIBABA_CLOUD_ROLE_ARN": roleD, "ALIBABA_CLOUD_OIDC_TOKEN_FILE": good,
		}, accountD},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			newIdentityCloud(t).run(t, c.config, c.env, resource.TestStep{ConfigStateChecks: speaksFor(c.want)})
		})
	}
}

func TestCredentials_refused(t *testing.T) {
	t.Parallel()
	bad := tokenFile(t, "bad-token")
	oidc := func(rest string) string {
		return "assume_role_with_oidc {\n oidc_provider_arn = \"" + oidcD + "\"\n role_arn = \"" + roleD + "\"\n" + rest + "\n}"
	}
	for _, c := range []struct {
		name, config string
		env          map[string]string
		want         string
	}{
		{"URI without an answer", `credentials_uri = "http://keys.test/x?token=abc"`, nil, `credentials\s+URI\s+http://keys\.test/x\s+gave\s+no\s+credentials:\s+HTTP\s+status\s+404`},
		{"URI that is none", `credentials_uri = "keys.test"`, nil, `not\s+an\s+http\s+or\s+https\s+URL`},
		{"URI of the environment that is none", "", map[string]string{"ALICLOUD_CREDENTIALS_URI": "keys.test"}, `that\s+the\s+environment\s+names`},
		{"ECS role that is not attached", `ecs_role_name = "boss"`, nil, `no\s+role\s+"boss"\s+is\s+attached`},
		{"role that refuses", `assume_role { role_arn = "` + lockedRole + `" }`, keysOfS(), `cannot\s+assume\s+the\s+role\s+` + lockedRole + `[\s\S]*NoPermission[\s\S]*trust\s+policy`},
		{"role with a refused key", `assume_role { role_arn = "` + roleD + `" }`, map[string]string{"ALICLOUD_ACCESS_KEY": "key-x", "ALICLOUD_SECRET_KEY": "x"}, `cannot\s+assume\s+the\s+role\s+` + roleD + `[\s\S]*InvalidAccessKeyId\.NotFound`},
		{
			"role that only the environment names, beside keys of the block",
			"access_key = \"key-s\"\n secret_key = \"x\"\n assume_role {}",
			map[string]string{"ALICLOUD_ASSUME_ROLE_ARN": roleD},
			`No\s+role\s+to\s+assume`,
		},
		{"role of the environment that is none", "assume_role {}", map[string]string{"ALICLOUD_ACCESS_KEY": "key-s", "ALICLOUD_SECRET_KEY": "x", "ALICLOUD_ASSUME_ROLE_ARN": "deploy"}, `not\s+the\s+ARN\s+of\s+a\s+role`},
		{"duration of the environment that is none", `assume_role { role_arn = "` + roleD + `" }`, map[string]string{
			"ALICLOUD_ACCESS_KEY": "key-s", "ALICLOUD_SECRET_KEY": "x", "ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION": "1h",
		}, `from\s+900\s+to\s+43200`},
		{"too short a session", "assume_role {\n role_arn = \"" + roleD + "\"\n session_expiration = 899\n}", keysOfS(), `between\s+900\s+and\s+43200`},
		{"OIDC token that is refused", oidc(`oidc_token_file = "` + bad + `"`), nil, `cannot\s+assume\s+the\s+role\s+` + roleD + `\s+with\s+an\s+OIDC\s+token[\s\S]*InvalidParameter\.OIDCToken`},
		{"no OIDC token", oidc(""), nil, `No\s+OIDC\s+token`},
		{"two OIDC tokens", oidc("oidc_token = \"abcd\"\n oidc_token_file = \"" + bad + "\""), nil, `Two\s+OIDC\s+tokens`},
		{"no OIDC token file", oidc(`oidc_token_file = "/nowhere/token"`), nil, `cannot\s+read\s+the\s+OIDC\s+token[\s\S]*/nowhere/token`},
		{"OIDC of the environment without a role", "", map[string]string{"ALIBABA_CLOUD_OIDC_PROVIDER_ARN": oidcD, "ALIBABA_CLOUD_OIDC_TOKEN_FILE": bad}, `Incomplete\s+OIDC\s+settings`},
		{"URI and ECS role", "credentials_uri = \"http://keys.test/d\"\n ecs_role_name = \"worker\"", nil, `names\s+credentials_uri\s+and\s+ecs_role_name`},
		{"key and OIDC", "access_key = \"key-s\"\n secret_key = \"x\"\n" + oidc(`oidc_token = "good-token"`), nil, `names\s+access_key\s+and\s+assume_role_with_oidc`},
		{"too high a prefix limit", "prefix_limit = 101", keysOfS(), `between\s+10\s+and\s+100`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			newIdentityCloud(t).run(t, c.config, c.env, resource.TestStep{ExpectError: regexp.MustCompile(c.want)})
		})
	}
}

func TestCredentials_assumeRoleSendsWhatTheBlockSays(t *testing.T) {
	t.Parallel()
	cloud := newIdentityCloud(t)
	cloud.run(t, `assume_role {
  role_arn = "`+roleD+`"
  session_name = "by-the-book"
  session_expiration = 1800
  policy = "{}"
  external_id = "a-word"
}`, map[string]string{
		"ALICLOUD_ACCESS_KEY": "key-s", "ALICLOUD_SECRET_KEY": "x",
		"ALICLOUD_ASSUME_ROLE_ARN": lockedRole, "ALICLOUD_ASSUME_ROLE_SESSION_NAME": "other", "ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION": "900",
	}, resource.TestStep{ConfigStateChecks: speaksFor(accountD)})
	for _, sent := range cloud.sessions() {
		for name, want := range map[string]string{
			"RoleArn": roleD, "RoleSessionName": "by-the-book", "DurationSeconds": "1800", "Policy": "{}", "ExternalId": "a-word",
		} {
			if sent.Get(name) != want {
				t.Errorf("%s is %q, want %q", name, sent.Get(name), want)
			}
		}
	}
	if len(cloud.sessions()) == 0 {
		t.Error("no session was opened")
	}
}

// A value of another resource of the run is unknown at plan. Whatever argument
// it stands in, the key of the environment must not be used instead.
func TestCredentials_unknownNeverFallsBack(t *testing.T) {
	t.Parallel()
	const later = "terraform_data.later.output"
	for name, c := range map[string]struct{ config, argument string }{
		"URI":               {"credentials_uri = " + later, "credentials_uri"},
		"ECS role":          {"ecs_role_name = " + later, "ecs_role_name"},
		"role":              {"assume_role { role_arn = " + later + " }", "assume_role"},
		"external id":       {"assume_role {\n role_arn = \"" + roleD + "\"\n external_id = " + later + "\n}", "assume_role"},
		"role block":        {"dynamic \"assume_role\" {\n for_each = toset(split(\",\", " + later + "))\n content { role_arn = \"" + roleD + "\" }\n}", "assume_role"},
		"OIDC role":         {"assume_role_with_oidc {\n oidc_provider_arn = \"" + oidcD + "\"\n role_arn = " + later + "\n}", "assume_role_with_oidc"},
		"OIDC token":        {"assume_role_with_oidc {\n oidc_provider_arn = \"" + oidcD + "\"\n role_arn = \"" + roleD + "\"\n oidc_token = " + later + "\n}", "assume_role_with_oidc"},
		"OIDC block":        {"dynamic \"assume_role_with_oidc\" {\n for_each = toset(split(\",\", " + later + "))\n content {\n role_arn = \"" + roleD + "\"\n oidc_provider_arn = \"" + oidcD + "\"\n }\n}", "assume_role_with_oidc"},
		"number of retries": {"max_retries = length(" + later + ")", "max_retries"},
		"prefix limit":      {"prefix_limit = length(" + later + ")", "prefix_limit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := newIdentityCloud(t)
			cloud.run(t, c.config+"\n}\nresource \"terraform_data\" \"later\" {\n input = \"x\"\n", keysOfS(),
				resource.TestStep{ExpectError: regexp.MustCompile(`not\s+known\s+yet[\s\S]*The\s+argument\s+` + c.argument + `\s`)})
			if n := len(cloud.sessions()); n != 0 {
				t.Errorf("%d sessions were opened", n)
			}
		})
	}
}
