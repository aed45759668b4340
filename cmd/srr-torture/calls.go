package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
	"github.com/terraform-srr/terraform-provider-srr/internal/round"
	"github.com/terraform-srr/terraform-provider-srr/internal/torture"
)

// calls lets every call fail, and kills and interrupts the provider at every call.
func calls(ctx context.Context, s settings) (summary string, err error) {
	programs := filepath.Join(s.dir, "programs")
	if err := os.Mkdir(programs, 0o700); err != nil {
		return "", err
	}
	provider, err := demo.Build(ctx, s.root, ".", programs)
	if err != nil {
		return "", err
	}
	done, err := round.Open(s.root, "calls", s.fresh)
	if err != nil {
		return "", err
	}
	began, count := time.Now(), 0
	o := torture.Options{CLI: s.cli, Provider: provider, Dir: s.dir, Workers: s.workers, Only: s.only, Every: s.every, First: s.first}
	o.Known = func(trial string) (v torture.Verdict, known bool) { return v, done.Done(trial, &v) && !v.Bad() }
	o.Note = func(v torture.Verdict, took time.Duration) error {
		if count++; count%100 == 0 {
			fmt.Fprintf(s.out, "%d failures of calls in %s\n", count, time.Since(began).Round(time.Second))
		}
		if v.Detail != "" {
			fmt.Fprintf(s.out, "%s (%s): %s\n%s\n", v.Trial, took.Round(time.Second), v.Outcome, v.Detail)
		}
		return done.Add(v.Trial, v)
	}
	report, err := torture.Run(ctx, o)
	var text strings.Builder
	report.Print(&text)
	if bad := report.Bad(); len(bad) > 0 {
		err = errors.Join(err, fmt.Errorf("%d failures of calls ended badly", len(bad)))
	}
	return text.String(), errors.Join(err, end(done, err == nil && s.only == "" && s.every <= 1))
}

// end closes a round; a complete one is finished.
func end(r *round.Round, complete bool) error {
	if complete {
		return r.Finish()
	}
	return r.Close()
}
