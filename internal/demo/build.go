package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// Root is the directory of this module, found from the working directory.
func Root(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	file := strings.TrimSpace(string(out))
	if err != nil || filepath.Base(file) != "go.mod" {
		return "", errors.New("run this inside the source tree of the provider, with Go on the PATH")
	}
	return filepath.Dir(file), nil
}

// Build compiles one program of the module into dir, which must exist, and
// returns the path of the file. Program is a package relative to the root, such as
// "./cmd/srr-emulator".
func Build(ctx context.Context, root, program, dir string) (string, error) {
	name := filepath.Base(program)
	if program == "." {
		name = "terraform-provider-srr"
	}
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	file := filepath.Join(dir, name)
	command := exec.CommandContext(ctx, "go", "build", "-o", file, program) //nolint:gosec // a package of this project
	command.Dir = root
	// Killed, the go command would leave its compilers behind; interrupted, it waits for them.
	command.Cancel = func() error { return interrupt(command.Process) }
	command.WaitDelay = stopTime
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build %s: %w: %s", program, err, strings.TrimSpace(string(out)))
	}
	return file, nil
}

// interrupt asks a process to end; where there are no interrupts it is killed.
func interrupt(process *os.Process) error {
	if runtime.GOOS == "windows" {
		return process.Kill()
	}
	return process.Signal(os.Interrupt)
}

// copyFile copies a small file.
func copyFile(from, to string, mode os.FileMode) error {
	raw, err := os.ReadFile(from) //nolint:gosec // a file of this project
	if err != nil {
		return err
	}
	return os.WriteFile(to, raw, mode) //nolint:gosec // in a directory of our own
}
