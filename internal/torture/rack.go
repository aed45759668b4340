package torture

import (
	"context"
	"encoding/json"
	"errors"
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

// prepared are the undisturbed runs of a scene, to start from and to compare with.
type prepared struct {
	site          site
	initial, made emulator.World
	state         []byte            // after the first configuration
	worlds        map[string]string // snapshots by what was applied last: "", "first", "second"
	calls         map[string]int    // of each operation
}

// at is the same at another site.
func (p prepared) at(there site) (prepared, error) {
	moved := func(text string) string { return strings.ReplaceAll(text, p.site.name, there.name) }
	worlds := map[string]string{}
	for name, text := range p.worlds {
		worlds[name] = moved(text)
	}
	q := prepared{site: there, state: []byte(moved(string(p.state))), worlds: worlds, calls: p.calls}
	for from, to := range map[*emulator.World]*emulator.World{&p.initial: &q.initial, &p.made: &q.made} {
		raw, err := json.Marshal(from)
		if err != nil {
			return q, err
		}
		if *to, err = emulator.ReadWorld(strings.NewReader(moved(string(raw)))); err != nil {
			return q, err
		}
	}
	return q, nil
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

// prepare runs a scene undisturbed: create, read, update, and from the beginning again, delete.
func (r *rack) prepare(ctx context.Context, s scene) (prepared, error) {
	p := prepared{site: r.site, worlds: map[string]string{}, calls: map[string]int{}}
	if err := r.start(ctx, r.world(s.silent)); err != nil {
		return p, err
	}
	p.initial, p.worlds[""] = r.now(), snapshot(r.now())
	steps := map[string]func() error{
		"create": func() error { return r.setState(nil) },
		"delete": func() error { return errors.Join(r.start(ctx, p.made), r.setState(p.state)) },
	}
	for _, o := range operations() {
		if first := steps[o.name]; first != nil {
			if err := first(); err != nil {
				return p, err
			}
		}
		if o.name == "delete, then apply" {
			p.calls[o.name] = p.calls["delete"]
			continue
		}
		calls, err := r.undisturbed(ctx, s, o)
		if err != nil {
			return p, err
		}
		p.calls[o.name] = calls
		switch o.name {
		case "create":
			p.made, p.worlds["first"] = r.now(), snapshot(r.now())
			if p.state, err = r.state(); err != nil {
				return p, err
			}
		case "update":
			p.worlds["second"] = snapshot(r.now())
		case "delete":
			if after := snapshot(r.now()); after != p.worlds[""] {
				return p, fmt.Errorf("%s, undisturbed: something is left: %s", s.name, difference(p.worlds[""], after))
			}
		}
	}
	return p, nil
}

// undisturbed does one operation and counts its calls.
func (r *rack) undisturbed(ctx context.Context, s scene, o operation) (calls int, err error) {
	if err := r.configure(o.configuration(s)(r.site)); err != nil {
		return 0, err
	}
	before := len(r.cloud.Load().Requests(0))
	a, err := o.run(ctx, r.workspace)
	if err != nil || a.failed() {
		return 0, errors.Join(err, fmt.Errorf("%s, undisturbed: %s", s.name, a.said()))
	}
	return len(r.cloud.Load().Requests(0)) - before, nil
}

// now is the world as it is; every call makes a new copy.
func (r *rack) now() emulator.World { return r.cloud.Load().World() }

// difference shows the first lines in which two snapshots differ.
func difference(want, got string) string {
	wanted, found := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(wanted), len(found)) {
		if wanted[i] != found[i] {
			return fmt.Sprintf("line %d: want %s, got %s", i+1, strings.Join(wanted[i:min(i+4, len(wanted))], " "), strings.Join(found[i:min(i+4, len(found))], " "))
		}
	}
	return fmt.Sprintf("%d lines instead of %d", len(found), len(wanted))
}

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
