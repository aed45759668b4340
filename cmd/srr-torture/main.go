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
	"os/signal"
	"slices"
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

	root, dir, cli string
	out            io.Writer
}

func main() {
	s := settings{out: os.Stdout}
	parts := flag.String("do", "races,calls,mutants", "parts, in this order: races, calls, mutants, fuzz")
	flag.StringVar(&s.only, "only", "", "beginning of the names of what is done, such as stack/create/reset")
	flag.IntVar(&s.every, "every", 1, "take one of so many failures of calls")
	flag.IntVar(&s.first, "first", 0, "with -every, the number of the first one")
	flag.IntVar(&s.workers, "workers", 6, "failures of calls at a time; most of them wait")
	flag.BoolVar(&s.fresh, "fresh", false, "begin again, whatever was done before")
	flag.DurationVar(&s.fuzz, "fuzztime", 2*time.Minute, "how long every fuzz target runs")
	flag.Parse()
	s.parts = strings.Split(*parts, ",")
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, s)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "srr-torture:", err)
		os.Exit(1)
	}
}

// run does the parts, all of them even if one ends badly, and prints their numbers at the end.
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
	known := []struct {
		name string
		do   func(context.Context, settings) (summary string, err error)
	}{{"races", races}, {"calls", calls}, {"mutants", mutants}, {"fuzz", fuzzing}}
	var summaries []string
	for _, part := range known {
		if !slices.Contains(s.parts, part.name) {
			continue
		}
		summary, failed := part.do(ctx, s)
		summaries, err = append(summaries, summary), errors.Join(err, failed)
		if ctx.Err() != nil {
			break
		}
	}
	fmt.Fprintf(s.out, "\n%s\n", strings.Join(summaries, "\n"))
	return err
}
