package torture

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// speed makes a rule active after 0.18 s and gone 0.12 s after its deletion.
const speed = 1000

// rack is one worker: a site, a workspace, and a cloud that is new for every run.
type rack struct {
	site
	workspace
	plain     []string // environment of every command
	transport *impatient
	cloud     atomic.Pointer[emulator.Server]
}

// newRack makes a worker whose provider runs in this process, until ctx ends.
func newRack(ctx context.Context, o Options, name string) (*rack, error) {
	r, err := emptyRack(o, name)
	if err != nil {
		return nil, err
	}
	variable, err := serveInside(ctx, r.transport, func(name string) string { return lookup(r.address(), name) })
	if err != nil {
		return nil, err
	}
	rc := filepath.Join(r.dir, "cli.tfrc")
	r.env = func() []string { return append(r.plain, variable, "TF_CLI_CONFIG_FILE="+rc) }
	return r, os.WriteFile(rc, nil, 0o600)
}

// newOutsideRack makes a worker whose provider is a program of its own, which can be killed.
func newOutsideRack(o Options, name string) (*rack, error) {
	r, err := emptyRack(o, name)
	if err != nil {
		return nil, err
	}
	rc, overrides := filepath.Join(r.dir, "cli.tfrc"), ""
	for _, local := range []string{"srr", second} {
		dir := filepath.Join(r.dir, "plugin-"+local)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
		if err := os.Symlink(o.Provider, filepath.Join(dir, "terraform-provider-"+local)); err != nil {
			return nil, err
		}
		overrides += fmt.Sprintf("    %q = %q\n", address+local, filepath.ToSlash(dir))
	}
	// The provider keeps its lock files in the home directory, and leaves its socket among the temporary files when killed.
	r.env = func() []string {
		env := append(slices.Clone(r.plain), "TF_CLI_CONFIG_FILE="+rc, "TMPDIR="+o.Dir, "HOME="+r.dir, "XDG_CACHE_HOME="+r.dir, "TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(r.dir, logFile))
		return append(env, r.address()...)
	}
	return r, os.WriteFile(rc, []byte("provider_installation {\n  dev_overrides {\n"+overrides+"  }\n  direct {}\n}\n"), 0o600)
}

func emptyRack(o Options, name string) (*rack, error) {
	r := &rack{
		site: site{name}, workspace: workspace{cli: o.CLI, dir: filepath.Join(o.Dir, name), keys: filepath.Join(o.Dir, name+"-keys.json"), secrets: newSecrets()},
		transport: &impatient{},
		plain:     append(plainEnvironment(os.Environ()), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1"),
	}
	r.transport.wait(calmPatience)
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return nil, err
	}
	return r, os.WriteFile(r.keys, []byte(emulator.ProfileFile()), 0o600)
}

// address are the variables that lead the provider to the cloud of now.
func (r *rack) address() []string {
	if server := r.cloud.Load(); server != nil {
		return emulator.Environment(server.URL)
	}
	return nil
}

func lookup(lines []string, name string) string {
	for _, line := range lines {
		if key, value, _ := strings.Cut(line, "="); key == name {
			return value
		}
	}
	return ""
}

// start puts a new cloud in the place of the last one.
func (r *rack) start(ctx context.Context, world emulator.World) error {
	made, err := emulator.New(emulator.Options{World: &world, Speed: speed})
	if err != nil {
		return err
	}
	server, err := emulator.Start(ctx, made, "127.0.0.1:0", nil)
	if err != nil {
		return err
	}
	return closed(r.cloud.Swap(server)) //nolint:contextcheck // a cloud is closed also when the context has ended
}

func closed(server *emulator.Server) error {
	if server == nil {
		return nil
	}
	return server.Close()
}

// now is the world as it is; every call makes a new copy.
func (r *rack) now() emulator.World { return r.cloud.Load().World() }

// plainEnvironment leaves out what would change the CLI or the provider.
func plainEnvironment(lines []string) []string {
	var plain []string
	for _, line := range lines {
		name, _, _ := strings.Cut(strings.ToUpper(line), "=")
		foreign := strings.HasSuffix(name, "_ENDPOINT")
		for _, prefix := range []string{"TF_", "TOFU_", "ALICLOUD_", "ALIBABA"} {
			foreign = foreign || strings.HasPrefix(name, prefix)
		}
		if !foreign {
			plain = append(plain, line)
		}
	}
	return plain
}
