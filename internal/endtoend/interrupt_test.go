//go:build unix

package endtoend_test

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// testDemoInterrupted sends the demo a Ctrl-C in the middle of a step: to its whole
// process group as a terminal does, or to itself alone.
func (p programs) testDemoInterrupted(t *testing.T) {
	for name, c := range map[string]struct {
		step  string
		group bool
		sent  syscall.Signal
	}{
		"while it builds, as a terminal does": {step: "1. find a CLI", group: true, sent: syscall.SIGINT},
		"while Terraform applies":             {step: "4. apply", sent: syscall.SIGINT},
		"while Terraform destroys, to stop":   {step: "10. destroy", sent: syscall.SIGTERM},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := p.newRun(within(t), t)
			r.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			gone := r.descendants(t)
			stdout := r.begin(t)
			awaitStep(t, stdout, c.step)
			target := r.Process.Pid
			if c.group {
				target = -target
			}
			if err := syscall.Kill(target, c.sent); err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, stdout)
			var exit *exec.ExitError
			if err := r.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 130 {
				t.Errorf("the demo ends with %v instead of status 130; it says %s", err, &r.stderr)
			}
			if said := r.stderr.String(); strings.Count(said, "\n") != 1 || !strings.Contains(said, "interrupted") {
				t.Errorf("the demo says %q", said)
			}
			gone()
			r.leavesNoFile(t)
		})
	}
}

// descendants gives the demo a pipe that every process inherits which it starts,
// and those start. The result fails the test if one of them still holds it.
func (r *run) descendants(t *testing.T) (gone func()) {
	t.Helper()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = reader.Close() })
	r.ExtraFiles = []*os.File{writer}
	return func() {
		t.Helper()
		_ = writer.Close()
		if err := reader.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := reader.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("the demo has ended and a process that it started has not: %v", err)
		}
	}
}

func (r *run) begin(t *testing.T) *bufio.Reader {
	t.Helper()
	r.Stdout = nil
	pipe, err := r.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	return bufio.NewReader(pipe)
}

func awaitStep(t *testing.T, stdout *bufio.Reader, step string) {
	t.Helper()
	for {
		line, err := stdout.ReadString('\n')
		if strings.Contains(line, step) {
			return
		}
		if err != nil {
			t.Fatalf("the demo ended before step %q", step)
		}
	}
}
