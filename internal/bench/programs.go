package bench

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

const providerSource = "terraform-srr/srr"

// The provider to compare with does no network work. Its repository has tags of major versions that its module path
// does not name, so only a pseudo-version can be fetched (Go module reference, "Pseudo-versions").
const (
	tlsModule  = "github.com/hashicorp/terraform-provider-tls"
	tlsVersion = "v1.2.1-0.20260819085117-d044ca7c6f52"
)

// program is a built plugin.
type program struct {
	source string // registry address, "terraform-srr/srr"
	path   string
}

func executable(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}

// build makes this module's provider as a release is built, or one that writes profiles.
func (o Options) build(ctx context.Context) (program, error) {
	p := program{providerSource, filepath.Join(o.Dir, "srr", executable("terraform-provider-srr"))}
	if o.Profile != "" {
		overlay, err := profiling(o.Root, o.Dir, o.Profile)
		if err != nil {
			return p, err
		}
		return p, goCommand(ctx, o.Root, "build", "-trimpath", "-overlay", overlay, "-o", p.path, ".")
	}
	return p, goCommand(ctx, o.Root, "build", "-trimpath", "-ldflags", "-s -w", "-o", p.path, ".")
}

const tlsSource = "hashicorp/tls"

// tls is the provider to compare with.
func (o Options) tls(ctx context.Context) (program, error) {
	if o.TLS != "" {
		return program{tlsSource, o.TLS}, nil
	}
	return buildTLS(ctx, o.Dir)
}

// buildTLS builds the provider to compare with in a module of its own.
func buildTLS(ctx context.Context, dir string) (program, error) {
	p := program{tlsSource, filepath.Join(dir, "tls", executable("terraform-provider-tls"))}
	module := filepath.Join(dir, "tls-module")
	if err := os.MkdirAll(module, 0o700); err != nil {
		return p, err
	}
	if err := os.WriteFile(filepath.Join(module, "go.mod"), []byte("module bench.invalid/tls\n\ngo 1.24\n"), 0o600); err != nil {
		return p, err
	}
	if err := goCommand(ctx, module, "get", tlsModule+"@"+tlsVersion); err != nil {
		return p, err
	}
	return p, goCommand(ctx, module, "build", "-trimpath", "-ldflags", "-s -w", "-o", p.path, tlsModule)
}

func goCommand(ctx context.Context, dir string, arguments ...string) error {
	command := exec.CommandContext(ctx, "go", arguments...)               //nolint:gosec // the arguments are those above
	command.Dir, command.Env = dir, append(os.Environ(), "CGO_ENABLED=0") // as releases are built
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w: %s", arguments[0], err, strings.TrimSpace(string(said)))
	}
	return nil
}
