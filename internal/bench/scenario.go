package bench

import (
	"context"
	"fmt"
	"time"
)

// scenario is a line of the table that is still to be measured.
type scenario struct {
	name, what, bar string
	run             func(ctx context.Context, b *bench) (Result, error)
}

func scenarios() []scenario {
	return []scenario{
		{"plan-50", "plan, 50 rules on 50 buckets, 100 ms a call", "< 2 s, 50 lists", func(ctx context.Context, b *bench) (Result, error) {
			return b.planRules(ctx, planned{rules: 50, buckets: 50, latency: 100 * time.Millisecond, judge: func(f figures) verdict {
				return heldIf(f.slow < 2*time.Second && f.calls[listRules] == 50)
			}})
		}},
		{"plan-500", "plan, 500 rules on 10 buckets, 100 ms a call", "≤ 10 lists", func(ctx context.Context, b *bench) (Result, error) {
			return b.planRules(ctx, planned{rules: 500, buckets: 10, latency: 100 * time.Millisecond, judge: func(f figures) verdict {
				return heldIf(f.calls[listRules] <= 10)
			}})
		}},
		{"plan-1000", "plan, 1,000 rules on 1,000 buckets, 20 ms a call", "≤ 1.3 × bound", func(ctx context.Context, b *bench) (Result, error) {
			return b.planRules(ctx, planned{rules: 1000, buckets: 1000, latency: 20 * time.Millisecond, runs: 2 * ratioRuns, judge: func(f figures) verdict {
				return f.within(1.3)
			}})
		}},
		{"apply-100", "`plan -out` and apply of that plan, 100 pairs of role, grant and rule, 20 ms a call", "≤ 1.5 × bound", applyPairs},
		{"grants-60", "apply, 60 grants on one bucket, 20 ms a call", "≤ 10 policy writes", applyGrants},
		{"start", "`validate` and `plan` of one resource against `hashicorp/tls`, no latency", "≤ 1.1 ×", compareStart},
		{"general", "`validate` and `plan` of one rule against `aliyun/alicloud`, no latency", "< 0.25 ×", compareGeneral},
		{"answer", "from the start of the plugin to its answer to the first request, without a CLI, against `hashicorp/tls`", "≤ 1.1 × and 5 ms", measureAnswer},
		{"size", "binary, stripped", "< 32 MB", measureSize},
		{"memory", "largest resident set of the plugin, plan of 500 and of 5,000 rules", "< 150 MiB at 500", measureMemory},
	}
}

// ratioRuns multiplies the runs of what is judged by differences of runs. Where the bound is a small part of either run it is
// doubled: of twenty pairs, the middle half hold the true median in 99 of 100 measurements, of ten in 89.
const ratioRuns = 2

// Operations whose number matters.
const (
	listRules   = "GetBucketReplication"
	writePolicy = "PutBucketPolicy"
)

// planned is a plan of many rules that are all there.
type planned struct {
	rules, buckets int
	latency        time.Duration
	runs           int // times the runs that were asked for; 0 means once
	judge          func(figures) verdict
}

func (b *bench) planRules(ctx context.Context, p planned) (Result, error) {
	w, err := b.rulesInState(ctx, fmt.Sprintf("rules-%d-%d", p.rules, p.buckets), p.rules, p.buckets)
	if err != nil {
		return Result{}, err
	}
	f, err := b.measure(ctx, max(p.runs, 1)*b.options.Runs, p.latency, nothing, w.plan)
	return Result{Measured: f.String(), held: p.judge(f), Details: []string{"calls: " + operations(f.calls, 1)}}, err
}

func nothing() error { return nil }

func applyGrants(ctx context.Context, b *bench) (Result, error) {
	const n = 60
	w, err := b.workspace("grants", b.srr, grants(n))
	if err != nil {
		return Result{}, err
	}
	f, err := b.measure(ctx, b.options.Runs, 20*time.Millisecond, func() error {
		return begin(b, w, 0)
	}, w.apply)
	return Result{
		Measured: fmt.Sprintf("%d policy writes, %s", f.calls[writePolicy], f), held: heldIf(f.calls[writePolicy] <= 10), Details: []string{"calls: " + operations(f.calls, 1)},
	}, err
}

// begin puts the cloud and the state back to before the first apply.
func begin(b *bench, w workspace, pairs int) error {
	if err := b.cloud.made.SetWorld(world(pairs, pairs, false)); err != nil {
		return err
	}
	return w.forget()
}
