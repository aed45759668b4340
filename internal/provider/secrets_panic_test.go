package provider_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// A provider that dies in the middle of its work shows where, and no secret: what
// Go prints of a panic, what Terraform makes of it, and the log up to there.
func TestSecrets_areNotInAPanic(t *testing.T) {
	t.Parallel()
	cloud := &eavesdropper{testCloud: newCloud(t, deployer)}
	d := cloud.secretsDir(func(_, keys string) string {
		return profiles(keys) + strings.ReplaceAll(twoAccountsKMS(), "= srralt", "= srr.backup")
	})
	d.buildBroken("rule_create.go", "func newRuleID() (id, mark string) {", "func newRuleID() (id, mark string) {\n\tvar none map[string]int\n\tnone[\"\"] = 1")
	said, err := d.command("apply", "-auto-approve").CombinedOutput()
	// OpenTofu may have the stack in its log alone.
	if err == nil || !strings.Contains(string(said)+d.read("trace.log"), "assignment to entry in nil map") {
		t.Fatalf("the provider did not panic: %v %s", err, said)
	}
	cloud.keep(emulator.SourceKeyPair().Secret, emulator.DestinationKeyPair().Secret)
	if len(cloud.secrets) < 6 {
		t.Fatalf("only %d secrets in use: no session was opened", len(cloud.secrets))
	}
	cloud.heard("what Terraform says", string(said))
	cloud.heard("trace.log", d.read("trace.log"))
	cloud.heard("terraform.tfstate", d.read("terraform.tfstate"))
}

// buildBroken puts a provider with another text in one file in the place of the
// built one.
func (d terraformDir) buildBroken(file, text, broken string) {
	d.t.Helper()
	root, err := demo.Root(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	path := filepath.Join(root, "internal", "provider", file)
	source, err := os.ReadFile(path)
	if err != nil {
		d.t.Fatal(err)
	}
	if strings.Count(string(source), text) != 1 {
		d.t.Fatalf("%s does not have %q once", file, text)
	}
	changed, overlay := filepath.Join(d.t.TempDir(), file), filepath.Join(d.t.TempDir(), "overlay.json")
	raw, err := json.Marshal(map[string]map[string]string{"Replace": {path: changed}})
	if err != nil {
		d.t.Fatal(err)
	}
	for name, content := range map[string]string{changed: strings.Replace(string(source), text, broken, 1), overlay: string(raw)} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			d.t.Fatal(err)
		}
	}
	var plugins string
	for _, line := range d.env {
		if rc, found := strings.CutPrefix(line, "TF_CLI_CONFIG_FILE="); found {
			plugins = filepath.Dir(rc)
		}
	}
	program, err := filepath.Glob(filepath.Join(plugins, "terraform-provider-srr*"))
	if err != nil || len(program) != 1 {
		d.t.Fatalf("%v, programs: %v", err, program)
	}
	build := exec.CommandContext(d.t.Context(), "go", "build", "-overlay", overlay, "-o", program[0], ".")
	build.Dir = root
	if said, err := build.CombinedOutput(); err != nil {
		d.t.Fatalf("%v %s", err, said)
	}
}
