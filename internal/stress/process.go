package stress

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// process is one Terraform configuration with its own state and access key. All
// share the home directory, and with it the provider's lock files.
type process struct {
	cli, dir string
	env      []string
}

// prepare writes the configuration of one process, and where it finds the
// provider.
func prepare(o Options, url string, number int) (process, error) {
	p := process{cli: o.CLI, dir: filepath.Join(o.Dir, fmt.Sprintf("process-%02d", number))}
	home := filepath.Join(o.Dir, "home")
	for _, dir := range []string{p.dir, home} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return p, err
		}
	}
	rc := filepath.Join(p.dir, "cli.tfrc")
	override := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"registry.terraform.io/terraform-srr/srr\" = %q\n  }\n  direct {}\n}\n",
		filepath.ToSlash(filepath.Dir(o.Provider)))
	p.env = append(foreignToTerraform(os.Environ()), "TF_CLI_CONFIG_FILE="+rc, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
		"HOME="+home, "XDG_CACHE_HOME="+home, "LocalAppData="+home)
	p.env = append(p.env, emulator.Environment(url)...)
	if err := os.WriteFile(rc, []byte(override), 0o600); err != nil {
		return p, err
	}
	return p, os.WriteFile(filepath.Join(p.dir, "main.tf"), []byte(configuration(o.Document, number, o.Grants)), 0o600)
}

func configuration(d Document, number, grants int) string {
	key := processKey(number)
	return fmt.Sprintf(`terraform {
  required_providers {
    srr = { source = "registry.terraform.io/terraform-srr/srr" }
  }
}
provider "srr" {
  region     = %q
  access_key = %q
  secret_key = %q
}
resource %q "role" {
  count    = %d
  %s = %q
  role_arn = format("acs:ram::%s:role/p%02d-g%%02d", count.index)
}
`, emulator.Region, key, secretOf(key), d.resource, grants, d.place, d.name, emulator.SourceAccount, number)
}

// apply runs the CLI; the error holds what it said.
func (p process) apply(ctx context.Context) error {
	command := exec.CommandContext(ctx, p.cli, "apply", "-auto-approve", "-no-color", "-input=false", "-parallelism=25") //nolint:gosec // found by demo.FindCLI
	command.Dir, command.Env = p.dir, p.env
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 20 * time.Second
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(p.dir), err, firstError(string(said)))
	}
	return nil
}

// firstError leaves out the plan and all but the beginning of what went wrong.
func firstError(said string) string {
	const enough = 1000
	if _, failed, found := strings.Cut(said, "\nError: "); found {
		said = "Error: " + failed
	}
	return said[:min(len(said), enough)]
}

// foreignToTerraform leaves out what would change the CLI or the provider.
func foreignToTerraform(lines []string) []string {
	var clean []string
	for _, line := range lines {
		name, _, _ := strings.Cut(strings.ToUpper(line), "=")
		ours := name == "HOME" || name == "LOCALAPPDATA" || name == "XDG_CACHE_HOME" || strings.HasSuffix(name, "_ENDPOINT")
		for _, prefix := range []string{"TF_", "TOFU_", "ALICLOUD_", "ALIBABA"} {
			ours = ours || strings.HasPrefix(name, prefix)
		}
		if !ours {
			clean = append(clean, line)
		}
	}
	return clean
}
