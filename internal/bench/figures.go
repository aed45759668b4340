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
	cost        spread         // of the latency, from each run without it and the next one with it
	calls       map[string]int // of a run with latency, by operation
	atOnce      int            // calls in flight, the most of any run
	memory      int64          // bytes
}

// measure runs a command without and with latency in turn, so that what else the machine does meets both alike.
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
	for range runs {
		if err := once(0, &quiet); err != nil {
			return f, err
		}
		if err := once(latency, &slow); err != nil {
			return f, err
		}
		calls, f.atOnce = append(calls, b.cloud.calls()), max(f.atOnce, int(b.cloud.most.Load()))
	}
	f.quiet, f.slow, f.memory, f.calls, f.cost = median(quiet), median(slow), median(memory), medianCalls(calls), costs(quiet, slow)
	return f, nil
}

// spread is a median with the quartiles around it.
type spread struct{ low, median, high time.Duration }

// costs compares runs in pairs, because what else the machine does changes from pair to pair.
func costs(quiet, slow []time.Duration) spread {
	differences := make([]time.Duration, len(slow))
	for i := range slow {
		differences[i] = slow[i] - quiet[i]
	}
	slices.Sort(differences)
	last := len(differences) - 1
	return spread{differences[last/4], median(differences), differences[last-last/4]}
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

func median[T ~int | ~int64](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	if len(sorted)%2 == 1 {
		return sorted[len(sorted)/2]
	}
	return (sorted[len(sorted)/2-1] + sorted[len(sorted)/2]) / 2
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

// ratio compares what the latency costs with the bound.
func (f figures) ratio() float64 {
	return f.times(f.cost.median)
}

func (f figures) times(d time.Duration) float64 { return float64(d) / float64(f.bound()) }

// compared says the ratio, and within which limits half of the pairs of runs lie.
func (f figures) compared() string {
	if f.cost.low <= 0 {
		return fmt.Sprintf("less than the noise, bound %s s", seconds(f.bound()))
	}
	return fmt.Sprintf("%.2f × bound of %s s (%.2f to %.2f)", f.ratio(), seconds(f.bound()), f.times(f.cost.low), f.times(f.cost.high))
}

// String is the measured part of a line of the table.
func (f figures) String() string {
	return fmt.Sprintf("%s s, %s s without latency; %d calls, %d at once; %s; plugin %s",
		seconds(f.slow), seconds(f.quiet), f.allCalls(), f.atOnce, f.compared(), mebibytes(f.memory))
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f", d.Seconds()) }

// operations lists the calls by operation, divided by n where there are n of a kind.
func (f figures) operations(n int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(f.calls)) {
		parts = append(parts, fmt.Sprintf("%s %s", name, perPair(f.calls[name], n)))
	}
	text := strings.Join(parts, ", ")
	if n > 1 {
		return "calls for each pair: " + text
	}
	return "calls: " + text
}

func perPair(count, n int) string {
	if count%n == 0 {
		return fmt.Sprint(count / n)
	}
	return fmt.Sprintf("%.2f", float64(count)/float64(n))
}
