package demo

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

const (
	startTime = 20 * time.Second
	// endTime is how long the emulator may take to end before it is killed.
	endTime = 5 * time.Second
	// speed makes a rule active after 0.36 s and gone 0.24 s after its deletion.
	speed = "500"
)

// cloudProcess is a running emulator.
type cloudProcess struct {
	url     string
	command *exec.Cmd
	ended   chan struct{}
}

// startCloud runs the emulator on a free port and waits until it listens. It does
// not end with ctx, only with stop: a CLI that was interrupted still needs it.
func startCloud(ctx context.Context, program string) (*cloudProcess, error) {
	command := exec.CommandContext(context.WithoutCancel(ctx), program, "-listen", "127.0.0.1:0", "-speed", speed)
	ownGroup(command)
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	command.Stderr = os.Stderr
	if err := command.Start(); err != nil {
		return nil, err
	}
	c := &cloudProcess{command: command, ended: make(chan struct{})}
	listening := make(chan string, 1)
	go func() {
		lines := bufio.NewReader(stdout)
		first, _ := lines.ReadString('\n')
		listening <- first
		_, _ = io.Copy(io.Discard, lines) // keeps the emulator from blocking on a full pipe
		_ = command.Wait()                // a status other than zero is how an interrupted program ends
		close(c.ended)
	}()
	if err := c.await(ctx, listening); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
}

func (c *cloudProcess) await(ctx context.Context, listening <-chan string) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	select {
	case line := <-listening:
		url, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
		if !ok {
			return fmt.Errorf("the emulator did not start; it said %q", line)
		}
		c.url = url
		return nil
	case <-ctx.Done():
		return fmt.Errorf("the emulator did not start: %w", context.Cause(ctx))
	}
}

// stop ends the emulator, kindly at first, and returns when it is gone.
func (c *cloudProcess) stop() error {
	_ = interrupt(c.command.Process) // an error means that it has ended already
	select {
	case <-c.ended:
		return nil
	case <-time.After(endTime):
	}
	if err := c.command.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("the emulator with process id %d does not end: %w", c.command.Process.Pid, err)
	}
	<-c.ended
	return nil
}
