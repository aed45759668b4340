package bench

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// figures are medians of the runs of one command without latency and with it.
type figures struct {
	latency     time.Duration
	quiet, slow time.Duration
	cost        spread         // of the latency, from each run with it and the one without it beside it
	calls       map[string]int // of a run with latency, by operation
	atOnce      int            // calls in flight, the most of any run
	memory      int64          // bytes
}

// measure runs a command in pairs, without and with latency, so that what else the machine does meets both alike. Every
// other pair begins with the latency: what grows or fades during the measurement then favours neither.
func (b *bench) measure(ctx context.Context, runs int, latency time.Duration, prepare func() error, do func(context.Context) (run, error)) (figures, error) {
	f := figures{latency: latency}
	var quiet, slow []time.Duration
	var memory []int64
	var calls []map[string]int
	once := func(latency time.Duration, walls *[]time.Duration) error {
		if err := prepare(); err != nil {
			return err
		}
		b.cloud.begin(latency)
		r, err := do(ctx)
		*walls, memory = append(*walls, r.wall), append(memory, r.memory)
		return err
	}
	without := func() error { return once(0, &quiet) }
	with := func() error {
		err := once(latency, &slow)
		calls, f.atOnce = append(calls, b.cloud.calls()), max(f.atOnce, int(b.cloud.most.Load()))
		return err
	}
	for i := range runs {
		pair := []func() error{without, with}
		if i%2 == 1 {
			slices.Reverse(pair)
		}
		for _, one := range pair {
			if err := one(); err != nil {
				return f, err
			}
		}
	}
	f.quiet, f.slow, f.memory, f.calls, f.cost = median(quiet), median(slow), median(memory), medianCalls(calls), costs(quiet, slow)
	return f, nil
}

// costs compares runs in pairs, because what else the machine does changes from pair to pair.
func costs(quiet, slow []time.Duration) spread {
	differences := make([]time.Duration, len(slow))
	for i := range slow {
		differences[i] = slow[i] - quiet[i]
	}
	return spreadOf(differences)
}

// medianCalls is what a run calls, each operation by itself: how many writes are saved is a matter of luck.
func medianCalls(runs []map[string]int) map[string]int {
	found := map[string]int{}
	for _, one := range runs {
		for name := range one {
			found[name] = 0
		}
	}
	for name := range found {
		counts := make([]int, len(runs))
		for i, one := range runs {
			counts[i] = one[name]
		}
		found[name] = median(counts)
	}
	return found
}

func (f figures) allCalls() (n int) {
	for count := range maps.Values(f.calls) {
		n += count
	}
	return n
}

// bound is what the calls take at the least when as many run at once as the CLI asks for.
func (f figures) bound() time.Duration {
	return time.Duration(f.allCalls()) * f.latency / parallelism
}

// within judges what the latency costs by a multiple of the bound.
func (f figures) within(most float64) verdict {
	return f.cost.within(time.Duration(most * float64(f.bound())))
}

// compared says what the latency costs as a multiple of the bound, and within which limits half of the pairs of runs lie.
func (f figures) compared() string {
	times := func(d time.Duration) float64 { return float64(d) / float64(f.bound()) }
	return fmt.Sprintf("%.2f × bound of %s s (%.2f to %.2f)", times(f.cost.median), seconds(f.bound()), times(f.cost.low), times(f.cost.high))
}

// String is the measured part of a line of the table.
func (f figures) String() string {
	return fmt.Sprintf("%s s, %s s without latency; %d calls, %d at once; %s; plugin %s",
		seconds(f.slow), seconds(f.quiet), f.allCalls(), f.atOnce, f.compared(), mebibytes(f.memory))
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f", d.Seconds()) }

// operations lists calls by operation, divided by n where there are n of a kind.
func operations(calls map[string]int, n int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(calls)) {
		parts = append(parts, fmt.Sprintf("%s %s", name, perPair(calls[name], n)))
	}
	return strings.Join(parts, ", ")
}

func perPair(count, n int) string {
	if count%n == 0 {
		return fmt.Sprint(count / n)
	}
	return fmt.Sprintf("%.2f", float64(count)/float64(n))
}
