package torture

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// blow is what happens to running programs at the n-th call.
type blow struct {
	name string
	// after says that the call is carried out first. Its answer never arrives, nor does that of any call after it.
	after bool
	// strike gets the CLI.
	strike func(context.Context, running) error
	// lives says that the provider goes on and gets its answers.
	lives bool
	// drops says that what was under way is dropped without being saved, and may have to be imported: by a provider
	// that is dead, or by a CLI that is interrupted again, which says so.
	drops bool
	// tears says that the CLI leaves at once, and perhaps while it writes the state: it empties the file and then fills
	// it (internal/states/statemgr/filesystem.go of Terraform, read 2026-11-24).
	tears bool
}

func blows() []blow {
	return []blow{
		{name: "provider killed before", strike: killChildren, drops: true},
		{name: "provider killed after", after: true, strike: killChildren, drops: true},
		{name: "interrupted", strike: interrupt, lives: true},
		{name: "interrupted twice", after: true, strike: interruptTwice, lives: true, drops: true, tears: true},
	}
}

// stopLimit is how long an interrupted command may take to end.
const stopLimit = 5 * time.Second

func interrupt(_ context.Context, cli running) error { return cli.process.Signal(os.Interrupt) }

// interruptTwice waits in between until the CLI has noticed: the system makes one signal of two that come together.
// The CLI may have ended by then.
func interruptTwice(ctx context.Context, cli running) error {
	if err := interrupt(ctx, cli); err != nil {
		return err
	}
	select {
	case <-cli.interrupted:
	case <-time.After(stopLimit):
		return errors.New("the CLI says nothing about the interrupt")
	}
	if err := interrupt(ctx, cli); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}

// stroke is what became of a blow.
type stroke struct {
	mu      sync.Mutex // held while the blow falls
	hit     bool
	at      time.Time
	failure error
}

// struck does one operation, strikes at its n-th call, and looks what the next commands make of it.
func (r *rack) struck(ctx context.Context, p prepared, s scene, o operation, b blow, n int) (ending, error) {
	if err := r.begin(ctx, p, s, o); err != nil {
		return ending{}, err
	}
	cloud, started, fell := r.cloud.Load(), make(chan running, 1), &stroke{}
	strike := func() {
		fell.mu.Lock()
		defer fell.mu.Unlock()
		fell.hit, fell.at = true, time.Now()
		fell.failure = b.strike(ctx, <-started)
		if !b.lives {
			fell.failure = errors.Join(fell.failure, cloud.Inject(emulator.Fault{Kind: emulator.FaultReset, Count: untilCleared}))
		}
	}
	if b.after {
		cloud.AfterNext(emulator.Fault{Skip: n - 1}, strike)
	} else {
		cloud.BeforeNext(emulator.Fault{Skip: n - 1}, strike)
	}
	struck := r.workspace
	struck.started = started
	said, err := o.run(ctx, struck)
	ended := time.Now()
	fell.mu.Lock()
	defer fell.mu.Unlock()
	if err := errors.Join(err, fell.failure); err != nil {
		return ending{}, err
	}
	if !fell.hit {
		return ending{outcome: Missed}, nil
	}
	if took := ended.Sub(fell.at); b.lives && took > stopLimit {
		return ending{}, finding{Stuck, fmt.Sprintf("%s ended %s after the interrupt", said.command, took)}
	}
	// What was under way in the cloud ends first, as it does there.
	cloud.ClearFaults()
	restored := false
	if b.tears {
		if restored, err = r.restoreTorn(); err != nil {
			return ending{}, err
		}
	}
	end, err := r.aftermath(ctx, p, s, o, said, b.drops)
	if restored && end.outcome == Converged {
		end.outcome = Restored
	}
	return end, because(err, said)
}

// killChildren kills the plugins that a CLI has started, at once and without a farewell.
func killChildren(ctx context.Context, cli running) error {
	listed, err := exec.CommandContext(ctx, "ps", "-A", "-o", "pid=,ppid=").Output()
	if err != nil {
		return fmt.Errorf("ps: %w", err)
	}
	var children []int
	for line := range strings.Lines(string(listed)) {
		fields := strings.Fields(line)
		if len(fields) != 2 || fields[1] != strconv.Itoa(cli.process.Pid) {
			continue
		}
		child, err := strconv.Atoi(fields[0])
		if err != nil {
			return err
		}
		children = append(children, child)
	}
	if len(children) == 0 {
		return errors.New("the CLI has no plugin")
	}
	slices.Sort(children)
	for _, child := range children {
		process, err := os.FindProcess(child)
		if err != nil {
			return err
		}
		if err := process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return err
		}
	}
	return nil
}
