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
	"sync"

	"github.com/terraform-srr/terraform-provider-srr/internal/round"
)

// fuzzTarget is a fuzz function and the directory of its package.
type fuzzTarget struct{ dir, name string }

func (t fuzzTarget) String() string { return t.dir + " " + t.name }

// fuzzing runs every fuzz target for a while, two at a time with a worker each, which uses two cores as well as one
// target with two. What it finds is written into the testdata of the package, where the normal tests try it again.
func fuzzing(ctx context.Context, s settings, done *round.Round) (progress, error) {
	targets, err := fuzzTargets(s.root)
	if err != nil {
		return progress{"no targets", 1}, err
	}
	targets = slices.DeleteFunc(targets, func(t fuzzTarget) bool { return !strings.HasPrefix(t.String(), s.only) })
	good, all := 0, len(targets)
	targets = slices.DeleteFunc(targets, func(t fuzzTarget) bool {
		var passed bool
		known := done.Done(t.String(), &passed)
		if known {
			good++
		}
		return known
	})
	f := &fuzzer{settings: s, done: done, queue: targets, left: len(targets)}
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() { f.work(ctx) })
	}
	both.Wait()
	summary := fmt.Sprintf("%d of %d targets without a finding, %s each", good+f.good, all, s.fuzz)
	if f.left > 0 {
		summary += fmt.Sprintf("; not finished: %d of %d are left", f.left, all)
	}
	return progress{summary, f.left}, f.err
}

// fuzzer is what both workers share.
type fuzzer struct {
	settings
	done *round.Round

	mu         sync.Mutex
	queue      []fuzzTarget
	begun      int
	left, good int
	err        error
}

// work takes one target after the other while there is time for a whole one; the first one is always taken, so that every
// run gets further.
func (f *fuzzer) work(ctx context.Context) {
	for {
		t, more := f.next()
		if !more || ctx.Err() != nil {
			return
		}
		said, failed := f.fuzzOne(ctx, t)
		if ctx.Err() != nil {
			return
		}
		f.note(t, said, failed)
	}
}

func (f *fuzzer) next() (fuzzTarget, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.queue) == 0 || f.begun > 0 && f.over(f.fuzz) {
		return fuzzTarget{}, false
	}
	t := f.queue[0]
	f.queue, f.begun = f.queue[1:], f.begun+1
	return t, true
}

func (f *fuzzer) note(t fuzzTarget, said string, failed error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fmt.Fprintf(f.out, "%s: %s\n", t, said)
	f.left--
	if failed == nil {
		f.good++
	} else {
		f.err = errors.Join(f.err, fmt.Errorf("%s: %w", t, failed))
	}
	f.err = errors.Join(f.err, f.done.Add(t.String(), failed == nil, failed == nil))
}

func (s settings) fuzzOne(ctx context.Context, t fuzzTarget) (string, error) {
	command := exec.CommandContext(ctx, "go", "test", "-parallel=1", "-run", "^$", "-fuzz", "^"+t.name+"$", "-fuzztime", s.fuzz.String(), "./"+t.dir) //nolint:gosec // a target of the source tree
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
