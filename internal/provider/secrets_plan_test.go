package provider_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// keyFrom is a configuration whose only key is in the block, with a secret from where source says.
func keyFrom(source, more string) string {
	return fmt.Sprintf(`terraform {
  required_providers {
    srr = { source = "terraform-srr/srr" }
  }
}
provider "srr" {
  region     = %q
  access_key = %q
  secret_key = %s
}
resource "srr_replication_role" "orders" {
  name           = "oss-srr-orders"
  source_buckets = ["orders"]
}
%s`, emulator.Region, emulator.SourceKeyPair().ID, source, more)
}

// savedIn saves a plan, applies it, and names the files that have the secret of
// the block, members of the plan included.
func savedIn(d terraformDir, more ...string) (names []string) {
	d.t.Helper()
	d.text(append([]string{"plan", "-out=planned"}, more...)...)
	written := map[string]string{}
	d.unpack("planned", written)
	d.text(append(append([]string{"apply"}, more...), "planned")...)
	written["terraform.tfstate"], written["trace.log"] = d.read("terraform.tfstate"), d.read("trace.log")
	for _, name := range slices.Sorted(maps.Keys(written)) {
		if strings.Contains(written[name], emulator.SourceKeyPair().Secret) {
			names = append(names, name)
		}
	}
	return names
}

// TestSecrets_ofTheBlockAreInSavedPlans is why the documentation says where else
// keys should come from: the CLI keeps variables and configuration in a plan, and
// no provider can change that. If it ever fails, the documentation says too much.
func TestSecrets_ofTheBlockAreInSavedPlans(t *testing.T) {
	t.Parallel()
	secret := emulator.SourceKeyPair().Secret
	for _, c := range []struct {
		name, configuration, want string
		ephemeral                 bool
	}{
		{"sensitive variable", keyFrom("var.sk", "variable \"sk\" {\n  sensitive = true\n}\n"), "planned/tfplan", false},
		{"literal", keyFrom(fmt.Sprintf("%q", secret), ""), "planned/tfconfig/m-/main.tf", false},
		{"ephemeral variable", keyFrom("var.sk", "variable \"sk\" {\n  ephemeral = true\n}\n"), "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cloud := &eavesdropper{testCloud: newCloud(t)}
			d := cloud.secretsDir(func(string, string) string { return c.configuration })
			d.env = append(d.env, "TF_LOG=", "TF_LOG_PROVIDER=TRACE") // the CLI's own trace is not the provider's
			var again []string
			if c.ephemeral {
				d.atLeast(1, 11, "ephemeral variable", true)
				again = []string{"-var=sk=" + secret}
			} else {
				d.put("given.auto.tfvars", fmt.Sprintf("sk = %q\n", secret)) // nothing asks for it where it is a literal
			}
			if got := strings.Join(savedIn(d, again...), " "); got != c.want {
				t.Errorf("the secret is in %q, want %q", got, c.want)
			}
		})
	}
}

// TestSecrets_documentationSaysWhatAPlanSaves holds the pages to it.
func TestSecrets_documentationSaysWhatAPlanSaves(t *testing.T) {
	t.Parallel()
	for file, wanted := range map[string][]string{
		"SECURITY.md": {"The provider writes no key", "put the values of variables, sensitive ones too, and a copy of the configuration into every plan", "treat saved plans as secret"},
		filepath.Join("docs", "index.md"): {
			"put the values of variables, sensitive ones too, and a copy of the configuration into every plan", "treat saved plans as secret",
			"`ALIBABACLOUD_ACCESS_KEY_SECRET`. From the configuration or a variable, it is in clear text in every plan",
			"`ALIBABACLOUD_SECURITY_TOKEN`. From the configuration or a variable, it is in clear text in every plan",
		},
	} {
		raw, err := os.ReadFile(filepath.Join("..", "..", file))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(string(raw)), " ")
		for _, sentence := range wanted {
			if !strings.Contains(text, sentence) {
				t.Errorf("%s does not say %q", file, sentence)
			}
		}
	}
}
