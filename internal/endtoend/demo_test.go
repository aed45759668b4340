package endtoend_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"slices"
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
		p.isQuoted(t, r.stdout.String())
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

// isQuoted compares the output of the demo with the README's, line by line.
func (p programs) isQuoted(t *testing.T, output string) {
	t.Helper()
	const fence = "```text\n"
	_, quoted, found := strings.Cut(p.read(t, "README.md"), fence+"Replication between")
	quoted, _, closed := strings.Cut(quoted, "\n```")
	if !found || !closed {
		t.Fatal("the README does not quote the demo")
	}
	if got, want := unchanging(output), unchanging("Replication between"+quoted); !slices.Equal(got, want) {
		t.Errorf("the README does not quote the demo as it is; its output:\n%s", output)
	}
}

// unchanging is what every run of the demo prints, whatever the machine and the
// CLI: no times, no port, no path, and no columns that depend on their lengths.
func unchanging(text string) (lines []string) {
	masks := []struct{ changing, mask string }{
		{`^ *\d+\.\d s `, ""},
		{` +\d+\.\d s$`, ""},
		{`(=>|find a CLI, build both programs) +(/|[A-Z]:\\).*`, "$1 CLI"},
		{`\S+ \d+\.\d+\.\S+, cloud at http://127\.0\.0\.1:\d+`, "CLI, cloud"},
		{` {2,}`, " "},
		{`-{80,}`, "-"},
	}
	for line := range strings.Lines(strings.TrimSpace(text)) {
		line = strings.TrimRight(line, "\r\n")
		for _, m := range masks {
			line = regexp.MustCompile(m.changing).ReplaceAllString(line, m.mask)
		}
		lines = append(lines, line)
	}
	return lines
}
