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
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// blow is what happens to running programs at the n-th call.
type blow struct {
	name string
	// after says that the call is carried out first. Its answer never arrives, nor does that of any call after it.
	after bool
	// strike gets the CLI's process.
	strike func(context.Context, *os.Process) error
	// lives says that the provider goes on and gets its answers.
	lives bool
}

func blows() []blow {
	twice := func(_ context.Context, p *os.Process) error {
		return errors.Join(p.Signal(os.Interrupt), p.Signal(os.Interrupt))
	}
	once := func(_ context.Context, p *os.Process) error { return p.Signal(os.Interrupt) }
	return []blow{
		{name: "provider killed before", strike: killChildren},
		{name: "provider killed after", after: true, strike: killChildren},
		{name: "interrupted", strike: once, lives: true},
		{name: "interrupted twice", after: true, strike: twice, lives: true},
	}
}

// stopLimit is how long an interrupted command may take to end.
const stopLimit = 30 * time.Second

// struck does one operation, strikes at its n-th call, and looks what the next commands make of it.
func (r *rack) struck(ctx context.Context, p prepared, s scene, o operation, b blow, n int) (ending, error) {
	if err := r.begin(ctx, p, s, o); err != nil {
		return ending{}, err
	}
	cloud, started := r.cloud.Load(), make(chan *os.Process, 1)
	var hit bool
	var failure error
	var at time.Time
	strike := func() {
		hit, at = true, time.Now()
		failure = b.strike(ctx, <-started)
		if !b.lives {
			failure = errors.Join(failure, cloud.Inject(emulator.Fault{Kind: emulator.FaultReset, Count: untilCleared}))
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
	if err := errors.Join(err, failure); err != nil {
		return ending{}, err
	}
	if !hit {
		return ending{outcome: Missed}, nil
	}
	if took := time.Since(at); b.lives && took > stopLimit {
		return ending{}, finding{Stuck, fmt.Sprintf("%s ended %s after the interrupt", said.command, took)}
	}
	// What was under way in the cloud ends first, as it does there.
	cloud.ClearFaults()
	end, err := r.recover(ctx, p, s, o)
	return end, because(err, said)
}

// killChildren kills the plugins that a CLI has started, at once and without a farewell.
func killChildren(ctx context.Context, cli *os.Process) error {
	listed, err := exec.CommandContext(ctx, "ps", "-A", "-o", "pid=,ppid=").Output()
	if err != nil {
		return fmt.Errorf("ps: %w", err)
	}
	var children []int
	for line := range strings.Lines(string(listed)) {
		fields := strings.Fields(line)
		if len(fields) != 2 || fields[1] != strconv.Itoa(cli.Pid) {
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
