package provider_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

// cliFile writes a configuration file of the CLI and returns its path.
func cliFile(t *testing.T, current string, profiles ...map[string]any) string {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"current": current, "profiles": profiles})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return filepath.ToSlash(file)
}

func keyProfile(name, key string) map[string]any {
	return map[string]any{
		"name": name, "mode": "AK", "access_key_id": key, "access_key_secret": "secret-of-" + key, "region_id": "cn-beijing",
	}
}

func TestConfigure_profileOfTheBlockExcludesTheEnvironment(t *testing.T) {
	t.Parallel()
	sts, _ := stsByKey(t, map[string]string{"key-s": accountS, "key-d": accountD})
	file := cliFile(t, "source", keyProfile("source", "key-s"), keyProfile("backup", "key-d"))
	configureCase{
		config: `profile = "backup"
  shared_credentials_file = "` + file + `"`,
		env: map[string]string{
			"STS_ENDPOINT": sts, "ALICLOUD_ACCESS_KEY": "key-s", "ALICLOUD_SECRET_KEY": "x",
			"ALIBABA_CLOUD_ACCESS_KEY_ID": "key-s", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "x",
			"ALICLOUD_PROFILE": "source", "ALICLOUD_SHARED_CREDENTIALS_FILE": "/nowhere.json",
		},
	}.run(t, resource.TestStep{ConfigStateChecks: append(speaksFor(accountD),
		statecheck.ExpectKnownValue("data.srr_account.me", tfjsonpath.New("region"), knownvalue.StringExact("cn-beijing")))})
}

func TestConfigure_profileIsFoundInEveryPlace(t *testing.T) {
	t.Parallel()
	file := cliFile(t, "backup", keyProfile("source", "key-s"), map[string]any{
		"name": "backup", "mode": "StsToken", "access_key_id": "key-d", "access_key_secret": "x", "sts_token": "token-d",
	})
	home := t.TempDir()
	if err := os.MkdirAll(filepath.Join(home, ".aliyun"), 0o700); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, ".aliyun", "config.json"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, config string
		env          map[string]string
		want         string
	}{
		{"the default file", `profile = "source"`, map[string]string{"HOME": home}, accountS},
		{"a file below home", `shared_credentials_file = "~/.aliyun/config.json"`, map[string]string{"HOME": home}, accountD},
		{"the current profile", `shared_credentials_file = "` + file + `"`, nil, accountD},
		{"a variable names the profile", "", map[string]string{"HOME": home, "ALIBABA_CLOUD_PROFILE": "source"}, accountS},
		{"a variable names the file", "", map[string]string{"ALIBABA_CLOUD_CREDENTIALS_FILE": file}, accountD},
		{"keys of the environment come first", "", map[string]string{
			"ALICLOUD_PROFILE": "backup", "HOME": home, "ALICLOUD_ACCESS_KEY": "key-s", "ALICLOUD_SECRET_KEY": "x",
		}, accountS},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sts, _ := stsByKey(t, map[string]string{"key-s": accountS, "key-d": accountD})
			env := map[string]string{"STS_ENDPOINT": sts}
			for name, value := range c.env {
				env[name] = value
			}
			configureCase{config: "region = \"cn-hangzhou\"\n" + c.config, env: env}.run(t, resource.TestStep{ConfigStateChecks: speaksFor(c.want)})
		})
	}
}

func TestConfigure_profileThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	file := cliFile(t, "", keyProfile("source", "key-s"),
		map[string]any{"name": "half", "mode": "AK", "access_key_id": "key-s"},
		map[string]any{"name": "tokenless", "mode": "StsToken", "access_key_id": "key-s", "access_key_secret": "hidden"},
		map[string]any{"name": "odd", "mode": "BearerToken", "bearer_token": "hidden"},
		map[string]any{"name": "modeless", "access_key_id": "key-s", "access_key_secret": "hidden"},
		keyProfile("twice", "key-s"), keyProfile("twice", "key-d"))
	broken := cliFile(t, "")
	if err := os.WriteFile(broken, []byte(`[default]\naccess_key_secret = hidden`), 0o600); err != nil {
		t.Fatal(err)
	}
	in := func(name string) string {
		return `profile = "` + name + "\"\n shared_credentials_file = \"" + file + `"`
	}
	for _, c := range []struct {
		name, config string
		env          map[string]string
		want         string
	}{
		{"no such file", `shared_credentials_file = "/nowhere/c.json"`, nil, `shared_credentials_file = [\s\S]*/nowhere/c\.json`},
		{"no such default file", `profile = "b"`, map[string]string{"HOME": "/nowhere", "ALICLOUD_SHARED_CREDENTIALS_FILE": file}, `/nowhere/\.aliyun/config\.json[\s\S]*set\s+shared_credentials_file`},
		{"not JSON", `shared_credentials_file = "` + broken + `"`, nil, `is\s+not\s+the\s+JSON\s+file[\s\S]*byte`},
		{"no such profile", in("prod"), nil, `has\s+no\s+profile\s+"prod";\s+it\s+has\s+"source",\s+"half"`},
		{"no current profile", `shared_credentials_file = "` + file + `"`, nil, `has\s+no\s+current\s+one`},
		{"half a key", in("half"), nil, `mode\s+AK\s+but\s+no\s+access_key_secret`},
		{"no token", in("tokenless"), nil, `mode\s+StsToken\s+but\s+no\s+sts_token`},
		{"unsupported mode", in("odd"), nil, `mode\s+"BearerToken"\s+is\s+not\s+supported`},
		{"no mode", in("modeless"), nil, `has\s+no\s+mode`},
		{"the same name twice", in("twice"), nil, `has\s+2\s+profiles`},
		{"two sources", in("source") + "\n access_key = \"key-d\"\n secret_key = \"x\"", nil, `names\s+access_key\s+and\s+profile`},
		{"from the environment", "", map[string]string{"ALICLOUD_PROFILE": "prod", "ALICLOUD_SHARED_CREDENTIALS_FILE": file}, `that\s+the\s+environment\s+names[\s\S]*"prod"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			given := configureCase{config: "region = \"cn-hangzhou\"\n" + c.config, env: c.env}
			given.run(t, resource.TestStep{ExpectError: regexp.MustCompile(c.want)})
		})
	}
}

func TestConfigure_unknownProfileNeverFallsBack(t *testing.T) {
	t.Parallel()
	for _, argument := range []string{"profile", "shared_credentials_file"} {
		t.Run(argument, func(t *testing.T) {
			t.Parallel()
			sts, calls := stsByKey(t, map[string]string{"key-s": accountS})
			configureCase{
				config: "region = \"cn-hangzhou\"\n" + argument + " = terraform_data.later.output" +
					"\n}\nresource \"terraform_data\" \"later\" {\n input = \"x\"\n",
				env: map[string]string{"STS_ENDPOINT": sts, "ALICLOUD_ACCESS_KEY": "key-s", "ALICLOUD_SECRET_KEY": "x"},
			}.run(t, resource.TestStep{ExpectError: regexp.MustCompile(`not\s+known\s+yet[\s\S]*` + argument)})
			if n := calls.Load(); n != 0 {
				t.Errorf("%d calls were made", n)
			}
		})
	}
}
