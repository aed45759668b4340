package demo

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// report prints the demo for a person: every step when it is over, and a table of
// all of them at the end.
type report struct {
	out   io.Writer
	begun time.Time
	done  []line
}

type line struct {
	name, result string
	took         time.Duration
}

const (
	nameWidth   = 40
	resultWidth = 52
)

func (r *report) say(format string, arguments ...any) { fmt.Fprintf(r.out, format+"\n", arguments...) }

// detail prints lines below the step that is running.
func (r *report) detail(lines ...string) {
	for _, text := range lines {
		r.say("       %s", text)
	}
}

func (r *report) step(name string) {
	r.say("%4.1f s %d. %s", time.Since(r.begun).Seconds(), len(r.done)+1, name)
}

func (r *report) finish(name, result string, took time.Duration) {
	r.done = append(r.done, line{name, result, took})
	r.detail("=> " + result)
}

func (r *report) summary() {
	rule := strings.Repeat("-", nameWidth+resultWidth+12)
	r.say("\n    %-*s %-*s %6s\n%s", nameWidth, "step", resultWidth, "seen", "took", rule)
	for i, l := range r.done {
		r.say("%2d. %-*s %-*s %4.1f s", i+1, nameWidth, l.name, resultWidth, l.result, l.took.Seconds())
	}
	r.say("%s\n    %-*s %4.1f s", rule, nameWidth+resultWidth+1, "all as it should be", time.Since(r.begun).Seconds())
}
