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
func calls(ctx context.Context, s settings, done *round.Round) (progress, error) {
	programs := filepath.Join(s.dir, "programs")
	if err := os.Mkdir(programs, 0o700); err != nil {
		return progress{"not built", 1}, err
	}
	provider, err := demo.Build(ctx, s.root, ".", programs)
	if err != nil {
		return progress{"not built", 1}, err
	}
	began, count := time.Now(), 0
	o := torture.Options{CLI: s.cli, Provider: provider, Dir: s.dir, Workers: s.workers, Only: s.only, Every: s.every, First: s.first, Until: s.until}
	o.Known = func(trial string) (v torture.Verdict, known bool) { return v, done.Done(trial, &v) && v.Settled() }
	o.Note = func(v torture.Verdict, took time.Duration) error {
		if count++; count%100 == 0 {
			fmt.Fprintf(s.out, "%d failures of calls in %s\n", count, time.Since(began).Round(time.Second))
		}
		if v.Detail != "" && v.Outcome != torture.Missed {
			fmt.Fprintf(s.out, "%s (%s): %s\n%s\n", v.Trial, took.Round(time.Second), v.Outcome, v.Detail)
		}
		return done.Add(v.Trial, v, !v.Bad())
	}
	report, err := torture.Run(ctx, o)
	var text strings.Builder
	report.Print(&text)
	return progress{text.String(), report.Left()}, errors.Join(err, s.judged(report))
}

// judged says what is wrong with a report.
func (s settings) judged(report torture.Report) (err error) {
	if bad := report.Bad(); len(bad) > 0 {
		err = fmt.Errorf("%d failures of calls ended badly", len(bad))
	}
	if weak := report.Weak(); len(weak) > 0 && !s.partial() && report.Left() == 0 {
		err = errors.Join(err, fmt.Errorf("too little was disturbed: %s", strings.Join(weak, ", ")))
	}
	return err
}
