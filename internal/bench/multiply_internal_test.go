package bench

import (
	"fmt"
	"io"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
)

// testBench has the provider of this tree and an emulated cloud.
func testBench(t *testing.T) *bench {
	t.Helper()
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
	t.Cleanup(func() {
		if err := emulated.close(); err != nil {
			t.Error(err)
		}
	})
	return &bench{
		options: Options{CLI: cli, Root: root, Dir: t.TempDir(), Runs: 1, Log: io.Discard},
		cloud:   emulated, srr: program{providerSource, provider},
	}
}

// TestRulesInState plans for copies of a rule that differ in everything that tells rules apart.
func TestRulesInState(t *testing.T) {
	t.Parallel()
	b := testBench(t)
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

// TestApplyPairs counts the calls of both phases, which together are the 23 of which the text speaks: three are made twice.
func TestApplyPairs(t *testing.T) {
	t.Parallel()
	const n = 4
	r, err := testBench(t).applyPairs(t.Context(), n, 1)
	if err != nil {
		t.Fatal(err)
	}
	const want = "calls for each pair: plan GetBucketInfo 3, GetBucketPolicy 1, GetBucketReplication 1, GetCallerIdentity 0.50; " +
		"apply AttachPolicyToRole 1, CreatePolicy 1, CreateRole 1, GetBucketInfo 3, GetBucketPolicy 3, GetBucketReplication 2, GetCallerIdentity 0.50, " +
		"GetPolicy 2, GetRole 2, ListPoliciesForRole 1, PutBucketPolicy 1, PutBucketReplication 1"
	if len(r.Details) != 2 || r.Details[0] != want {
		t.Errorf("got  %q\nwant %q", r.Details, want)
	}
}
