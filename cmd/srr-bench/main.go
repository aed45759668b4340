// Command srr-bench measures the provider from outside and writes BENCHMARKS.md. It needs Go, the source tree and a
// Terraform or OpenTofu CLI.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/terraform-srr/terraform-provider-srr/internal/bench"
	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
)

// enough runs are needed for figures that anybody may cite.
const enough = 5

func main() {
	o := bench.Options{Log: os.Stderr}
	flag.IntVar(&o.Runs, "runs", 5, fmt.Sprintf("runs of each command, of which the median counts; BENCHMARKS.md is written from %d on", enough))
	only := flag.String("scenario", "", "comma-separated names out of "+strings.Join(bench.Names(), ", ")+"; none means all, and only then BENCHMARKS.md is written")
	flag.StringVar(&o.Alicloud, "alicloud", "", "path of a built terraform-provider-alicloud to compare with; without it that line of the table says that it was not measured")
	flag.StringVar(&o.Profile, "profile", "", "a directory for CPU and heap profiles of the plugin, two files for each process; BENCHMARKS.md is not written then")
	flag.Parse()
	if *only != "" {
		o.Only = strings.Split(*only, ",")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := measure(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "srr-bench:", err)
		os.Exit(1)
	}
}

// measure works in a directory of its own, which is removed at the end.
func measure(ctx context.Context, o bench.Options) (err error) {
	if o.Runs < 1 {
		return errors.New("-runs must be at least 1")
	}
	if o.Dir, err = os.MkdirTemp("", "srr-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(o.Dir)) }()
	for _, path := range []*string{&o.Alicloud, &o.Profile} {
		if *path == "" {
			continue
		}
		if *path, err = filepath.Abs(*path); err != nil {
			return err
		}
	}
	if o.Root, err = demo.Root(ctx); err != nil {
		return err
	}
	if o.CLI, err = demo.SharedCLI(ctx); err != nil {
		return err
	}
	results, err := bench.Run(ctx, o)
	if len(results) > 0 { // also beside an error, for it took minutes
		fmt.Print(bench.Table(results))
	}
	if err != nil || len(o.Only) > 0 || o.Profile != "" || o.Runs < enough {
		return err
	}
	report, err := bench.Report(ctx, o, results)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(o.Root, "BENCHMARKS.md"), []byte(report), 0o600)
}
