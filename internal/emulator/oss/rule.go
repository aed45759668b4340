package oss

import (
	"slices"
	"strings"
	"time"
)

// The states of a rule (OSS GetBucketReplication page).
const (
	starting = "starting"
	doing    = "doing"
	closing  = "closing"
	gone     = "gone" // not a state of the service: the rule is no longer listed
)

// Lengths of the first and last state where no switch sets them.
const (
	defaultStarting = 3 * time.Minute
	defaultClosing  = 120 * time.Second
)

// versionKey names a version of an object in a bucket.
type versionKey struct{ key, id string }

// rule is a replication rule at work.
type rule struct {
	Rule
	handled map[versionKey]Handled
	// settled is the source's last change after a pass that left nothing
	// undone; until the next change there is nothing to do.
	settled uint64
}

func newRule(r Rule) *rule {
	made := &rule{Rule: r, handled: map[versionKey]Handled{}}
	for _, h := range r.Handled {
		h.VersionID = orElse(h.VersionID, nullVersion)
		made.handled[versionKey{h.Key, h.VersionID}] = h
	}
	made.Handled = nil
	return made
}

// state is derived from the service clock, so that a world can be moved in time.
func (s *Service) state(r *rule) string { return s.stateAt(r, s.options.Clock.Now()) }

func (s *Service) stateAt(r *rule, now time.Time) string {
	passed := !now.Before(s.nextState(r))
	switch {
	case !r.Closed.IsZero() && passed:
		return gone
	case !r.Closed.IsZero():
		return closing
	case passed:
		return doing
	default:
		return starting
	}
}

// nextState is when the rule leaves its first or its last state.
func (s *Service) nextState(r *rule) time.Time {
	first, last := s.options.Switches.StartingTime, s.options.Switches.ClosingTime
	if first == 0 {
		first = defaultStarting
	}
	if last == 0 {
		last = defaultClosing
	}
	if r.Closed.IsZero() {
		return r.Created.Add(first)
	}
	return r.Closed.Add(last)
}

func (r *rule) action() string { return orElse(r.Action, "ALL") }

func (r *rule) hasAction(names ...string) bool {
	return slices.ContainsFunc(strings.Split(r.action(), ","), func(given string) bool { return slices.Contains(names, given) })
}

func (r *rule) copiesWrites() bool  { return r.hasAction("ALL", "PUT") }
func (r *rule) copiesDeletes() bool { return r.hasAction("ALL", "DELETE") }

func (r *rule) coversKey(key string) bool {
	return len(r.Prefixes) == 0 || slices.ContainsFunc(r.Prefixes, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
}

func (r *rule) coversTags(tags []Tag) bool {
	if r.TagFilter == nil || len(r.TagFilter.Tags) == 0 {
		return true
	}
	for _, wanted := range r.TagFilter.Tags {
		found := slices.Contains(tags, wanted)
		if found && r.TagFilter.Match == "OR" {
			return true
		}
		if !found && r.TagFilter.Match != "OR" {
			return false
		}
	}
	return r.TagFilter.Match != "OR"
}

// isHistory reports whether the object was there, as it is, before the rule.
func (r *rule) isHistory(o *Object) bool { return o.Changed <= r.After }

// isHandled reports whether the object's last change was dealt with.
func (r *rule) isHandled(o *Object) (Handled, bool) {
	h, ok := r.handled[versionKey{o.Key, o.VersionID}]
	return h, ok && h.Changed >= o.Changed
}

func (r *rule) markHandled(o *Object, skipped string) {
	r.handled[versionKey{o.Key, o.VersionID}] = Handled{Key: o.Key, VersionID: o.VersionID, Changed: o.Changed, Skipped: skipped}
}

func (r *rule) forget(key, id string) { delete(r.handled, versionKey{key, id}) }

// ruleCounts is in how many rules the bucket is source and destination; rules
// that are closing count.
func (s *Service) ruleCounts(b *bucket) (outgoing, incoming int) {
	for _, other := range s.buckets {
		for _, r := range other.rules {
			if r.Destination == b.Name {
				incoming++
			}
		}
	}
	return len(b.rules), incoming
}

func (b *bucket) rule(id string) *rule {
	for _, r := range b.rules {
		if r.ID == id {
			return r
		}
	}
	return nil
}
