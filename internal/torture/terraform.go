package torture

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// commandLimit is the watchdog of one command: nothing here takes that long unless it hangs.
const commandLimit = 3 * time.Minute

// workspace is a configuration with its state, and the CLI that works on it.
type workspace struct {
	cli, dir string
	keys     string // path of the file with the keys of both accounts, which must not get anywhere else
	env      func() []string
	secrets  *secrets
	started  chan<- running // gets the next command, if given
	retries  int            // of failed calls; without them every failure shows
}

const stateFile = "terraform.tfstate"

// running is a command that has started.
type running struct {
	process *os.Process
	// interrupted is closed when the CLI says that it noticed an interrupt.
	interrupted <-chan struct{}
}

// listener closes at when a text has been written to it.
type listener struct {
	text string
	seen []byte
	at   chan struct{}
	once sync.Once
}

// Write implements io.Writer.
func (l *listener) Write(p []byte) (int, error) {
	l.seen = append(l.seen, p...)
	if bytes.Contains(l.seen, []byte(l.text)) {
		l.once.Do(func() { close(l.at) })
	}
	l.seen = l.seen[max(0, len(l.seen)-len(l.text)):]
	return len(p), nil
}

// answer is what a command said.
type answer struct {
	command  string
	exit     int
	problems []problem
	changes  []string // address and action, as planned
}

type problem struct{ Severity, Summary, Detail, Address string }

// configure makes body the configuration.
func (w workspace) configure(body string) error {
	return os.WriteFile(filepath.Join(w.dir, "main.tf"), []byte(blocks(w.keys, w.retries)+body), 0o600)
}

// state is the state file; nil without one.
func (w workspace) state() ([]byte, error) {
	raw, err := os.ReadFile(filepath.Join(w.dir, stateFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return raw, err
}

// setState puts a state file back, or removes it.
func (w workspace) setState(raw []byte) error {
	for _, name := range []string{stateFile, stateFile + ".backup", ".terraform.tfstate.lock.info", "errored.tfstate"} {
		if err := os.Remove(filepath.Join(w.dir, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if raw == nil {
		return nil
	}
	return os.WriteFile(filepath.Join(w.dir, stateFile), raw, 0o600)
}

// restoreTorn puts the CLI's backup in the place of a state file that is empty or ends early, as a person does. It reports
// whether there was one: a first apply has none.
func (w workspace) restoreTorn() (bool, error) {
	torn, err := w.state()
	if err != nil || torn == nil || json.Valid(torn) {
		return false, err
	}
	err = os.Rename(filepath.Join(w.dir, stateFile+".backup"), filepath.Join(w.dir, stateFile))
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func (w workspace) apply(ctx context.Context, flags ...string) (answer, error) {
	return w.run(ctx, append([]string{"apply", "-json", "-auto-approve", "-input=false"}, flags...)...)
}

func (w workspace) plan(ctx context.Context) (answer, error) {
	return w.run(ctx, "plan", "-json", "-input=false", "-detailed-exitcode", "-out="+planFile)
}

func (w workspace) destroy(ctx context.Context) (answer, error) { return w.apply(ctx, "-destroy") }

// run starts the CLI and reads its machine-readable answer.
func (w workspace) run(whole context.Context, arguments ...string) (answer, error) {
	ctx, cancel := context.WithTimeout(whole, commandLimit)
	defer cancel()
	command := exec.CommandContext(ctx, w.cli, arguments...) //nolint:gosec // the CLI that the caller chose
	command.Dir, command.Env = w.dir, w.env()
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 20 * time.Second
	var stdout, stderr bytes.Buffer
	heard := &listener{text: "Interrupt received", at: make(chan struct{})}
	command.Stdout, command.Stderr = io.MultiWriter(&stdout, heard), &stderr
	a := answer{command: strings.Join(arguments, " ")}
	if err := command.Start(); err != nil {
		return a, err
	}
	if w.started != nil {
		w.started <- running{command.Process, heard.at}
	}
	err := command.Wait()
	w.secrets.search("output of "+arguments[0], stdout.Bytes(), stderr.Bytes())
	if err := w.secrets.searchFiles(w.dir); err != nil {
		return a, err
	}
	switch {
	case whole.Err() != nil:
		return a, whole.Err()
	case ctx.Err() != nil:
		return a, finding{Stuck, fmt.Sprintf("%s did not end within %s: %s%s", a.command, commandLimit, stdout.String(), stderr.String())}
	}
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		a.exit = failed.ExitCode()
	} else if err != nil {
		return a, err
	}
	if bytes.Contains(stderr.Bytes(), []byte("panic")) || bytes.Contains(stdout.Bytes(), []byte("goroutine ")) {
		return a, panicError{stdout.String() + stderr.String()}
	}
	if !slices.Contains(arguments, "-json") {
		a.problems = append(a.problems, problem{Severity: "said", Summary: stdout.String() + stderr.String()})
		return a, nil
	}
	return a, a.read(stdout.Bytes())
}

// panicError says that a program panicked.
type panicError struct{ text string }

// Error shows the end of what was said.
func (p panicError) Error() string { return "panic: " + p.text[max(0, len(p.text)-4000):] }

// read takes in the lines of -json.
func (a *answer) read(stdout []byte) error {
	for line := range bytes.Lines(stdout) {
		var message struct {
			Type       string
			Diagnostic problem
			Change     struct {
				Action   string
				Resource struct{ Addr string }
			}
		}
		if err := json.Unmarshal(line, &message); err != nil {
			return fmt.Errorf("%s said %q: %w", a.command, line, err)
		}
		switch message.Type {
		case "diagnostic":
			a.problems = append(a.problems, message.Diagnostic)
		case "planned_change":
			a.changes = append(a.changes, message.Change.Resource.Addr+" "+message.Change.Action)
		}
	}
	return nil
}

// failed says whether a command ended with an error; exit code 2 is a plan with changes.
func (a answer) failed() bool { return a.exit == 1 }

// said is the command and its errors and warnings.
func (a answer) said() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s ended with %d, changes %v", a.command, a.exit, a.changes)
	for _, p := range a.problems {
		fmt.Fprintf(&b, "\n  %s at %s: %s: %s", p.Severity, p.Address, p.Summary, strings.ReplaceAll(p.Detail, "\n", "\n    "))
	}
	return b.String()
}
