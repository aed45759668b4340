package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/round"
)

// asked are settings for the parts a and b on a tree and a cache of their own.
func asked(t *testing.T) (settings, *bytes.Buffer) {
	t.Helper()
	for _, name := range []string{"HOME", "XDG_CACHE_HOME", "LocalAppData"} {
		t.Setenv(name, t.TempDir())
	}
	var out bytes.Buffer
	return settings{parts: []string{"a", "b"}, root: t.TempDir(), out: &out}, &out
}

// script is a part whose runs, one after the other, are said in advance.
type script struct {
	name string
	runs []func(*round.Round) (progress, error)
	ran  int
}

func (s *script) part() part {
	return part{s.name, func(_ context.Context, _ settings, r *round.Round) (progress, error) {
		s.ran++
		return s.runs[min(s.ran, len(s.runs))-1](r)
	}}
}

func good(*round.Round) (progress, error) { return progress{"good", 0}, nil }

func TestPerform_goesOnWithThePartThatWasStopped(t *testing.T) {
	s, out := asked(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	a := &script{name: "a", runs: []func(*round.Round) (progress, error){good}}
	b := &script{name: "b", runs: []func(*round.Round) (progress, error){
		func(*round.Round) (progress, error) { cancel(); return progress{"stopped", 1}, nil },
		good,
	}}
	parts := []part{a.part(), b.part()}
	if err := s.perform(ctx, parts); !errors.Is(err, context.Canceled) {
		t.Errorf("the first run: %v", err)
	}
	if err := s.perform(t.Context(), parts); err != nil || a.ran != 1 || b.ran != 2 {
		t.Errorf("the second run: %v, a ran %d times, b %d times", err, a.ran, b.ran)
	}
	if err := s.perform(t.Context(), parts); err != nil || a.ran != 2 || b.ran != 3 {
		t.Errorf("a new round: %v, a ran %d times, b %d times", err, a.ran, b.ran)
	}
	if said := strings.Count(out.String(), "a: good"); said != 3 {
		t.Errorf("the numbers of a were printed %d times: %s", said, out)
	}
}

func TestPerform_endsWhenTheTimeIsOver(t *testing.T) {
	s, out := asked(t)
	s.until = time.Now().Add(time.Hour)
	a := &script{name: "a", runs: []func(*round.Round) (progress, error){
		func(*round.Round) (progress, error) { return progress{"some", 3}, nil },
	}}
	b := &script{name: "b", runs: []func(*round.Round) (progress, error){good}}
	if err := s.perform(t.Context(), []part{a.part(), b.part()}); err != nil || !strings.Contains(out.String(), "not finished: the same command goes on") {
		t.Errorf("%v: %s", err, out)
	}
	s.until = time.Now()
	a.runs = append(a.runs, good)
	if err := s.perform(t.Context(), []part{a.part(), b.part()}); err != nil || a.ran != 1 || b.ran != 1 || !strings.Contains(out.String(), "a: not begun") {
		t.Errorf("%v, a ran %d times: %s", err, a.ran, out)
	}
	s.until = time.Time{}
	if err := s.perform(t.Context(), []part{a.part(), b.part()}); err != nil || a.ran != 2 || b.ran != 1 {
		t.Errorf("%v, a ran %d times, b %d times", err, a.ran, b.ran)
	}
}

func TestPerform_doesNotForgetWhatWasBad(t *testing.T) {
	s, _ := asked(t)
	a := &script{name: "a", runs: []func(*round.Round) (progress, error){
		func(r *round.Round) (progress, error) { return progress{"bad", 0}, r.Add("trial", 1, false) },
		func(r *round.Round) (progress, error) { return progress{"good", 0}, r.Add("trial", 1, true) },
	}}
	for run := range 3 {
		if err := s.perform(t.Context(), []part{a.part()}); err == nil || !strings.Contains(err.Error(), "a: 1 ended badly, now or before") {
			t.Errorf("run %d: %v", run+1, err)
		}
	}
	s.fresh = true
	if err := s.perform(t.Context(), []part{a.part()}); err != nil {
		t.Errorf("a fresh run: %v", err)
	}
}
