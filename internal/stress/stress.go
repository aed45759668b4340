package stress

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options of a run. All are required.
type Options struct {
	Document  Document
	CLI       string // path of the Terraform or OpenTofu program
	Provider  string // path of the provider program, called terraform-provider-srr, in a directory of its own
	Dir       string // an empty directory of our own
	Processes int    // Terraform processes that start together
	Grants    int    // of each process
	Changes   int    // of the foreign writer, at least
	// Latency is the round trip of every call; Pause is between two changes of
	// the foreign writer.
	Latency, Pause time.Duration
}

// Report is what happened in a run.
type Report struct {
	Grants      int // present at the end
	Writes      int // of the document by Terraform
	TheirWrites int // of the document by the foreign writer
	TheirRedone int // of them because a change was gone
	Blind       Blind
	// Late counts changes of the foreign writer that were lost after it had
	// verified them; it put them back later.
	Late int
	// Lost counts grants that the foreign writer took away after Terraform had
	// confirmed them; the next apply put them back.
	Lost int
	Took time.Duration
}

// Loss is an error that says what is gone, or that something would be if the other
// side had not put it back.
type Loss struct{ What string }

// Error implements error.
func (l Loss) Error() string { return "lost: " + l.What }

func loss(format string, arguments ...any) error { return Loss{fmt.Sprintf(format, arguments...)} }

// String is the report as one line.
func (r Report) String() string {
	return fmt.Sprintf("%d grants, %d writes by Terraform and %d by the neighbour (%d redone) in %s; "+
		"blind writes: %d of ours over theirs, %d of theirs over ours, %d of ours over ours; "+
		"lost and put back: %d grants (next apply), %d changes of the neighbour",
		r.Grants, r.Writes, r.TheirWrites, r.TheirRedone, r.Took.Round(100*time.Millisecond),
		r.Blind.OursOverTheirs, r.Blind.TheirsOverOurs, r.Blind.OursOverOurs, r.Lost, r.Late)
}

// Run lets everybody write at once and checks what is left. The error names the
// first thing that is not as it must be; the report is filled as far as known.
func Run(ctx context.Context, o Options) (r Report, err error) {
	began := time.Now()
	c, err := startCloud(ctx, o)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	s := &scene{options: o, cloud: c}
	if err := s.prepare(); err != nil {
		return r, err
	}
	defer func() {
		s.count(&r)
		r.Took = time.Since(began)
	}()
	if err := s.together(ctx); err != nil {
		return r, err
	}
	if err := s.repair(ctx, &r); err != nil {
		return r, err
	}
	s.count(&r)
	return r, s.check(r)
}

// scene is everybody who takes part.
type scene struct {
	options   Options
	cloud     *cloud
	processes []process
	neighbour *foreignWriter
}

func (s *scene) prepare() (err error) {
	for number := range s.options.Processes {
		p, err := prepare(s.options, s.cloud.url, number)
		if err != nil {
			return err
		}
		s.processes = append(s.processes, p)
	}
	s.neighbour, err = newForeignWriter(s.options.Document, s.cloud.url)
	return err
}

// together lets all processes apply while the neighbour works.
func (s *scene) together(ctx context.Context) error {
	applied := make(chan error, 1)
	go func() { applied <- s.applyAll(ctx) }()
	select {
	case err := <-applied:
		return errors.Join(errors.New("the CLI ended without a write"), err)
	case <-s.cloud.begun:
	}
	err := s.neighbour.work(ctx, s.options.Changes, s.options.Pause)
	return errors.Join(err, <-applied)
}

func (s *scene) applyAll(ctx context.Context) error {
	failures := make([]error, len(s.processes))
	var all sync.WaitGroup
	for i, p := range s.processes {
		all.Go(func() { failures[i] = p.apply(ctx) })
	}
	all.Wait()
	return errors.Join(failures...)
}

// repair is what both sides do about blind writes: the neighbour looks again, and
// the next apply adds what is gone.
func (s *scene) repair(ctx context.Context, r *Report) error {
	r.Lost = len(s.missing())
	if err := s.neighbour.lookAgain(ctx); err != nil {
		return err
	}
	r.Late = s.neighbour.late
	if r.Lost == 0 {
		return nil
	}
	return s.applyAll(ctx)
}

// missing are the grantees that the document does not name exactly once.
func (s *scene) missing() (missing []string) {
	text := s.options.Document.text(s.cloud)
	for process := range s.options.Processes {
		for grant := range s.options.Grants {
			if name := s.options.Document.grantee(process, grant); strings.Count(text, name) != 1 {
				missing = append(missing, name)
			}
		}
	}
	return missing
}

func (s *scene) count(r *Report) {
	s.cloud.mu.Lock()
	defer s.cloud.mu.Unlock()
	for key, writes := range s.cloud.writes {
		if key == neighbour {
			r.TheirWrites = writes
		} else {
			r.Writes += writes
		}
	}
	r.Blind, r.TheirRedone = s.cloud.blind, s.neighbour.redone
	r.Grants = s.options.Processes*s.options.Grants - len(s.missing())
}

// check says what is not as it must be.
func (s *scene) check(r Report) error {
	text := s.options.Document.text(s.cloud)
	if missing := s.missing(); len(missing) > 0 {
		return loss("%d grants are not there exactly once, the first is %s: %s", len(missing), missing[0], text)
	}
	_, changed, err := s.neighbour.edit([]byte(text))
	if err != nil {
		return err
	}
	others, _, err := apart([]byte(text))
	switch {
	case err != nil:
		return err
	case changed:
		return loss("the neighbour's statements are not there byte for byte: %s", text)
	case !slices.Contains(others, s.options.Document.first):
		return loss("the statement of the beginning is not there byte for byte: %s", text)
	case r.Blind.OursOverOurs > 0:
		return loss("%d writes of Terraform over another one's, in spite of the lock", r.Blind.OursOverOurs)
	case r.Lost > 0 && r.Blind.TheirsOverOurs == 0:
		return loss("%d grants, and no write of the neighbour explains it", r.Lost)
	case r.Late > 0 && r.Blind.OursOverTheirs == 0:
		return loss("%d changes of the neighbour, and no write in our window explains it", r.Late)
	}
	return nil
}
