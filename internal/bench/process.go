package bench

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"
)

// startRuns multiplies the runs of what takes less than a second.
const startRuns = 3

// compareStart runs whole CLI commands that need next to nothing from the provider.
func compareStart(ctx context.Context, b *bench) (Result, error) {
	ours, err := b.workspace("start-srr", b.srr, oneRole())
	if err != nil {
		return Result{}, err
	}
	if err := begin(b, ours, 0); err != nil {
		return Result{}, err
	}
	b.cloud.begin(0)
	tls, err := b.tls()
	if err != nil {
		own, runErr := b.alternate(ctx, ours)
		return Result{
			Measured: fmt.Sprintf("validate %s s, plan %s s; plugin %s; nothing to compare with, it could not be built",
				seconds(own[0].validate), seconds(own[0].plan), mebibytes(own[0].memory)),
			held: notJudged, Details: []string{oneLine(err)},
		}, runErr
	}
	theirs, err := b.workspace("start-tls", tls, oneKey())
	if err != nil {
		return Result{}, err
	}
	both, err := b.alternate(ctx, ours, theirs)
	if err != nil {
		return Result{}, err
	}
	text, worse := both[0].against(both[1])
	return Result{Measured: text, held: heldIf(worse <= 1.1), Details: []string{"compared with " + tlsModule + " " + tlsVersion}}, nil
}

// started is how fast one provider is there.
type started struct {
	validate, plan time.Duration
	memory         int64
}

// against compares two of them. Worse is the greater ratio.
func (s started) against(other started) (text string, worse float64) {
	validate, plan := float64(s.validate)/float64(other.validate), float64(s.plan)/float64(other.plan)
	return fmt.Sprintf("validate %s s against %s s, %.2f ×; plan %s s against %s s, %.2f ×; plugin %s against %s",
		seconds(s.validate), seconds(other.validate), validate, seconds(s.plan), seconds(other.plan), plan,
		mebibytes(s.memory), mebibytes(other.memory)), max(validate, plan)
}

// alternate runs the same commands in each workspace in turn.
func (b *bench) alternate(ctx context.Context, spaces ...workspace) ([]started, error) {
	validates, plans := make([][]time.Duration, len(spaces)), make([][]time.Duration, len(spaces))
	memory := make([][]int64, len(spaces))
	found := make([]started, len(spaces))
	for range startRuns * b.options.Runs {
		for i, w := range spaces {
			validate, err := w.command(ctx, "validate", "-no-color")
			if err != nil {
				return found, err
			}
			plan, err := w.command(ctx, "plan", "-input=false", "-no-color", "-lock=false")
			if err != nil {
				return found, err
			}
			validates[i], plans[i] = append(validates[i], validate.wall), append(plans[i], plan.wall)
			memory[i] = append(memory[i], plan.memory)
		}
	}
	for i := range spaces {
		found[i] = started{median(validates[i]), median(plans[i]), median(memory[i])}
	}
	return found, nil
}

func measureSize(_ context.Context, b *bench) (Result, error) {
	size, err := b.srr.megabytes()
	return Result{Measured: fmt.Sprintf("%.1f MB", size), held: heldIf(size < 32)}, err
}

func (p program) megabytes() (float64, error) {
	file, err := os.Stat(p.path)
	if err != nil {
		return 0, err
	}
	return float64(file.Size()) / 1e6, nil
}

// measureMemory compares a plan of few rules with one of many, on buckets with 50 rules each.
func measureMemory(ctx context.Context, b *bench) (Result, error) {
	const few, many, each = 500, 5000, 50
	var peaks [2]int64
	for i, n := range []int{few, many} {
		w, err := b.rulesInState(ctx, fmt.Sprintf("memory-%d", n), n, n/each)
		if err != nil {
			return Result{}, err
		}
		var memory []int64
		for range b.options.Runs {
			b.cloud.begin(0)
			r, err := w.plan(ctx)
			if err != nil {
				return Result{}, err
			}
			memory = append(memory, r.memory)
		}
		peaks[i] = median(memory)
	}
	if peaks[0] == 0 {
		return Result{Measured: "this system does not tell", held: notJudged}, nil
	}
	slope := float64(peaks[1]-peaks[0]) / (many - few) / 1024
	return Result{
		Measured: fmt.Sprintf("%s and %s, %.1f KiB for each rule", mebibytes(peaks[0]), mebibytes(peaks[1]), slope),
		held:     heldIf(peaks[0] < 150<<20),
	}, nil
}

// oneLine is an error for a list.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

func mebibytes(bytes int64) string {
	if bytes == 0 {
		return "unknown memory"
	}
	return fmt.Sprintf("%.0f MiB", float64(bytes)/(1<<20))
}
