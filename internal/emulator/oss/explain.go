package oss

import "sort"

// Explanation says what became of one version of an object, or of one deletion,
// under one rule.
type Explanation struct {
	Rule        string `json:"rule"`
	Source      string `json:"source"`
	Destination string `json:"destination"`
	Key         string `json:"key"`
	VersionID   string `json:"version_id"`
	Copied      bool   `json:"copied"`
	Reason      string `json:"reason,omitempty"` // why not, "" when copied
}

// Explain says for every rule and every object of its source why it was or was
// not copied, in the order of buckets, rules, keys and versions from new to old.
// Deletions that have not arrived follow the objects.
func (s *Service) Explain() []Explanation {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replicate()
	var list []Explanation
	for _, source := range s.sorted() {
		for _, r := range source.rules {
			list = append(list, s.explain(source, r)...)
		}
	}
	return list
}

func (s *Service) sorted() []*bucket {
	list := make([]*bucket, 0, len(s.buckets))
	for _, b := range s.buckets {
		list = append(list, b)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list
}

func (s *Service) explain(source *bucket, r *rule) []Explanation {
	var list []Explanation
	about := func(key, id, reason string) {
		list = append(list, Explanation{
			Rule: r.ID, Source: source.Name, Destination: r.Destination, Key: key, VersionID: id, Copied: reason == "", Reason: reason,
		})
	}
	for _, key := range source.keys() {
		for _, o := range source.versions[key] {
			about(key, o.VersionID, s.whyNot(source, r, o))
		}
	}
	for _, d := range r.Deletions {
		reason := s.notYet(r)
		if reason == "" {
			reason = s.deletionObstacle(source, r, d)
		}
		about(d.Key, d.VersionID, "the deletion is pending: "+reason)
	}
	return list
}

func (s *Service) whyNot(source *bucket, r *rule, o *Object) string {
	if handled, done := r.isHandled(o); done {
		return handled.Skipped
	}
	if reason := r.excludes(o); reason != "" {
		return reason
	}
	if reason := s.notYet(r); reason != "" {
		return reason
	}
	_, reason := s.obstacle(source, r, o)
	return orElse(reason, "the copy is pending")
}

func (s *Service) notYet(r *rule) string {
	if state := s.state(r); state != doing {
		return "the rule is " + state
	}
	return ""
}
