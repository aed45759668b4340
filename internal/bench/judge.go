package bench

import (
	"slices"
	"time"
)

// verdict is what is known of a bar. What is not judged says nothing about it.
type verdict string

const (
	held      verdict = "yes"
	missed    verdict = "**no**"
	notJudged verdict = "not judged"
)

// heldIf judges what is counted, or stands far from its bar.
func heldIf(so bool) verdict {
	if so {
		return held
	}
	return missed
}

// spread is a median with the quartiles around it.
type spread struct{ low, median, high time.Duration }

func spreadOf(values []time.Duration) spread {
	sorted := slices.Sorted(slices.Values(values))
	last := len(sorted) - 1
	return spread{sorted[last/4], median(sorted), sorted[last-last/4]}
}

// within judges by the quartiles, because single values are noise and a median alone hides it: what half of the values
// straddle is not known to be held or missed.
func (s spread) within(bar time.Duration) verdict {
	switch {
	case s.high <= bar:
		return held
	case s.low > bar:
		return missed
	default:
		return notJudged
	}
}

func median[T ~int | ~int64](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	if len(sorted)%2 == 1 {
		return sorted[len(sorted)/2]
	}
	return (sorted[len(sorted)/2-1] + sorted[len(sorted)/2]) / 2
}
