package bench

import (
	"context"
	"fmt"
	"time"
)

// applyPairs measures a plan and the apply of that plan as one, and says which of them calls what.
func applyPairs(ctx context.Context, b *bench) (Result, error) {
	return b.applyPairs(ctx, 100, ratioRuns*b.options.Runs)
}

func (b *bench) applyPairs(ctx context.Context, n, runs int) (Result, error) {
	w, err := b.workspace("pairs", b.srr, pairs(n))
	if err != nil {
		return Result{}, err
	}
	var plans, applies []map[string]int
	f, err := b.measure(ctx, runs, 20*time.Millisecond, func() error {
		return begin(b, w, n)
	}, func(ctx context.Context) (run, error) {
		planned, err := w.planFile(ctx)
		if err != nil {
			return planned, err
		}
		before := b.cloud.calls()
		applied, err := w.applyFile(ctx)
		plans, applies = append(plans, before), append(applies, without(b.cloud.calls(), before))
		return run{planned.wall + applied.wall, max(planned.memory, applied.memory)}, err
	})
	if err != nil {
		return Result{}, err
	}
	return Result{Measured: f.String(), held: f.within(1.5), Details: []string{
		fmt.Sprintf("calls for each pair: plan %s; apply %s", operations(medianCalls(plans), n), operations(medianCalls(applies), n)),
		secondLook,
	}}, nil
}

// secondLook says why an apply reads what its plan has read.
const secondLook = "Terraform plans each resource again during the apply, in processes that have no memory in common with those of the plan. " +
	"Of the 23 calls for a pair three are that second look (GetBucketPolicy of the target, GetBucketInfo of the target from the account of the source, GetBucketReplication): " +
	"they are not skipped, because a request to plan does not say that it is the second, and to trust a note of another process would trade a check for a few milliseconds"

// without are the calls that are not among the earlier ones.
func without(all, earlier map[string]int) map[string]int {
	rest := map[string]int{}
	for name, count := range all {
		if more := count - earlier[name]; more > 0 {
			rest[name] = more
		}
	}
	return rest
}
