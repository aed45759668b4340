package endtoend_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// run is the demo program with its temporary files in a directory of the test.
type run struct {
	*exec.Cmd
	temporary      string
	stdout, stderr bytes.Buffer
}

func (p programs) newRun(ctx context.Context, t *testing.T, environment ...string) *run {
	t.Helper()
	r := &run{Cmd: exec.CommandContext(ctx, p.demo), temporary: t.TempDir()}
	r.Dir = p.root
	r.Env = append(os.Environ(), append([]string{"TMPDIR=" + r.temporary, "TF_ACC_TERRAFORM_PATH=" + p.cli}, environment...)...)
	r.Stdout, r.Stderr = &r.stdout, &r.stderr
	r.WaitDelay = time.Second
	return r
}

func (r *run) leavesNoFile(t *testing.T) {
	t.Helper()
	left, err := os.ReadDir(r.temporary)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range left {
		t.Errorf("%s is left behind", entry.Name())
	}
}

func (p programs) testDemo(t *testing.T) {
	t.Parallel()
	t.Run("every step is as it should be", func(t *testing.T) {
		t.Parallel()
		r := p.newRun(within(t), t)
		if err := r.Run(); err != nil || r.stderr.Len() > 0 {
			t.Fatalf("%v\n%s\n%s", err, &r.stdout, &r.stderr)
		}
		for _, want := range []string{`2026/secret.json {"order": "confidential"}`, "# srr_destination_grant.orders will be created", "all as it should be"} {
			if !strings.Contains(r.stdout.String(), want) {
				t.Errorf("the output lacks %q:\n%s", want, &r.stdout)
			}
		}
		r.leavesNoFile(t)
	})
	t.Run("a failure is one line", func(t *testing.T) {
		t.Parallel()
		r := p.newRun(within(t), t, "TF_ACC_TERRAFORM_PATH=/nowhere/terraform")
		var exit *exec.ExitError
		if err := r.Run(); !errors.As(err, &exit) || exit.ExitCode() != 1 {
			t.Errorf("the demo ends with %v instead of status 1", err)
		}
		if said := r.stderr.String(); strings.Count(said, "\n") != 1 || !strings.Contains(said, "step 1") || !strings.Contains(said, "/nowhere/terraform") {
			t.Errorf("the demo says %q", said)
		}
		r.leavesNoFile(t)
	})
}
