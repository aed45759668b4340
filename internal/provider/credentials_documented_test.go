package provider_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// providerPage is the generated page of the provider block.
func providerPage(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "docs", "index.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// TestCredentials_everyVariableIsDocumented finds the names of environment
// variables in the source of the provider block.
func TestCredentials_everyVariableIsDocumented(t *testing.T) {
	t.Parallel()
	page := providerPage(t)
	files, err := filepath.Glob("credentials*.go")
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for _, file := range append(files, "configure.go", "provider_schema.go") {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|HOME|USERPROFILE)"`).FindAllStringSubmatch(string(source), -1) {
			seen = append(seen, found[1])
			if !strings.Contains(page, "`"+found[1]+"`") {
				t.Errorf("%s reads %s, which the page of the provider does not name", file, found[1])
			}
		}
	}
	slices.Sort(seen)
	if n := len(slices.Compact(seen)); n < 25 {
		t.Errorf("only %d variables were found", n)
	}
}

// TestCredentials_orderIsDocumented sets every source of the environment, each with
// a fault of its own, and takes away what is said to be the first, until none is left.
func TestCredentials_orderIsDocumented(t *testing.T) {
	t.Parallel()
	_, list, found := strings.Cut(providerPage(t), "takes the first of these that the environment has:")
	if !found {
		t.Fatal("the page of the provider has no list of the sources")
	}
	groups := []struct{ variable, value, want string }{
		{"ALICLOUD_ACCESS_KEY", "half", `Of\s+ALICLOUD_ACCESS_KEY`},
		{"ALIBABA_CLOUD_ACCESS_KEY_ID", "half", `Of\s+ALIBABA_CLOUD_ACCESS_KEY_ID`},
		{"ALIBABACLOUD_ACCESS_KEY_ID", "half", `Of\s+ALIBABACLOUD_ACCESS_KEY_ID`},
		{"ALICLOUD_SHARED_CREDENTIALS_FILE", "/nowhere/config.json", `profile\s+that\s+the\s+environment\s+names[\s\S]*/nowhere/config\.json`},
		{"ALICLOUD_CREDENTIALS_URI", "no-address", `Cannot\s+use\s+the\s+credentials\s+URI\s+that\s+the\s+environment\s+names`},
		{"ALICLOUD_ECS_ROLE_NAME", "nobody", `no\s+role\s+"nobody"\s+is\s+attached`},
		{"ALIBABA_CLOUD_OIDC_PROVIDER_ARN", oidcD, `Incomplete\s+OIDC\s+settings`},
		{"", "", `No\s+credentials`},
	}
	env, at := map[string]string{}, 0
	for _, g := range groups {
		env[g.variable] = g.value
	}
	for _, g := range groups {
		newIdentityCloud(t).run(t, "", env, resource.TestStep{ExpectError: regexp.MustCompile(g.want)})
		delete(env, g.variable)
		if g.variable == "" {
			continue
		}
		next := strings.Index(list, "`"+g.variable+"`")
		if next < at {
			t.Errorf("the page names %s too early, or not at all", g.variable)
		}
		at = next
	}
}

// TestCredentials_fileOfTheCLIIsNoFallback holds the page to what it says of a
// block that names nothing.
func TestCredentials_fileOfTheCLIIsNoFallback(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	sts, _ := stsByKey(t, map[string]string{"key-s": accountS})
	if err := os.Mkdir(filepath.Join(home, ".aliyun"), 0o700); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.FromSlash(cliFile(t, "s", keyProfile("s", "key-s"))))
	if err == nil {
		err = os.WriteFile(filepath.Join(home, ".aliyun", "config.json"), text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ config, want string }{
		"named":   {`profile = "s"`, ""},
		"unnamed": {"", `No\s+credentials[\s\S]*No\s+region`},
	} {
		step := resource.TestStep{ConfigStateChecks: speaksFor(accountS)}
		if c.want != "" {
			step = resource.TestStep{ExpectError: regexp.MustCompile(c.want)}
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			configureCase{config: c.config, env: map[string]string{"HOME": home, "STS_ENDPOINT": sts}}.run(t, step)
		})
	}
}
