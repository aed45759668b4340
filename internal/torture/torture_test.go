package torture_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
	"github.com/terraform-srr/terraform-provider-srr/internal/torture"
)

// TestMain finds the CLI once.
func TestMain(m *testing.M) {
	path, err := demo.SharedCLI(context.Background())
	if err == nil {
		err = os.Setenv("TF_ACC_TERRAFORM_PATH", path)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func options(t *testing.T) torture.Options {
	t.Helper()
	root, err := demo.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	provider, err := demo.Build(t.Context(), root, ".", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return torture.Options{CLI: os.Getenv("TF_ACC_TERRAFORM_PATH"), Provider: provider, Dir: filepath.Join(t.TempDir(), "racks"), Workers: 4}
}

// TestRun is the short version of `make torture`: some of the failures of each kind.
func TestRun(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.Sample = 36
	o.Note = func(v torture.Verdict, took time.Duration) error {
		if v.Bad() {
			t.Errorf("%s (%s): %s\n%s", v.Trial, took.Round(time.Second), v.Outcome, v.Detail)
		}
		return nil
	}
	report, err := torture.Run(t.Context(), o)
	var text strings.Builder
	report.Print(&text)
	t.Log("\n" + text.String())
	if err != nil {
		t.Fatal(err)
	}
	if tried := len(report.Verdicts); tried < o.Sample || report.Left() > 0 || report.Count("", torture.Missed) > tried/5 {
		t.Error("too little was disturbed")
	}
	if weak := report.Weak(); len(weak) > 0 {
		t.Errorf("too little was disturbed by %v", weak)
	}
	everyWriteIsTortured(t, report)
	if report.Searched() < 1<<20 {
		t.Errorf("only %d bytes were searched for secrets", report.Searched())
	}
}

// TestRace_sharedDocuments is worth most with the race detector.
func TestRace_sharedDocuments(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.Dir = filepath.Join(t.TempDir(), "race")
	if err := torture.Race(t.Context(), o, 20); err != nil {
		t.Error(err)
	}
}
