package torture

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Report is what all trials have shown.
type Report struct {
	Verdicts map[string]Verdict
	// Trials is how many there are to do, of which Verdicts may be a part.
	Trials int
	// Operations are those of the service that the undisturbed runs call.
	Operations map[string]bool
}

// operationsOf are the operations of the service that undisturbed runs call.
func operationsOf(runs map[string]prepared) map[string]bool {
	called := map[string]bool{}
	for _, p := range runs {
		for _, calls := range p.calls {
			for _, c := range calls {
				called[c.Operation] = true
			}
		}
	}
	return called
}

// Left is how many trials have not been done.
func (r Report) Left() int { return r.Trials - len(r.Verdicts) }

// Searched is how many bytes of output, logs, states and plans were searched for secrets.
func (r Report) Searched() (sum int64) {
	for _, v := range r.Verdicts {
		sum += v.Searched
	}
	return sum
}

// of says whether a verdict is about a disturbance; all are about "".
func (v Verdict) of(disturbance string) bool {
	return disturbance == "" || strings.Split(v.Trial, "/")[2] == disturbance
}

// Count is how many trials of a disturbance had one of the outcomes, or any outcome where none is named; "" counts all of
// them.
func (r Report) Count(disturbance string, outcomes ...Outcome) (count int) {
	for _, v := range r.Verdicts {
		if v.of(disturbance) && (len(outcomes) == 0 || slices.Contains(outcomes, v.Outcome)) {
			count++
		}
	}
	return count
}

// Bad are the verdicts that break a promise.
func (r Report) Bad() []Verdict {
	return slices.DeleteFunc(slices.Collect(maps.Values(r.Verdicts)), func(v Verdict) bool { return !v.Bad() })
}

// mostMissed is how many of a hundred trials may disturb nothing without a reason: fewer calls than before, because one
// answer served several resources, are a matter of luck.
const mostMissed = 10

// Weak names the disturbances that disturbed nothing too often for their numbers to mean anything.
func (r Report) Weak() (names []string) {
	for _, name := range disturbances() {
		missed := 0
		for _, v := range r.Verdicts {
			if v.of(name) && v.Outcome == Missed && v.Detail == "" {
				missed++
			}
		}
		if enough := 3; missed > enough && missed*100 > r.Count(name)*mostMissed {
			names = append(names, fmt.Sprintf("%s: %d of %d", name, missed, r.Count(name)))
		}
	}
	return names
}

// disturbances are the names of all failures and blows.
func disturbances() (names []string) {
	for _, f := range failures() {
		names = append(names, f.name)
	}
	for _, b := range blows() {
		names = append(names, b.name)
	}
	return names
}

// Print writes the numbers, a line for each kind of disturbance and the sums.
func (r Report) Print(w io.Writer) {
	line := func(name string, of string) {
		fmt.Fprintf(w, "%-26s %6d %10d %8d %10d %12d %6d %8d %6d %6d\n", name, r.Count(of), r.Count(of, Converged), r.Count(of, Hinted), r.Count(of, Restored), r.Count(of, Missed),
			r.Count(of, Lost), r.Count(of, Orphaned), r.Count(of, Stuck), r.Count(of, Panicked))
	}
	fmt.Fprintf(w, "%-26s %6s %10s %8s %10s %12s %6s %8s %6s %6s\n", "disturbance", "runs", "converged", "by hint", "by backup", "not reached", "lost", "orphans", "stuck", "panics")
	for _, name := range disturbances() {
		line(name, name)
	}
	line("sum", "")
	fmt.Fprintf(w, "stale reads: in %d of %d runs a read saw the past\n", r.Count("stale")-r.Count("stale", Missed), r.Count("stale"))
	fmt.Fprintf(w, "secrets found: %d in %d MiB of output, logs, states and plans\n", r.Count("", Leaked), r.Searched()>>20)
	if left := r.Left(); left > 0 {
		fmt.Fprintf(w, "not finished: %d of %d failures of calls are left\n", left, r.Trials)
	}
}
