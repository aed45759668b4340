package demo

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
)

// cliVariable names a CLI to use; the plugin test framework reads it as well.
const cliVariable = "TF_ACC_TERRAFORM_PATH"

// FindCLI returns the path of the Terraform or OpenTofu CLI: the one that
// TF_ACC_TERRAFORM_PATH names, else terraform or tofu on the PATH, else the newest
// official Terraform, which it installs into dir. The error is one line that says
// what to install.
func FindCLI(ctx context.Context, dir string) (string, error) {
	if named := os.Getenv(cliVariable); named != "" {
		path, err := exec.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("%s names %s, which cannot be run: %w", cliVariable, named, err)
		}
		return path, nil
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	path, err := (&releases.LatestVersion{Product: product.Terraform, InstallDir: dir}).Install(ctx)
	if err != nil {
		return "", fmt.Errorf("no Terraform or OpenTofu CLI: install terraform or tofu on the PATH, or set %s (fetching one failed: %s)",
			cliVariable, oneLine(err.Error()))
	}
	return path, nil
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
