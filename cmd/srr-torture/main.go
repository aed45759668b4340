// Command srr-torture lets every call of the provider fail in every way, kills and interrupts it at every call, lets
// many of it race, and breaks its code to see whether a test notices. It needs Go, the source tree and a Terraform or
// OpenTofu CLI, and goes on where it was stopped.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
)

// settings are the flags, and what every part works with.
type settings struct {
	parts   []string
	only    string
	every   int
	first   int
	workers int
	fresh   bool
	fuzz    time.Duration
	until   time.Time // when nothing new begins; zero: never

	root, dir, cli string
	version        string // of the CLI
	out            io.Writer
}

func main() {
	s := settings{out: os.Stdout}
	parts := flag.String("do", "races,calls,mutants", "parts, in this order: races, calls, mutants, fuzz")
	flag.StringVar(&s.only, "only", "", "beginning of the names of what is done, such as stack/create/reset")
	flag.IntVar(&s.every, "every", 1, "take one of so many failures of calls")
	flag.IntVar(&s.first, "first", 0, "with -every, the number of the first one")
	flag.IntVar(&s.workers, "workers", 6, "failures of calls at a time; most of them wait")
	budget := flag.Duration("for", 44*time.Minute, "how long to begin anything new; the same command goes on later. 0: until everything is done")
	flag.BoolVar(&s.fresh, "fresh", false, "begin again, whatever was done before")
	flag.DurationVar(&s.fuzz, "fuzztime", 2*time.Minute, "how long every fuzz target runs")
	flag.Parse()
	s.parts = strings.Split(*parts, ",")
	if *budget > 0 {
		s.until = time.Now().Add(*budget)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, s)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "srr-torture:", err)
		os.Exit(1)
	}
}

// run finds what the parts need.
func run(ctx context.Context, s settings) (err error) {
	if s.dir, err = os.MkdirTemp("", "srr-torture-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(s.dir)) }()
	if s.root, err = demo.Root(ctx); err != nil {
		return err
	}
	if s.cli, err = demo.SharedCLI(ctx); err != nil {
		return err
	}
	if s.version, err = versionOf(ctx, s.cli); err != nil {
		return err
	}
	return s.perform(ctx, allParts())
}

// versionOf is what a CLI says of itself.
func versionOf(ctx context.Context, cli string) (string, error) {
	command := exec.CommandContext(ctx, cli, "version")
	command.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1")
	said, err := command.Output()
	return string(said), err
}
