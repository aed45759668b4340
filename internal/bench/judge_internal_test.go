package bench

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestFigures_within has what the latency costs in each pair of runs, the bound always being 0.4 s and the bar 1.3.
func TestFigures_within(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		pairs    []int // milliseconds
		want     verdict
		measured string
	}{
		"a median above and a quartile below": {[]int{-300, -200, -100, 550, 600, 700, 800}, notJudged, "1.38 × bound of 0.40 s (-0.50 to 1.75)"},
		"more noise than anything":            {[]int{-900, -700, -400, 100, 600, 800, 1000}, notJudged, "0.25 × bound of 0.40 s (-1.75 to 2.00)"},
		"next to nothing":                     {[]int{-20, -10, 0, 10, 20, 30, 40}, held, "0.03 × bound of 0.40 s (-0.03 to 0.07)"},
		"two pairs that something disturbed":  {[]int{2000, 300, 310, 330, 320, 310, -900, 340}, held, "0.79 × bound of 0.40 s (0.75 to 0.85)"},
		"just as much as is allowed":          {[]int{520, 520, 520, 520}, held, "1.30 × bound of 0.40 s (1.30 to 1.30)"},
		"a quartile above":                    {[]int{510, 510, 510, 530, 530}, notJudged, "1.27 × bound of 0.40 s (1.27 to 1.32)"},
		"too much":                            {[]int{900, 560, 530, 540, 600, 700, 100}, missed, "1.40 × bound of 0.40 s (1.32 to 1.75)"},
	} {
		quiet, slow := make([]time.Duration, len(row.pairs)), make([]time.Duration, len(row.pairs))
		for i, pair := range row.pairs {
			quiet[i] = 3*time.Second + time.Duration(i)*100*time.Millisecond
			slow[i] = quiet[i] + time.Duration(pair)*time.Millisecond
		}
		f := figures{latency: 20 * time.Millisecond, calls: map[string]int{listRules: 1000}, cost: costs(quiet, slow)}
		if got := f.within(1.3); got != row.want || !strings.Contains(f.String(), row.measured) {
			t.Errorf("%s: %s, %s; want %s, %s", name, got, f, row.want, row.measured)
		}
	}
}

// TestBeyondTLS holds the first answer to that of the other plugin in the same pair.
func TestBeyondTLS(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		ours, theirs []int // milliseconds
		want         verdict
	}{
		"faster":                     {[]int{4, 4, 5, 4}, []int{10, 10, 10, 10}, held},
		"all that is allowed":        {[]int{16, 27, 16, 27}, []int{10, 20, 10, 20}, held},
		"a millisecond too much":     {[]int{17, 28, 17, 28}, []int{10, 20, 10, 20}, missed},
		"once slowly, as they were":  {[]int{4, 4, 90, 4}, []int{10, 10, 99, 10}, held},
		"sometimes more, mostly not": {[]int{4, 4, 40, 40}, []int{10, 10, 10, 10}, notJudged},
	} {
		var ours, theirs []time.Duration
		for i := range row.ours {
			ours, theirs = append(ours, time.Duration(row.ours[i])*time.Millisecond), append(theirs, time.Duration(row.theirs[i])*time.Millisecond)
		}
		if got := beyondTLS(ours, theirs).within(answerSlack); got != row.want {
			t.Errorf("%s: %s, want %s", name, got, row.want)
		}
	}
}

// TestScenarios_haveABar: what is measured without one is kept by nobody.
func TestScenarios_haveABar(t *testing.T) {
	t.Parallel()
	for _, s := range scenarios() {
		if !regexp.MustCompile(`^[<≤] [0-9]`).MatchString(s.bar) {
			t.Errorf("%s has the bar %q", s.name, s.bar)
		}
	}
}
