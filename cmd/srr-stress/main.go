// Command srr-stress lets many Terraform processes write one bucket policy, and
// then one key policy, at once while somebody else changes it, again and again. It needs Go, the source tree and
// a Terraform or OpenTofu CLI.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
	"github.com/terraform-srr/terraform-provider-srr/internal/stress"
)

func main() {
	runs := flag.Int("runs", 10, "how often")
	o := stress.Options{}
	flag.IntVar(&o.Processes, "processes", 8, "Terraform processes at once")
	flag.IntVar(&o.Grants, "grants", 25, "grants of each process, or as many as the document has room for")
	flag.IntVar(&o.Changes, "changes", 50, "changes of the foreign writer")
	flag.DurationVar(&o.Latency, "latency", 5*time.Millisecond, "round trip of a call")
	flag.DurationVar(&o.Pause, "pause", 20*time.Millisecond, "between two changes of the foreign writer")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := repeat(ctx, *runs, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "srr-stress:", err)
		os.Exit(1)
	}
}

// repeat runs in a directory of its own, which is removed at the end.
func repeat(ctx context.Context, runs int, o stress.Options) (err error) {
	dir, err := os.MkdirTemp("", "srr-stress-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	root, err := demo.Root(ctx)
	if err != nil {
		return err
	}
	programs := filepath.Join(dir, "programs")
	if err := os.Mkdir(programs, 0o700); err != nil {
		return err
	}
	if o.Provider, err = demo.Build(ctx, root, ".", programs); err != nil {
		return err
	}
	if o.CLI, err = demo.FindCLI(ctx, filepath.Join(dir, "cli")); err != nil {
		return err
	}
	for run := range runs {
		for _, o.Document = range stress.Documents() {
			if err := once(ctx, o, filepath.Join(dir, fmt.Sprintf("run-%02d-%s", run+1, o.Document.Name)), fmt.Sprintf("run %d of %d", run+1, runs)); err != nil {
				return err
			}
		}
	}
	return nil
}

// once runs with no more grants than there is room for.
func once(ctx context.Context, o stress.Options, dir, name string) error {
	o.Dir, o.Grants = dir, min(o.Grants, o.Document.Room/o.Processes)
	report, err := stress.Run(ctx, o)
	fmt.Printf("%s, %s: %s\n", name, o.Document.Name, report)
	if err != nil {
		return fmt.Errorf("%s, %s: %w", name, o.Document.Name, err)
	}
	return nil
}
