package mutation

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Result is what became of a mutant.
type Result string

// The results.
const (
	// Killed: every named test failed.
	Killed Result = "killed"
	// Survived: a named test passed.
	Survived Result = "survived"
	// Broken: the mutant does not compile, or the tests ended in another way than by failing.
	Broken Result = "broken"
)

// Checker runs the named tests in the source tree at Root, which it never changes: mutants are laid over it.
type Checker struct {
	Root string
	// Dir is a directory of our own for the changed files.
	Dir string
}

// Unbroken runs all tests that the mutants name, without any mutant. They must pass.
func (c Checker) Unbroken(ctx context.Context, mutants []Mutant) error {
	named := map[string][]string{}
	for _, m := range mutants {
		named[m.Package()] = append(named[m.Package()], m.Tests...)
	}
	for at, tests := range named {
		slices.Sort(tests)
		tests = slices.Compact(tests)
		said, err := c.test(ctx, at, tests, "-v")
		if err != nil {
			return fmt.Errorf("the tests of %s fail without a mutant: %w\n%s", at, err, tail(said))
		}
		for _, name := range tests {
			if !bytes.Contains(said, []byte("--- PASS: "+name+" ")) {
				return fmt.Errorf("%s has no test %s that passes", at, name)
			}
		}
	}
	return nil
}

// Check runs the tests of one mutant against it. The text says what was seen if it was not killed.
func (c Checker) Check(ctx context.Context, m Mutant) (Result, string, error) {
	overlay, err := c.overlay(m)
	if err != nil {
		return "", "", err
	}
	said, err := c.test(ctx, m.Package(), m.Tests, "-overlay", overlay)
	switch {
	case ctx.Err() != nil:
		return "", "", ctx.Err()
	case err == nil:
		return Survived, "", nil
	case bytes.Contains(said, []byte("\npanic: ")) || !bytes.Contains(said, []byte("--- FAIL: ")):
		return Broken, tail(said), nil
	}
	for _, name := range m.Tests {
		if !bytes.Contains(said, []byte("--- FAIL: "+name+" ")) {
			return Survived, name + " passes\n", nil
		}
	}
	return Killed, "", nil
}

// overlay writes the changed file, and what tells the go command to take it.
func (c Checker) overlay(m Mutant) (string, error) {
	path := filepath.Join(c.Root, "internal", filepath.FromSlash(m.File))
	source, err := os.ReadFile(path) //nolint:gosec // a file of the source tree
	if err != nil {
		return "", err
	}
	changed, err := m.Apply(string(source))
	if err != nil {
		return "", err
	}
	file := filepath.Join(c.Dir, "mutant.go")
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil { //nolint:gosec // in a directory of our own
		return "", err
	}
	raw, err := json.Marshal(map[string]map[string]string{"Replace": {path: file}})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(c.Dir, "overlay.json")
	return overlay, os.WriteFile(overlay, raw, 0o600)
}

func (c Checker) test(ctx context.Context, at string, tests []string, flags ...string) ([]byte, error) {
	arguments := append([]string{"test", "-count=1", "-vet=off", "-timeout=5m", "-run", "^(" + strings.Join(tests, "|") + ")$"}, flags...)
	command := exec.CommandContext(ctx, "go", append(arguments, at)...) //nolint:gosec // names of tests in the source tree
	command.Dir = c.Root
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	return command.CombinedOutput()
}

// tail is the end of what a command said.
func tail(said []byte) string {
	const enough = 2000
	return string(said[max(0, len(said)-enough):])
}
