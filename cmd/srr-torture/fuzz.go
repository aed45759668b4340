package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/round"
)

// fuzzTarget is a fuzz function and the directory of its package.
type fuzzTarget struct{ dir, name string }

func (t fuzzTarget) String() string { return t.dir + " " + t.name }

// fuzzing runs every fuzz target for a while. What it finds is written into the testdata of the package, where the
// normal tests try it again.
func fuzzing(ctx context.Context, s settings) (summary string, err error) {
	done, err := round.Open(s.root, "fuzz-"+s.fuzz.String(), s.fresh)
	if err != nil {
		return "", err
	}
	targets, err := fuzzTargets(s.root)
	if err != nil {
		return "", err
	}
	good, all := 0, 0
	for _, t := range targets {
		if !strings.HasPrefix(t.String(), s.only) {
			continue
		}
		all++
		var passed bool
		if done.Done(t.String(), &passed) && passed {
			good++
			continue
		}
		said, failed := s.fuzzOne(ctx, t)
		if ctx.Err() != nil {
			break
		}
		fmt.Fprintf(s.out, "%s: %s\n", t, said)
		if failed != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", t, failed))
			continue
		}
		good++
		if err := done.Add(t.String(), true); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("fuzz targets without a finding: %d of %d, %s each", good, all, s.fuzz), errors.Join(err, ctx.Err(), end(done, good == all && s.only == ""))
}

func (s settings) fuzzOne(ctx context.Context, t fuzzTarget) (string, error) {
	command := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-fuzz", "^"+t.name+"$", "-fuzztime", s.fuzz.String(), "./"+t.dir) //nolint:gosec // a target of the source tree
	command.Dir = s.root
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	said, err := command.CombinedOutput()
	if err != nil {
		return string(said), err
	}
	progress := regexp.MustCompile(`execs: \d+`).FindAllString(string(said), -1)
	if len(progress) == 0 {
		return "passed", nil
	}
	return progress[len(progress)-1], nil
}

// fuzzTargets finds the fuzz functions of the tree.
func fuzzTargets(root string) (targets []fuzzTarget, err error) {
	declared := regexp.MustCompile(`(?m)^func (Fuzz\w+)\(f \*testing\.F\)`)
	err = filepath.WalkDir(filepath.Join(root, "internal"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path) //nolint:gosec // a file of the source tree
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		for _, found := range declared.FindAllSubmatch(source, -1) {
			targets = append(targets, fuzzTarget{filepath.ToSlash(dir), string(found[1])})
		}
		return err
	})
	slices.SortFunc(targets, func(a, b fuzzTarget) int { return strings.Compare(a.String(), b.String()) })
	return targets, err
}
