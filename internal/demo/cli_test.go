package demo_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
)

// program puts something that can be run into a directory.
func program(t *testing.T, dir, name string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFindCLI_takesTheFirstThereIs(t *testing.T) {
	named, path, tofuOnly, cache := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	t.Chdir(named)
	chosen := program(t, named, "chosen")
	terraform := program(t, path, "terraform")
	program(t, path, "tofu")
	tofu := program(t, tofuOnly, "tofu")
	kept := program(t, cache, "terraform")
	for name, c := range map[string]struct{ variable, path, want string }{
		"the named one, made absolute": {"." + string(filepath.Separator) + filepath.Base(chosen), path, chosen},
		"terraform on the PATH":        {"", path, terraform},
		"tofu on the PATH":             {"", tofuOnly, tofu},
		"the one fetched before":       {"", named, kept},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TF_ACC_TERRAFORM_PATH", c.variable)
			t.Setenv("PATH", c.path)
			if got, err := demo.FindCLI(t.Context(), cache); err != nil || got != c.want {
				t.Errorf("%q, %v instead of %q", got, err, c.want)
			}
		})
	}
}

func TestFindCLI_withoutAnySaysWhatToInstall(t *testing.T) {
	t.Setenv("TF_ACC_TERRAFORM_PATH", "")
	t.Setenv("PATH", t.TempDir())
	ended, end := context.WithCancel(t.Context())
	end() // as good as no network
	dir := t.TempDir()
	_, err := demo.FindCLI(ended, dir)
	if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "install terraform or tofu") {
		t.Errorf("the error is %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v, %v is left behind", err, left)
	}
}
