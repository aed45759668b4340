package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/round"
)

// part is one of the things that can be asked for.
type part struct {
	name string
	do   func(context.Context, settings, *round.Round) (progress, error)
}

// progress is what a part has to show.
type progress struct {
	summary string
	left    int // of what there was to do
}

func allParts() []part {
	return []part{{"races", races}, {"calls", calls}, {"mutants", mutants}, {"fuzz", fuzzing}}
}

// whole is under what name a round notes that its part is complete.
const whole = "all of it"

// perform does the parts that are asked for, all of them even if one ends badly, and prints their numbers at the end. A
// part that is complete is not done again until all of them are.
func (s settings) perform(ctx context.Context, parts []part) (err error) {
	var summaries []string
	var rounds []*round.Round
	unfinished := s.partial()
	for _, p := range parts {
		if !slices.Contains(s.parts, p.name) {
			continue
		}
		r, failed := round.Open(s.root, s.roundOf(p), s.version, s.fresh)
		if failed != nil {
			return errors.Join(err, failed)
		}
		rounds = append(rounds, r)
		done, failed := s.goOn(ctx, p, r)
		unfinished = unfinished || done.left > 0
		summaries = append(summaries, done.text(p))
		err = errors.Join(err, failed, wasBad(p, r))
		if ctx.Err() != nil {
			err = errors.Join(err, ctx.Err())
			break
		}
	}
	fmt.Fprintf(s.out, "\n%s\n", strings.Join(summaries, "\n"))
	if unfinished && !s.partial() {
		fmt.Fprintln(s.out, "not finished: the same command goes on")
	}
	return errors.Join(err, closeRounds(rounds, err == nil && !unfinished))
}

// goOn does a part, unless it is complete or the time is over.
func (s settings) goOn(ctx context.Context, p part, r *round.Round) (done progress, err error) {
	if !s.partial() && r.Done(whole, &done.summary) {
		return done, nil
	}
	if s.over(0) {
		return progress{"not begun", 1}, nil
	}
	done, err = p.do(ctx, s, r)
	if err == nil && done.left == 0 && !s.partial() {
		err = r.Add(whole, done.summary, true)
	}
	return done, err
}

// partial says that only some of what belongs to the parts is asked for, so that they are not complete afterwards.
func (s settings) partial() bool { return s.only != "" || s.every > 1 }

// over says whether the time would be over after this long.
func (s settings) over(later time.Duration) bool {
	return !s.until.IsZero() && time.Now().Add(later).After(s.until)
}

// roundOf names the round of a part; fuzzing for another time is another check.
func (s settings) roundOf(p part) string {
	if p.name == "fuzz" {
		return "fuzz-" + s.fuzz.String()
	}
	return p.name
}

func (p progress) text(of part) string {
	text := of.name + ": " + strings.TrimSpace(p.summary)
	if strings.Contains(p.summary, "\n") {
		text = of.name + ":\n" + strings.TrimRight(p.summary, "\n")
	}
	return text
}

// wasBad keeps a lucky second try from hiding what the first one has found.
func wasBad(p part, r *round.Round) error {
	if failed := r.Failed(); len(failed) > 0 {
		return fmt.Errorf("%s: %d ended badly, now or before; with -fresh or another source they begin anew: %s", p.name, len(failed), strings.Join(failed, "; "))
	}
	return nil
}

// closeRounds ends the rounds if everything that was asked for is complete; otherwise they go on.
func closeRounds(rounds []*round.Round, complete bool) (err error) {
	for _, r := range rounds {
		if complete {
			err = errors.Join(err, r.Finish())
		} else {
			err = errors.Join(err, r.Close())
		}
	}
	return err
}
