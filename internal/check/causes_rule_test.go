package check_test

import (
	"strconv"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/check"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// noRule says that a rule could not be made and so is not there.
func noRule(w *world) { w.source().Rules = nil }

// tagged gives objects and rule a tag; such a rule repeats no deletions.
func tagged(value string) func(*world) {
	return func(w *world) {
		for i := range w.source().Objects {
			w.source().Objects[i].Tags = []oss.Tag{{Key: "keep", Value: "yes"}}
		}
		w.rule().Action = "PUT"
		w.rule().TagFilter = &oss.TagFilter{Match: "AND", Tags: []oss.Tag{{Key: "keep", Value: value}}}
	}
}

func prefixed(prefix string) func(*world) {
	return func(w *world) { w.rule().Prefixes = []string{prefix} }
}

func ruleCauses() []cause {
	no, yes := false, true
	const outside, untagged = "none of the rule's prefixes", "tags do not match"
	wantPrefix := func(in *check.Input) { in.Prefixes = []string{"2026/"} }
	wantTag := func(in *check.Input) {
		in.TagMatch, in.Tags = replication.MatchAll, []replication.Tag{{Key: "keep", Value: "yes"}}
	}
	return []cause{
		{name: "no rule", id: "rule", status: check.Warn, reason: "no rule", spoil: noRule},
		{name: "the rule is starting", id: "rule_status", status: check.Warn, reason: "the rule is starting", spoil: func(w *world) { w.rule().Created = w.Time }},
		{name: "the rule is closing", id: "rule_status", status: check.Fail, reason: "the rule is closing", spoil: func(w *world) { w.rule().Closed = w.Time.Add(-time.Second) }},
		{name: "another role", id: "rule_role", status: check.Fail, reason: "cannot assume the role another", spoil: func(w *world) { w.rule().Role = "another" }},
		{name: "another key", id: "rule_key", status: check.Fail, reason: noDataKey, spoil: func(w *world) { w.rule().ReplicaKMSKeyID += "x" }},
		{name: "a bare key id", id: "rule_key", status: check.Fail, reason: "is a bare id", spoil: func(w *world) { w.rule().ReplicaKMSKeyID = emulator.ReplicaKey }},
		{name: "rule without the key", id: "rule_key", status: check.Fail, reason: "which the rule does not select", spoil: func(w *world) { w.rule().ReplicateKMS, w.rule().ReplicaKMSKeyID = false, "" }},
		{
			name: "no history", id: "rule_history", status: check.Fail, reason: "does not replicate historical objects",
			ask: func(in *check.Input) { in.History = &yes }, spoil: func(w *world) { w.rule().ReplicateHistory = false },
		},
		{
			name: "deletions not wanted", id: "rule_deletes", status: check.Warn, ask: func(in *check.Input) { in.Deletes = &no },
			given: func(w *world) { w.rule().Action = "PUT" }, spoil: func(w *world) { w.rule().Action = "ALL" },
		},
		{
			name: "deletions wanted", id: "rule_deletes", status: check.Fail, ask: withDeletes, about: deletedKey, reason: "copies no delete markers",
			given: withMarker, spoil: func(w *world) { w.rule().Action = "ABORT" },
		},
		{name: "other prefixes", id: "rule_prefixes", status: check.Fail, reason: outside, ask: wantPrefix, given: prefixed("2026/"), spoil: prefixed("2025/")},
		{name: "the whole bucket is wanted", id: "rule_prefixes", status: check.Warn, reason: outside, spoil: prefixed("2025/")},
		{name: "other tags", id: "rule_tags", status: check.Fail, reason: untagged, ask: wantTag, given: tagged("yes"), spoil: tagged("no")},
		{name: "more prefixes than wanted", id: "rule_prefixes", status: check.Warn, ask: wantPrefix, given: prefixed("2026/"), spoil: prefixed("20")},
		{name: "the whole bucket, which is not wanted", id: "rule_prefixes", status: check.Warn, ask: wantPrefix, given: prefixed("2026/"), spoil: func(w *world) { w.rule().Prefixes = nil }},
		{name: "objects without the tag", id: "rule_tags", status: check.Warn, ask: wantTag, given: tagged("yes"), spoil: func(w *world) { w.rule().TagFilter = nil }},
		{name: "more tags than wanted", id: "rule_tags", status: check.Warn, ask: wantTag, given: tagged("yes"), spoil: func(w *world) {
			w.rule().TagFilter = &oss.TagFilter{Match: "OR", Tags: []oss.Tag{{Key: "keep", Value: "yes"}, {Key: "keep", Value: "no"}}}
		}},
		{name: "history that is not wanted", id: "rule_history", status: check.Warn, ask: func(in *check.Input) { in.History = &no }, given: func(w *world) {
			w.rule().ReplicateHistory = false
			w.rule().After = 0
		}, spoil: func(w *world) { w.rule().ReplicateHistory = true }},
		{name: "all tags are wanted", id: "rule_tags", status: check.Warn, reason: untagged, spoil: tagged("no")},
	}
}

// withMarker leaves a delete marker, as a deletion in a versioned bucket does.
func withMarker(w *world) {
	w.source().Versioning, w.destination().Versioning = "Enabled", "Enabled"
	w.source().Objects = append(w.source().Objects, oss.Object{Key: deletedKey, VersionID: "marker", DeleteMarker: true})
}

func topologyCauses() []cause {
	const replica = "replicas are not replicated again"
	// hourOld is a rule that has been doing for a while.
	hourOld := func(w *world, id, destination string) oss.Rule {
		return oss.Rule{ID: id, Destination: destination, ReplicateHistory: true, Created: w.Time.Add(-time.Hour), After: 1000}
	}
	return []cause{
		{name: "the object came from another bucket", id: "chain_into", status: check.Warn, reason: replica, spoil: func(w *world) {
			w.source().Objects[0].ReplicaOf = "raw"
			w.OSS.Buckets = append(w.OSS.Buckets, oss.Bucket{
				Name: "raw", Owner: emulator.SourceAccount, Region: emulator.Region, Rules: []oss.Rule{hourOld(w, "into", emulator.SourceBucket)},
			})
		}},
		{name: "the destination has a rule onward", id: "chain_onward", status: check.Warn, under: "onward", reason: replica, spoil: func(w *world) {
			w.destination().Rules = []oss.Rule{hourOld(w, "onward", "archive")}
			w.OSS.Buckets = append(w.OSS.Buckets, oss.Bucket{Name: "archive", Owner: emulator.DestinationAccount, Region: emulator.Region})
		}},
		{name: "a rule back", id: "loop", status: check.Warn, under: "back", reason: replica, spoil: func(w *world) {
			w.destination().Rules = []oss.Rule{hourOld(w, "back", emulator.SourceBucket)}
		}},
		{name: "as many rules as the source may have", id: "source_rule_limit", status: check.Fail, refusal: "TooManyOutgoingReplication", amiss: "rule", given: noRule, spoil: func(w *world) {
			for i := range replication.MaxRulesPerBucket {
				w.source().Rules = append(w.source().Rules, hourOld(w, strconv.Itoa(i), "archive-"+strconv.Itoa(i)))
			}
		}},
		{name: "as many rules as the destination may have", id: "destination_rule_limit", status: check.Fail, refusal: "TooManyIncomingReplication", amiss: "rule", given: noRule, spoil: func(w *world) {
			for i := range replication.MaxRulesPerBucket {
				w.OSS.Buckets = append(w.OSS.Buckets, oss.Bucket{
					Name: "branch-" + strconv.Itoa(i), Owner: emulator.DestinationAccount, Region: emulator.Region,
					Rules: []oss.Rule{hourOld(w, "collect", emulator.DestinationBucket)},
				})
			}
		}},
	}
}
