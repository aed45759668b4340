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
func races(ctx context.Context, s settings, done *round.Round) (progress, error) {
	steps := raceSteps()
	var seen sightings
	var err error
	left := len(steps)
	for _, step := range steps {
		var passed bool
		if done.Done(step.name, &passed) {
			left--
			continue
		}
		if s.over(0) {
			break
		}
		said, failed := s.goCommand(ctx, step.arguments...)
		seen.count(said)
		if ctx.Err() != nil {
			break
		}
		left--
		if failed == nil {
			fmt.Fprintf(s.out, "%s: as it should be\n", step.name)
		} else {
			seen.failed++
			err = errors.Join(err, fmt.Errorf("%s: %w\n%s", step.name, failed, said))
		}
		err = errors.Join(err, done.Add(step.name, failed == nil, failed == nil))
	}
	return progress{seen.text(len(steps), left), left}, err
}

type raceStep struct {
	name      string
	arguments []string
}

func raceSteps() []raceStep {
	return []raceStep{
		{"parallel resources in one process", []string{"test", "-race", "-count=3", "-timeout=10m", "-run", "^TestRace_", "./internal/torture"}},
		{"parallel changes of documents", []string{"test", "-race", "-count=3", "-timeout=10m", "./internal/alicloud/document"}},
		{"8 processes and a foreign writer", []string{"run", "./cmd/srr-stress", "-runs", "3"}},
	}
}

// sightings are what the steps have said.
type sightings struct{ races, lost, orphans, failed int }

func (f *sightings) count(said []byte) {
	f.races += bytes.Count(said, []byte("WARNING: DATA RACE"))
	f.lost += bytes.Count(said, []byte(": "+torture.Lost+": "))
	f.orphans += bytes.Count(said, []byte(": "+torture.Orphaned+": "))
}

func (f *sightings) text(steps, left int) string {
	text := fmt.Sprintf("%d found, lost in parallel use: %d, orphans of it: %d, steps failed: %d of %d", f.races, f.lost, f.orphans, f.failed, steps)
	if left > 0 {
		text += fmt.Sprintf("; not finished: %d of %d are left", left, steps)
	}
	return text
}

func (s settings) goCommand(ctx context.Context, arguments ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, "go", arguments...) //nolint:gosec // constants of this file
	command.Dir = s.root
	command.Env = append(os.Environ(), "TF_ACC_TERRAFORM_PATH="+s.cli)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	return command.CombinedOutput()
}
