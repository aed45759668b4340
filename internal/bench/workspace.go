package bench

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

// parallelism is that of all commands.
const parallelism = 50

// stateFile is where the CLI keeps the state in a workspace.
const stateFile = "terraform.tfstate"

// workspace is a configuration with its state and a CLI that works on it.
type workspace struct {
	cli, dir string
	env      []string
}

// newWorkspace writes a configuration and where its one provider is found.
func newWorkspace(cli, dir string, plugin program, url, configuration string) (workspace, error) {
	w := workspace{cli: cli, dir: dir}
	home := filepath.Join(dir, "home")
	if err := os.MkdirAll(home, 0o700); err != nil {
		return w, err
	}
	rc := filepath.Join(dir, "cli.tfrc")
	override := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n  }\n  direct {}\n}\n",
		plugin.source, filepath.ToSlash(filepath.Dir(plugin.path)))
	if err := os.WriteFile(rc, []byte(override), 0o600); err != nil {
		return w, err
	}
	w.env = append(ownEnvironment(), "TF_CLI_CONFIG_FILE="+rc, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
		"HOME="+home, "XDG_CACHE_HOME="+home, "LocalAppData="+home)
	w.env = append(w.env, emulator.Environment(url)...)
	return w, w.configure(configuration)
}

// configure replaces the configuration.
func (w workspace) configure(configuration string) error {
	return os.WriteFile(filepath.Join(w.dir, "main.tf"), []byte(configuration), 0o600)
}

// ownEnvironment is what programs need; nothing of the user's settings is in it.
func ownEnvironment() (env []string) {
	for _, name := range []string{"PATH", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "SystemDrive", "LANG"} {
		if value, set := os.LookupEnv(name); set {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// forget makes the state empty again.
func (w workspace) forget() error {
	for _, name := range []string{stateFile, stateFile + ".backup"} {
		if err := os.Remove(filepath.Join(w.dir, name)); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}

// run is how one command went.
type run struct {
	wall   time.Duration
	memory int64 // largest resident set of a plugin process in bytes, 0 where it cannot be read
}

// command runs the CLI and times it as a whole.
func (w workspace) command(ctx context.Context, arguments ...string) (run, error) {
	command := exec.CommandContext(ctx, w.cli, arguments...) //nolint:gosec // the CLI that was asked for
	command.Dir, command.Env = w.dir, w.env
	var said strings.Builder
	command.Stdout, command.Stderr = &said, &said
	began := time.Now()
	if err := command.Start(); err != nil {
		return run{}, err
	}
	watch := watchChildren(command.Process.Pid)
	err := command.Wait()
	r := run{wall: time.Since(began), memory: watch.end()}
	if err != nil {
		return r, fmt.Errorf("%s %s: %w\n%s", filepath.Base(w.cli), strings.Join(arguments, " "), err, beginning(said.String()))
	}
	return r, nil
}

func (w workspace) plan(ctx context.Context) (run, error) {
	return w.command(ctx, "plan", "-input=false", "-no-color", "-lock=false", "-detailed-exitcode", fmt.Sprintf("-parallelism=%d", parallelism))
}

func (w workspace) apply(ctx context.Context) (run, error) {
	return w.command(ctx, "apply", "-auto-approve", "-input=false", "-no-color", fmt.Sprintf("-parallelism=%d", parallelism))
}

// plannedFile is a plan in its workspace.
const plannedFile = "planned"

// planFile plans what applyFile applies.
func (w workspace) planFile(ctx context.Context) (run, error) {
	return w.command(ctx, "plan", "-out="+plannedFile, "-input=false", "-no-color", fmt.Sprintf("-parallelism=%d", parallelism))
}

func (w workspace) applyFile(ctx context.Context) (run, error) {
	return w.command(ctx, "apply", "-input=false", "-no-color", fmt.Sprintf("-parallelism=%d", parallelism), plannedFile)
}

// beginning leaves out the plan and all but the first error.
func beginning(said string) string {
	const enough = 1500
	if _, failed, found := strings.Cut(said, "\nError: "); found {
		said = "Error: " + failed
	}
	return said[:min(len(said), enough)]
}
