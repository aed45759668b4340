// Command srr-torture lets every call of the provider fail in every way, and kills and interrupts it at every call. It
// needs Go, the source tree and a Terraform or OpenTofu CLI, and goes on where it was stopped.
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
	"github.com/terraform-srr/terraform-provider-srr/internal/torture"
)

func main() {
	o := torture.Options{}
	flag.IntVar(&o.Workers, "workers", 6, "trials at a time; most of them wait")
	flag.StringVar(&o.Only, "only", "", "beginning of the names of trials, such as stack/create/reset")
	flag.IntVar(&o.Every, "every", 1, "take one of so many trials")
	fresh := flag.Bool("fresh", false, "begin again, whatever was done before")
	flag.Parse()
	// The plugin library writes its trace there, whatever level is asked for. A panic is not held back by this.
	complaints := os.Stderr
	silent, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err == nil {
		os.Stderr = silent
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err = errors.Join(err, run(ctx, o, *fresh))
	stop()
	if err != nil {
		fmt.Fprintln(complaints, "srr-torture:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o torture.Options, fresh bool) (err error) {
	if o.Dir, err = os.MkdirTemp("", "srr-torture-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(o.Dir)) }()
	root, err := demo.Root(ctx)
	if err != nil {
		return err
	}
	if o.CLI, err = demo.SharedCLI(ctx); err != nil {
		return err
	}
	programs := filepath.Join(o.Dir, "programs")
	if err := os.Mkdir(programs, 0o700); err != nil {
		return err
	}
	if o.Provider, err = demo.Build(ctx, root, ".", programs); err != nil {
		return err
	}
	done, err := torture.OpenProgress(root, fresh)
	if err != nil {
		return err
	}
	o.Known = done.Verdicts()
	if len(o.Known) > 0 {
		fmt.Printf("%d trials were done before\n", len(o.Known))
	}
	began, count := time.Now(), 0
	o.Note = func(v torture.Verdict, took time.Duration) error {
		if count++; count%100 == 0 {
			fmt.Printf("%d trials in %s\n", count, time.Since(began).Round(time.Second))
		}
		if v.Detail != "" || took > 40*time.Second {
			fmt.Printf("%s (%s): %s\n%s\n", v.Trial, took.Round(time.Second), v.Outcome, v.Detail)
		}
		return done.Add(v)
	}
	report, err := torture.Run(ctx, o)
	report.Print(os.Stdout)
	switch bad := report.Bad(); {
	case err != nil:
		return errors.Join(err, done.Close())
	case len(bad) > 0 || len(report.SecretsFound) > 0:
		return errors.Join(fmt.Errorf("%d trials ended badly, %d secrets were found", len(bad), len(report.SecretsFound)), done.Close())
	}
	return done.Finish()
}
