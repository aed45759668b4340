package bench

import (
	"fmt"
	"io"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
)

// TestRulesInState plans for copies of a rule that differ in everything that tells rules apart.
func TestRulesInState(t *testing.T) {
	t.Parallel()
	root, err := demo.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	provider, err := demo.Build(t.Context(), root, ".", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cli, err := demo.FindCLI(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	emulated, err := startCloud(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{
		options: Options{CLI: cli, Root: root, Dir: t.TempDir(), Runs: 1, Log: io.Discard},
		cloud:   emulated, srr: program{providerSource, provider},
	}
	defer func() {
		if err := b.cloud.close(); err != nil {
			t.Error(err)
		}
	}()
	const n, buckets = 130, eachTarget + 10
	w, err := b.rulesInState(t.Context(), "many", n, buckets)
	if err != nil {
		t.Fatal(err)
	}
	b.cloud.begin(0)
	if _, err := w.plan(t.Context()); err != nil { // the plan is not empty
		t.Fatal(err)
	}
	if got := b.cloud.calls(); got[listRules] != buckets {
		t.Errorf("a plan makes the calls %v", got)
	}
	found := 0
	for _, bucket := range b.cloud.made.World().OSS.Buckets {
		found += len(bucket.Rules)
	}
	if found != n {
		t.Errorf("%d rules instead of %d", found, n)
	}
}

func TestMedianCalls(t *testing.T) {
	t.Parallel()
	got := fmt.Sprint(medianCalls([]map[string]int{{"a": 1, "b": 4}, {"a": 3}, {"a": 2, "b": 6}}))
	if got != "map[a:2 b:4]" {
		t.Error(got)
	}
}
