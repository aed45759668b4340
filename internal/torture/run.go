package torture

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options of a run. CLI, Provider, Dir and Workers are required.
type Options struct {
	CLI      string // path of the Terraform or OpenTofu program
	Provider string // path of the provider program
	Dir      string // an empty directory of our own
	Workers  int    // how many trials at a time
	// Only leaves out trials whose name does not begin with it.
	Only string
	// Every takes one of so many trials, beginning with the First; 0 and 1 take all.
	Every, First int
	// Known finds the verdict of an earlier run; its trial is not repeated. Nil: there was none.
	Known func(trial string) (Verdict, bool)
	// Note is told of every new verdict, one at a time. Nil: nobody is.
	Note func(Verdict, time.Duration) error
}

// Run tortures, and returns the verdicts of all trials, known ones included. An error is one of the machine: a trial
// that ends badly is a verdict.
func Run(ctx context.Context, o Options) (Report, error) {
	trials, runs, err := list(ctx, o)
	if err != nil {
		return Report{}, err
	}
	c := &crew{options: o, runs: runs, report: Report{Verdicts: map[string]Verdict{}, Operations: operationsOf(runs)}}
	left := slices.DeleteFunc(trials, func(t trial) bool {
		if o.Known == nil {
			return false
		}
		v, done := o.Known(t.String())
		if done {
			c.report.Verdicts[v.Trial] = v
		}
		return done
	})
	return c.report, c.work(ctx, left)
}

// trial is a Trial with what it takes to do it.
type trial struct {
	Trial
	scene     scene
	operation operation
	failure   *failure // or
	blow      *blow
}

// list prepares every scene once, to know how many calls each operation has, and lists the trials.
func list(ctx context.Context, o Options) (trials []trial, runs map[string]prepared, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r, err := newRack(ctx, o, fmt.Sprintf("p%dlist", os.Getpid()))
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, closed(r.cloud.Load())) }() //nolint:contextcheck // a cloud is closed also when the context has ended
	number := 0
	runs = map[string]prepared{}
	for _, s := range scenes() {
		if !strings.HasPrefix(o.Only, s.name) && !strings.HasPrefix(s.name, o.Only) {
			continue
		}
		p, err := r.prepare(ctx, s)
		if err != nil {
			return nil, nil, err
		}
		if len(r.secrets.found) > 0 {
			return nil, nil, fmt.Errorf("%s, undisturbed: secrets are in %v", s.name, r.secrets.found)
		}
		runs[s.name] = p
		for _, op := range operations() {
			if !s.has(op) {
				continue
			}
			for n := 1; n <= len(p.calls[op.name]); n++ {
				for _, t := range at(s, op, n) {
					if !strings.HasPrefix(t.String(), o.Only) {
						continue
					}
					if number++; o.Every <= 1 || number%o.Every == o.First%o.Every {
						trials = append(trials, t)
					}
				}
			}
		}
	}
	return trials, runs, nil
}

// at are the trials at one call.
func at(s scene, o operation, n int) (trials []trial) {
	for _, f := range failures() {
		trials = append(trials, trial{Trial{s.name, o.name, f.name, n}, s, o, &f, nil})
	}
	for _, b := range blows() {
		trials = append(trials, trial{Trial{s.name, o.name, b.name, n}, s, o, nil, &b})
	}
	return trials
}

// crew are the workers and what they have found.
type crew struct {
	options Options
	runs    map[string]prepared // undisturbed, by scene

	mu     sync.Mutex
	report Report
}

func (c *crew) work(ctx context.Context, trials []trial) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan trial)
	var workers sync.WaitGroup
	for i := range c.options.Workers {
		workers.Go(func() {
			if err := c.worker(ctx, i, queue); err != nil {
				cancel(err)
			}
		})
	}
	for _, t := range trials {
		select {
		case queue <- t:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(queue)
	workers.Wait()
	return context.Cause(ctx)
}

// worker has two racks: faults are for a provider in this process, blows for one that can be killed.
func (c *crew) worker(ctx context.Context, number int, queue <-chan trial) (err error) {
	name := fmt.Sprintf("p%dw%d", os.Getpid(), number)
	inside, err := newRack(ctx, c.options, name+"in")
	if err != nil {
		return err
	}
	outside, err := newOutsideRack(c.options, name+"out")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closed(inside.cloud.Load()), closed(outside.cloud.Load())) }() //nolint:contextcheck // a cloud is closed also when the context has ended
	for t := range queue {
		began := time.Now()
		r := outside
		if t.failure != nil {
			r = inside
		}
		r.secrets.forget()
		end, failed := c.try(ctx, t, r)
		if ctx.Err() != nil {
			return nil
		}
		v, err := judge(t.Trial, end, failed, r.secrets)
		if err == nil {
			err = c.note(v, time.Since(began))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *crew) try(ctx context.Context, t trial, r *rack) (ending, error) {
	p, err := c.runs[t.Scene].at(r.site)
	switch {
	case err != nil:
		return ending{}, err
	case t.failure != nil:
		return r.disturbed(ctx, p, t.scene, t.operation, t.failure.at(t.N))
	default:
		return r.struck(ctx, p, t.scene, t.operation, *t.blow, t.N)
	}
}

func (c *crew) note(v Verdict, took time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.report.Verdicts[v.Trial] = v
	if c.options.Note == nil {
		return nil
	}
	return c.options.Note(v, took)
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

// Report is what all trials have shown.
type Report struct {
	Verdicts map[string]Verdict
	// Operations are those of the service that the undisturbed runs call.
	Operations map[string]bool
}

// Searched is how many bytes of output, logs, states and plans were searched for secrets.
func (r Report) Searched() (sum int64) {
	for _, v := range r.Verdicts {
		sum += v.Searched
	}
	return sum
}

// Count is how many trials of a disturbance had an outcome; "" counts all of them.
func (r Report) Count(disturbance string, outcomes ...Outcome) (count int) {
	for _, v := range r.Verdicts {
		parts := strings.Split(v.Trial, "/")
		matches := disturbance == "" || parts[2] == disturbance
		for _, o := range outcomes {
			if matches && v.Outcome == o {
				count++
			}
		}
		if matches && len(outcomes) == 0 {
			count++
		}
	}
	return count
}

// Bad are the verdicts that break a promise.
func (r Report) Bad() []Verdict {
	return slices.DeleteFunc(slices.Collect(maps.Values(r.Verdicts)), func(v Verdict) bool { return !v.Bad() })
}

// Print writes the numbers, a line for each kind of disturbance and the sums.
func (r Report) Print(w io.Writer) {
	line := func(name string, of string) {
		fmt.Fprintf(w, "%-26s %6d %10d %8d %10d %12d %6d %8d %6d %6d\n", name, r.Count(of), r.Count(of, Converged), r.Count(of, Hinted), r.Count(of, Restored), r.Count(of, Missed),
			r.Count(of, Lost), r.Count(of, Orphaned), r.Count(of, Stuck), r.Count(of, Panicked))
	}
	fmt.Fprintf(w, "%-26s %6s %10s %8s %10s %12s %6s %8s %6s %6s\n", "disturbance", "runs", "converged", "by hint", "by backup", "not reached", "lost", "orphans", "stuck", "panics")
	for _, f := range failures() {
		line(f.name, f.name)
	}
	for _, b := range blows() {
		line(b.name, b.name)
	}
	line("sum", "")
	fmt.Fprintf(w, "secrets found: %d in %d MiB of output, logs, states and plans\n", r.Count("", Leaked), r.Searched()>>20)
}
