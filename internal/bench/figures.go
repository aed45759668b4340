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
	f.quiet, f.slow, f.memory, f.calls = median(quiet), median(slow), median(memory), medianCalls(calls)
	return f, nil
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
	return float64(f.slow-f.quiet) / float64(f.bound())
}

// String is the measured part of a line of the table.
func (f figures) String() string {
	return fmt.Sprintf("%s s, %s s without latency; %d calls, %d at once; %.2f × bound of %s s; plugin %s",
		seconds(f.slow), seconds(f.quiet), f.allCalls(), f.atOnce, f.ratio(), seconds(f.bound()), mebibytes(f.memory))
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
