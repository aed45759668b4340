package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
)

// cliVariable names a CLI to use; the plugin test framework reads it as well.
const cliVariable = "TF_ACC_TERRAFORM_PATH"

// SharedCLI is FindCLI with a directory that outlives the process, below the
// user's cache directory: a CLI is fetched at most once.
func SharedCLI(ctx context.Context) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return FindCLI(ctx, "")
	}
	return FindCLI(ctx, filepath.Join(cache, "terraform-provider-srr", "cli"))
}

// FindCLI returns the absolute path of the Terraform or OpenTofu CLI: the one that
// TF_ACC_TERRAFORM_PATH names, else terraform or tofu on the PATH, else the one
// fetched into dir before, else the newest official Terraform, which it fetches
// into dir ("": nothing is fetched). The error is one line that says what to install.
func FindCLI(ctx context.Context, dir string) (string, error) {
	if named := os.Getenv(cliVariable); named != "" {
		path, err := lookAbsolute(named)
		if err != nil {
			return "", fmt.Errorf("%s names %s, which cannot be run: %w", cliVariable, named, err)
		}
		return path, nil
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := lookAbsolute(name); err == nil {
			return path, nil
		}
	}
	path, err := fetched(ctx, dir)
	if err != nil {
		return "", fmt.Errorf("no Terraform or OpenTofu CLI: install terraform or tofu on the PATH, or set %s (fetching one failed: %s)",
			cliVariable, oneLine(err.Error()))
	}
	return path, nil
}

// lookAbsolute finds a program, for callers that run it in another directory.
func lookAbsolute(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", err
	}
	return filepath.Abs(path)
}

// fetched is the CLI in dir, put there when it is missing.
func fetched(ctx context.Context, dir string) (string, error) {
	if dir == "" {
		return "", errors.New("there is no directory to keep it in")
	}
	target := filepath.Join(dir, product.Terraform.BinaryName())
	if path, err := lookAbsolute(target); err == nil {
		return path, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	// Moved into place when complete: an interrupted download is no CLI, and two
	// processes that fetch at once do not see each other's half.
	half, err := os.MkdirTemp(dir, "fetching-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(half) }()
	path, err := (&releases.LatestVersion{Product: product.Terraform, InstallDir: half}).Install(ctx)
	if err != nil {
		return "", err
	}
	if err := os.Rename(path, target); err != nil {
		return "", err
	}
	return lookAbsolute(target)
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
