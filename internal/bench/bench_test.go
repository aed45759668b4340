package bench_test

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/bench"
	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
)

// TestRun carries out three lines of `make bench`. How long anything takes is not tested.
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
	o := bench.Options{
		CLI: cli, Root: root, Dir: t.TempDir(), Provider: program, Runs: 1, Only: []string{"plan-50", "grants-60", "answer"}, Log: io.Discard,
		TLS: program, // as good as another to be started
	}
	results, err := bench.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	report, err := bench.Report(t.Context(), o, results)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"51 calls", "- `plan-50`: calls: GetBucketReplication 50, GetCallerIdentity 1\n", " policy writes, ", " without a CLI, against `hashicorp/tls` | ", "medians of at least 1 runs", "| < 2 s, 50 lists | ",
	} {
		if !strings.Contains(report, text) {
			t.Errorf("the report has no %q:\n%s", text, report)
		}
	}
	var most int
	_, after, _ := strings.Cut(report, "; 51 calls, ")
	if _, err := fmt.Sscanf(after, "%d at once", &most); err != nil || most < 25 {
		t.Errorf("%d of 50 independent lists were under way together:\n%s", most, report)
	}
}

func TestRun_unknownScenario(t *testing.T) {
	t.Parallel()
	_, err := bench.Run(t.Context(), bench.Options{Only: []string{"plan-50", "nothing"}})
	if err == nil || !strings.Contains(err.Error(), `no scenario "nothing"`) {
		t.Error(err)
	}
}

func TestRun_goesOnAfterAScenarioThatFails(t *testing.T) {
	t.Parallel()
	o := bench.Options{Dir: t.TempDir(), Provider: filepath.Join(t.TempDir(), "none"), Runs: 1, Only: []string{"answer", "size"}, Log: io.Discard}
	results, err := bench.Run(t.Context(), o)
	if err == nil || !strings.Contains(err.Error(), "answer: ") || !strings.Contains(err.Error(), "size: ") {
		t.Error(err)
	}
	if table := bench.Table(results); strings.Count(table, "could not be carried out") != 2 || strings.Contains(table, "yes") ||
		!strings.Contains(table, "| < 32 MB | not judged |") {
		t.Error(table)
	}
}

// TestRun_general says that nothing was compared where there is nothing to compare with, or not by its name.
func TestRun_general(t *testing.T) {
	t.Parallel()
	o := bench.Options{Dir: t.TempDir(), Provider: filepath.Join(t.TempDir(), "none"), Runs: 1, Only: []string{"general"}, Log: io.Discard}
	results, err := bench.Run(t.Context(), o)
	if table := bench.Table(results); err != nil || !strings.Contains(table, "| not measured: `make bench BENCHFLAGS='-alicloud PATH'`") || !strings.Contains(table, "| < 0.25 × | not judged |") {
		t.Error(err, table)
	}
	o.Dir, o.Alicloud = t.TempDir(), filepath.Join(t.TempDir(), "alicloud")
	if _, err := bench.Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), "the name that the CLI looks for") {
		t.Error(err)
	}
}
