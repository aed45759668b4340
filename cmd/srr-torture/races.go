package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/terraform-srr/terraform-provider-srr/internal/round"
	"github.com/terraform-srr/terraform-provider-srr/internal/torture"
)

// races lets the tests of parallel use run under the race detector, then processes of their own against a writer who
// knows no lock.
func races(ctx context.Context, s settings) (summary string, err error) {
	done, err := round.Open(s.root, "races", s.fresh)
	if err != nil {
		return "", err
	}
	steps := []struct {
		name      string
		arguments []string
	}{
		{"parallel resources in one process", []string{"test", "-race", "-count=3", "-timeout=10m", "-run", "^TestRace_", "./internal/torture"}},
		{"parallel changes of documents", []string{"test", "-race", "-count=3", "-timeout=10m", "./internal/alicloud/document"}},
		{"8 processes and a foreign writer", []string{"run", "./cmd/srr-stress", "-runs", "3"}},
	}
	var found, lost, left, failed int
	for _, step := range steps {
		var passed bool
		if done.Done(step.name, &passed) && passed {
			continue
		}
		said, stepErr := s.goCommand(ctx, step.arguments...)
		found += bytes.Count(said, []byte("WARNING: DATA RACE"))
		lost += bytes.Count(said, []byte(": "+torture.Lost+": "))
		left += bytes.Count(said, []byte(": "+torture.Orphaned+": "))
		if ctx.Err() != nil {
			return "races: not all tried", errors.Join(ctx.Err(), done.Close())
		}
		if stepErr != nil {
			failed++
			err = errors.Join(err, fmt.Errorf("%s: %w\n%s", step.name, stepErr, said))
			continue
		}
		fmt.Fprintf(s.out, "%s: as it should be\n", step.name)
		if err := done.Add(step.name, true); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("races found: %d, lost in parallel use: %d, orphans of it: %d, steps failed: %d of %d", found, lost, left, failed, len(steps)), errors.Join(err, end(done, failed == 0))
}

func (s settings) goCommand(ctx context.Context, arguments ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, "go", arguments...) //nolint:gosec // constants of this file
	command.Dir = s.root
	command.Env = append(os.Environ(), "TF_ACC_TERRAFORM_PATH="+s.cli)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	return command.CombinedOutput()
}
