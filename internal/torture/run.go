package torture

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
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
	// Sample takes so many trials, or as many as it takes to have each scene, operation and disturbance among them; 0 takes all.
	Sample int
	// Until is when no further trial begins. The zero time is never.
	Until time.Time
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
	c := &crew{options: o, runs: runs, report: Report{Verdicts: map[string]Verdict{}, Operations: operationsOf(runs), Trials: len(trials)}}
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
	err = c.work(ctx, left)
	return c.report, err
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
			for n, call := range p.calls[op.name] {
				trials = append(trials, at(s, op, n+1, call)...)
			}
		}
	}
	return chosen(shuffled(trials), o), runs, nil
}

// at are the trials at one call.
func at(s scene, o operation, n int, call emulator.Call) (trials []trial) {
	for _, f := range failures() {
		if f.fits(call) {
			trials = append(trials, trial{Trial{s.name, o.name, f.name, n}, s, o, &f, nil})
		}
	}
	for _, b := range blows() {
		trials = append(trials, trial{Trial{s.name, o.name, b.name, n}, s, o, nil, &b})
	}
	return trials
}

// shuffled are the trials in an order that is always the same and has nothing to do with what they are, so that the
// beginning is like the whole.
func shuffled(trials []trial) []trial {
	place := func(t trial) uint64 {
		sum := sha256.Sum256([]byte(t.String()))
		return binary.BigEndian.Uint64(sum[:])
	}
	slices.SortFunc(trials, func(a, b trial) int { return cmp.Compare(place(a), place(b)) })
	return trials
}

// chosen are the trials that the options ask for.
func chosen(trials []trial, o Options) (list []trial) {
	number := 0
	for _, t := range trials {
		if !strings.HasPrefix(t.String(), o.Only) {
			continue
		}
		if number++; o.Every <= 1 || number%o.Every == o.First%o.Every {
			list = append(list, t)
		}
	}
	if o.Sample == 0 || len(list) <= o.Sample {
		return list
	}
	return sampled(list, o.Sample)
}

// sampled are the first trials of each scene, operation and disturbance, and then the first ones.
func sampled(trials []trial, size int) (sample []trial) {
	seen := map[string]bool{}
	var others []trial
	for _, t := range trials {
		kinds := []string{"scene " + t.Scene, "operation " + t.Operation, "disturbance " + t.Disturbance}
		if slices.ContainsFunc(kinds, func(kind string) bool { return !seen[kind] }) {
			sample = append(sample, t)
		} else {
			others = append(others, t)
		}
		for _, kind := range kinds {
			seen[kind] = true
		}
	}
	return append(sample, others[:max(0, min(len(others), size-len(sample)))]...)
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
		if !c.options.Until.IsZero() && time.Now().After(c.options.Until) {
			break
		}
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
		return r.disturbed(ctx, p, t.scene, t.operation, *t.failure, t.N)
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
