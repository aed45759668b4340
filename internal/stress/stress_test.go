package stress_test

import (
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
	"github.com/terraform-srr/terraform-provider-srr/internal/stress"
)

// TestRun is the short version of `make stress`.
func TestRun(t *testing.T) {
	t.Parallel()
	root, err := demo.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	program, err := demo.Build(t.Context(), root, ".", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cli, err := demo.FindCLI(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range stress.Documents() {
		t.Run(document.Name, func(t *testing.T) {
			t.Parallel()
			report, err := stress.Run(t.Context(), stress.Options{
				Document: document, CLI: cli, Provider: program, Dir: t.TempDir(), Processes: 3, Grants: 5, Changes: 5,
				Latency: 2 * time.Millisecond, Pause: 20 * time.Millisecond,
			})
			t.Log(report)
			if err != nil {
				t.Fatal(err)
			}
			if report.Grants != 15 || report.Writes < 3 || report.TheirWrites < 5 {
				t.Errorf("too little happened: %s", report)
			}
		})
	}
}
