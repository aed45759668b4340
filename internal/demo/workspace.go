package demo

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/hashicorp/terraform-exec/tfexec"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

const (
	// mirrorVersion is what the mirror says the provider's version is.
	mirrorVersion = "0.1.0"
	// stopTime is how long an interrupted CLI may take to end.
	stopTime = 20 * time.Second
)

// Workspace is a directory with an example in it, and a CLI that finds the
// provider in a filesystem mirror and the cloud in its environment. Nothing is
// read from the user's own Terraform or Alibaba Cloud configuration.
type Workspace struct {
	*tfexec.Terraform
	// Output is what the CLI printed since the last Begin, without colours.
	Output *Output
}

// Setting is what a workspace is made of.
type Setting struct {
	CLI      string // path of the Terraform or OpenTofu program
	Provider string // path of the provider program
	Example  string // directory with the configuration
	CloudURL string // where the emulator listens
	Dir      string // an empty directory of our own
	// Variables become terraform.auto.tfvars.json beside the unchanged example.
	Variables map[string]string
	// Environment is set last; an empty value removes a variable.
	Environment map[string]string
}

// Open prepares a workspace; Init comes next.
func Open(s Setting) (*Workspace, error) {
	work := filepath.Join(s.Dir, "work")
	if err := os.CopyFS(work, os.DirFS(s.Example)); err != nil {
		return nil, err
	}
	if err := writeVariables(s.Variables, work); err != nil {
		return nil, err
	}
	config, err := writeMirror(s.Provider, s.Dir)
	if err != nil {
		return nil, err
	}
	home, err := writeHome(s.Dir)
	if err != nil {
		return nil, err
	}
	cli, err := tfexec.NewTerraform(work, s.CLI)
	if err != nil {
		return nil, err
	}
	w := &Workspace{Terraform: cli, Output: &Output{}}
	w.SetStdout(w.Output)
	w.SetStderr(w.Output)
	if err := w.SetWaitDelay(stopTime); err != nil {
		return nil, err
	}
	environment := cleanEnvironment(os.Environ())
	environment["TF_CLI_CONFIG_FILE"] = config
	for _, name := range []string{"HOME", "USERPROFILE", "XDG_CACHE_HOME", "LocalAppData"} {
		environment[name] = home
	}
	environment["CHECKPOINT_DISABLE"] = "1"
	for _, line := range emulator.Environment(s.CloudURL) {
		name, value, _ := strings.Cut(line, "=")
		environment[name] = value
	}
	maps.Copy(environment, s.Environment)
	maps.DeleteFunc(environment, func(_, value string) bool { return value == "" })
	return w, w.SetEnv(environment)
}

// Begin forgets the output so far.
func (w *Workspace) Begin() { w.Output.Reset() }

// Warned is the first line of the output that warns of something, "" without one.
func (w *Workspace) Warned() string {
	for line := range strings.Lines(w.Output.String()) {
		if strings.Contains(line, "Warning:") {
			return strings.TrimSpace(strings.Trim(strings.TrimSpace(line), "│"))
		}
	}
	return ""
}

func writeVariables(variables map[string]string, dir string) error {
	raw, err := json.Marshal(variables)
	if err != nil || len(variables) == 0 {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "terraform.auto.tfvars.json"), raw, 0o600)
}

// writeHome makes a home with the profiles where the Alibaba Cloud CLI keeps them:
// a block that names a profile reads no credential variable of the environment.
// The provider's lock files go there as well.
func writeHome(dir string) (string, error) {
	home := filepath.Join(dir, "home")
	profiles := filepath.Join(home, ".aliyun")
	if err := os.MkdirAll(profiles, 0o700); err != nil {
		return "", err
	}
	return home, os.WriteFile(filepath.Join(profiles, "config.json"), []byte(emulator.ProfileFile()), 0o600)
}

// writeMirror lays the provider out for `terraform init`, for the registries of
// both CLIs, and writes the CLI configuration that points there.
func writeMirror(provider, dir string) (config string, err error) {
	mirror := filepath.Join(dir, "mirror")
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		target := filepath.Join(mirror, host, "terraform-srr", "srr", mirrorVersion, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(target, 0o700); err != nil {
			return "", err
		}
		name := "terraform-provider-srr_v" + mirrorVersion + filepath.Ext(provider)
		if err := os.Link(provider, filepath.Join(target, name)); err != nil {
			if err := copyFile(provider, filepath.Join(target, name), 0o700); err != nil {
				return "", err
			}
		}
	}
	config = filepath.Join(dir, "cli.tfrc")
	text := fmt.Sprintf("disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(mirror))
	return config, os.WriteFile(config, []byte(text), 0o600)
}

// cleanEnvironment leaves out what would point the CLI or the provider elsewhere.
func cleanEnvironment(lines []string) map[string]string {
	clean := map[string]string{}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, "=")
		upper := strings.ToUpper(name)
		if name == "" || strings.HasSuffix(upper, "_ENDPOINT") {
			continue
		}
		foreign := false
		for _, prefix := range []string{"TF_", "TOFU_", "ALICLOUD_", "ALIBABA"} {
			foreign = foreign || strings.HasPrefix(upper, prefix)
		}
		if !foreign {
			clean[name] = value
		}
	}
	return clean
}
