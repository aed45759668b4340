package torture

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// Outcome says how a trial ended.
type Outcome string

// The outcomes of a trial.
const (
	// Converged: the next apply reached the desired world, and destroying it left the initial one.
	Converged Outcome = "converged"
	// Hinted: as Converged, after the import that an error had named.
	Hinted Outcome = "converged after the import that the error named"
	// Restored: as Converged, after the CLI's backup had replaced the state file that the CLI had emptied.
	Restored Outcome = "converged with the backup of the state"
	// Missed: nothing was disturbed, because the operation made fewer calls this time, or for the reason in the detail.
	Missed Outcome = "not reached"
	// Lost: something of others, or something that was asked for, is not there at the end.
	Lost Outcome = "lost"
	// Orphaned: destroying left something behind.
	Orphaned Outcome = "orphan"
	// Stuck: the next apply fails, or the plan after it is not empty.
	Stuck Outcome = "stuck"
	// Panicked: a program panicked.
	Panicked Outcome = "panic"
	// Leaked: a secret was written where it can be read.
	Leaked Outcome = "secret"
)

// Trial is one disturbed run: at call N, from 1, of an operation in a scene.
type Trial struct {
	Scene, Operation, Disturbance string
	N                             int
}

// String names the trial, for reports and for repeating it.
func (t Trial) String() string {
	return fmt.Sprintf("%s/%s/%s/%d", t.Scene, t.Operation, t.Disturbance, t.N)
}

// Verdict is how a trial ended, and what was seen if it did not end well.
type Verdict struct {
	Trial   string
	Outcome Outcome
	Detail  string `json:",omitempty"`
	// Searched is how many bytes were searched for secrets.
	Searched int64
}

// ending is how a trial ended that did not end badly; the detail is the advice that was followed.
type ending struct {
	outcome Outcome
	detail  string
}

// Bad says that a promise was broken.
func (v Verdict) Bad() bool {
	return !slices.Contains([]Outcome{Converged, Hinted, Restored, Missed}, v.Outcome)
}

// Settled says that trying again would show nothing new.
func (v Verdict) Settled() bool { return !v.Bad() && (v.Outcome != Missed || v.Detail != "") }

// finding is a bad end of a trial.
type finding struct {
	outcome Outcome
	detail  string
}

// Error is what was seen.
func (f finding) Error() string { return string(f.outcome) + ": " + f.detail }

// judge makes a verdict of the error of a trial. Errors that are no finding are the machine's, and end the torture.
func judge(t Trial, end ending, err error, seen *secrets) (Verdict, error) {
	v := Verdict{Trial: t.String(), Outcome: end.outcome, Detail: end.detail, Searched: seen.searched}
	var found finding
	var panicked panicError
	switch {
	case errors.As(err, &found):
		v.Outcome, v.Detail = found.outcome, found.detail
	case errors.As(err, &panicked):
		v.Outcome, v.Detail = Panicked, panicked.text
	case err != nil:
		return v, fmt.Errorf("%s: %w", t, err)
	}
	if len(seen.found) > 0 {
		v.Outcome, v.Detail = Leaked, strings.Join(seen.found, ", ")+"\n"+v.Detail
	}
	return v, nil
}

// disturbed does one operation with a failure in it and looks what the next commands make of it.
func (r *rack) disturbed(ctx context.Context, p prepared, s scene, o operation, f failure, n int) (ending, error) {
	r.retries = f.retries
	if err := r.begin(ctx, p, s, o); err != nil {
		return ending{}, err
	}
	if err := r.cloud.Load().Inject(f.at(p.calls[o.name], n)); err != nil {
		return ending{}, err
	}
	before, err := r.impatiently(func() (answer, error) { return o.run(ctx, r.workspace) })
	if err != nil {
		return ending{}, err
	}
	if !r.saw(func(q emulator.Request) bool { return q.Fault != "" }) {
		return ending{outcome: Missed}, nil
	}
	r.cloud.Load().ClearFaults()
	end, err := r.aftermath(ctx, p, s, o, before, false)
	if err == nil && f.fault.Kind == emulator.FaultStale && !r.saw(func(q emulator.Request) bool { return q.Stale }) {
		return ending{Missed, "no read saw the past"}, nil
	}
	return end, because(err, before)
}

// saw says whether the cloud has seen such a request.
func (r *rack) saw(such func(emulator.Request) bool) bool {
	return slices.ContainsFunc(r.cloud.Load().Requests(0), such)
}

// aftermath holds a command to what it said, and looks what the next ones make of it. Only where what was under way
// was dropped may something have to be imported.
func (r *rack) aftermath(ctx context.Context, p prepared, s scene, o operation, before answer, dropped bool) (ending, error) {
	if want := p.worlds[o.reaches]; before.exit == 0 {
		if got := snapshot(r.now()); got != want {
			return ending{}, finding{Lost, "the command said that it succeeded: " + difference(want, got)}
		}
	}
	end, err := r.recover(ctx, p, s, o)
	if err == nil && end.outcome == Hinted && !dropped {
		return ending{}, finding{Stuck, "the next apply needed an import: " + end.detail}
	}
	return end, err
}

// because adds what the disturbed command said to a finding.
func because(err error, before answer) error {
	var found finding
	if errors.As(err, &found) {
		found.detail += "\nThe disturbed command: " + before.said()
		return found
	}
	return err
}

func (r *rack) impatiently(do func() (answer, error)) (answer, error) {
	r.transport.wait(clientPatience)
	defer r.transport.wait(calmPatience)
	return do()
}

// begin makes the state of things from which an operation starts.
func (r *rack) begin(ctx context.Context, p prepared, s scene, o operation) error {
	return errors.Join(r.start(ctx, p.made[o.from]), r.setState(p.states[o.from]), r.configure(o.configuration(s)(r.site)))
}

// recover does what a person does next: apply again, or destroy again, and checks the world after each step.
func (r *rack) recover(ctx context.Context, p prepared, s scene, o operation) (ending, error) {
	end := ending{outcome: Converged}
	if o.then != nil {
		if err := r.configure(o.then(s)(r.site)); err != nil {
			return ending{}, err
		}
		var err error
		if end, err = r.applyAgain(ctx); err != nil {
			return ending{}, err
		}
		want := p.worlds["first"]
		if o.name == "update" {
			want = p.worlds["second"]
		}
		if got := snapshot(r.now()); got != want {
			return ending{}, finding{Lost, "after the next apply: " + difference(want, got)}
		}
		a, err := r.plan(ctx)
		if err != nil {
			return ending{}, err
		}
		if a.exit != 0 {
			return ending{}, finding{Stuck, "the plan after the next apply is not empty: " + a.said()}
		}
	}
	return end, r.destroyed(ctx, p, s)
}

// applyAgain applies; where the error names an import, it imports as told and applies once more. Only the first of a chain
// of resources is refused at a time, so that each may need a round.
func (r *rack) applyAgain(ctx context.Context) (ending, error) {
	const resources = 4
	var told []string
	for range resources + 1 {
		a, err := r.apply(ctx)
		switch {
		case err != nil:
			return ending{}, err
		case !a.failed() && len(told) == 0:
			return ending{outcome: Converged}, nil
		case !a.failed():
			return ending{Hinted, strings.Join(told, "\n")}, nil
		}
		told = append(told, a.said())
		imported, err := r.importAsTold(ctx, a)
		if err != nil {
			return ending{}, err
		}
		if !imported {
			return ending{}, finding{Stuck, "the next apply fails: " + a.said()}
		}
	}
	return ending{}, finding{Stuck, "there is no end to what has to be imported: " + strings.Join(told, "\n")}
}

// destroyed destroys and compares with the world from before.
func (r *rack) destroyed(ctx context.Context, p prepared, s scene) error {
	a, err := r.destroy(ctx)
	if err != nil {
		return err
	}
	got := snapshot(r.now())
	for _, text := range s.others() {
		if !strings.Contains(got, text) {
			return finding{Lost, "what others made is gone: " + text}
		}
	}
	switch {
	case a.failed():
		return finding{Stuck, a.said()}
	case got != p.worlds[""]:
		return finding{Orphaned, "after destroying: " + difference(p.worlds[""], got)}
	}
	return nil
}
