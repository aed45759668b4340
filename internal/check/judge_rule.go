package check

import (
	"slices"
	"sort"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

const replaceAdvice = "A rule cannot be changed: let srr_rule replace it, or correct the inputs of the check."

// rule judges the rule of the pair and how it differs from what is wanted.
func (j *judge) rule() []Verdict {
	differing := []string{"rule_status", "rule_role", "rule_key", "rule_history", "rule_deletes", "rule_prefixes", "rule_tags"}
	var verdicts []Verdict
	switch {
	case !j.facts.Rules.Known():
		for _, id := range append([]string{"rule"}, differing...) {
			verdicts = append(verdicts, unseen(id, j.facts.Rules))
		}
		return verdicts
	case j.pair == nil:
		verdicts = append(verdicts, warn("rule", "Create the rule, for example with srr_rule.", "bucket %s has no rule to %s; nothing is copied", j.SourceBucket, j.DestinationBucket))
		for _, id := range differing {
			verdicts = append(verdicts, followsFrom(id, "rule"))
		}
		return verdicts
	}
	return []Verdict{
		ok("rule", "rule %s", j.pair.ID),
		ruleStatus(*j.pair), j.ruleRole(), j.ruleKey(), j.ruleHistory(), j.ruleDeletes(), j.rulePrefixes(), j.ruleTags(),
	}
}

func ruleStatus(rule alicloud.Rule) Verdict {
	const id = "rule_status"
	switch rule.Status {
	case alicloud.RuleDoing:
		return ok(id, "doing")
	case alicloud.RuleStarting:
		return warn(id, "Wait; a rule takes 3 to 5 minutes to start.", "the rule is starting and copies nothing yet")
	case alicloud.RuleClosing:
		return fail(id, "Wait until it is gone, then create it again.", "the rule is closing")
	}
	return unknown(id, "Look at the rule in the console.", "the rule is %q", rule.Status)
}

func (j *judge) ruleRole() Verdict {
	const id = "rule_role"
	given, err := replication.ParseRole(j.pair.Role)
	switch {
	case j.pair.Role == "":
		return unknown(id, "OSS may leave the role out of its answers; srr_rule keeps it in its state.", "the service does not say which role the rule has")
	case err != nil || !given.Same(j.actor):
		return fail(id, replaceAdvice, "the rule has the role %s instead of %s", j.pair.Role, j.Role.Name)
	}
	return ok(id, "the rule has the role %s", j.pair.Role)
}

// ruleKey: a bare id names a key of the role's account and copies nothing across
// accounts.
func (j *judge) ruleKey() Verdict {
	const id = "rule_key"
	has := ""
	if j.pair.ReplicateKMS {
		has = j.pair.ReplicaKMSKeyID
	}
	_, err := replication.ParseKeyARN(has)
	switch {
	case has != "" && err != nil:
		return fail(id, "Use the key's ARN in the rule.", "the rule has the key %s, which names no key of another account", has)
	case j.ReplicaKey != nil && has == "":
		return fail(id, replaceAdvice, "the rule skips objects encrypted with KMS; wanted is the key %s", j.ReplicaKey.ARN())
	case j.ReplicaKey != nil && has != j.ReplicaKey.ARN():
		return fail(id, replaceAdvice, "the rule has the key %s instead of %s", has, j.ReplicaKey.ARN())
	case has == "":
		return ok(id, "the rule has no replica key")
	}
	return ok(id, "the rule has the key %s", has)
}

func (j *judge) ruleHistory() Verdict {
	const id = "rule_history"
	copies := "copies only objects from after its creation"
	if j.pair.ReplicateHistory {
		copies = "copies objects from before its creation as well"
	}
	if j.History != nil && *j.History != j.pair.ReplicateHistory {
		return fail(id, replaceAdvice, "the rule %s", copies)
	}
	return ok(id, "the rule %s", copies)
}

func (j *judge) ruleDeletes() Verdict {
	const id = "rule_deletes"
	repeats := "does not repeat deletions"
	if repeatsDeletes(j.pair.Action) {
		repeats = "repeats deletions"
	}
	if j.Deletes != nil && *j.Deletes != repeatsDeletes(j.pair.Action) {
		return fail(id, replaceAdvice, "the rule %s", repeats)
	}
	return ok(id, "the rule %s", repeats)
}

func (j *judge) rulePrefixes() Verdict {
	const id = "rule_prefixes"
	has, want := sorted(j.pair.Prefixes), sorted(j.Prefixes)
	shown := strings.Join(has, ", ")
	switch {
	case slices.Equal(has, want) && len(has) == 0:
		return ok(id, "the whole bucket")
	case slices.Equal(has, want):
		return ok(id, "only keys under %s, as wanted", shown)
	case len(want) == 0:
		return warn(id, "Give the check the prefixes that are wanted, or let srr_rule replace the rule.", "only keys under %s are copied", shown)
	case len(has) == 0:
		return fail(id, replaceAdvice, "the rule copies the whole bucket, not only keys under %s", strings.Join(want, ", "))
	}
	return fail(id, replaceAdvice, "the rule copies keys under %s, wanted are those under %s", shown, strings.Join(want, ", "))
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	sort.Strings(list)
	return list
}

func (j *judge) ruleTags() Verdict {
	const id = "rule_tags"
	match, has := replication.MatchAll, []replication.Tag{}
	if j.pair.TagFilter != nil {
		if j.pair.TagFilter.Match == alicloud.TagsAny {
			match = replication.MatchAny
		}
		for _, t := range j.pair.TagFilter.Tags {
			has = append(has, replication.Tag{Key: t.Key, Value: t.Value})
		}
	}
	seen, want := tagText(match, has), tagText(j.TagMatch, j.Tags)
	switch {
	case seen == "" && want == "":
		return ok(id, "objects with any tags")
	case seen == want:
		return ok(id, "only objects with %s, as wanted", seen)
	case want == "":
		return warn(id, "Give the check the tag filter that is wanted, or let srr_rule replace the rule.", "only objects with %s are copied", seen)
	case seen == "":
		return fail(id, replaceAdvice, "the rule copies all objects, not only those with %s", want)
	}
	return fail(id, replaceAdvice, "the rule copies objects with %s, wanted are those with %s", seen, want)
}

// tagText is equal for filters of equal meaning, "" without tags.
func tagText(match replication.Match, tags []replication.Tag) string {
	var list []string
	for _, t := range tags {
		list = append(list, t.Key+"="+t.Value)
	}
	switch {
	case len(list) == 0:
		return ""
	case len(list) == 1:
		return list[0]
	}
	return string(match) + " of " + strings.Join(sorted(list), ", ")
}

// topology judges the rules around the pair.
func (j *judge) topology() []Verdict {
	return []Verdict{j.chain(), j.loop(), j.sourceLimit(), j.destinationLimit()}
}

// chain: an object that arrived by replication is not replicated onward (OSS
// replication page, 2026).
func (j *judge) chain() Verdict {
	const id = "chain"
	const advice = "Replicate from the first bucket to each destination; OSS does not pass replicas on."
	f := j.facts.Neighbours
	var into, onward []string
	for bucket, rules := range f.Value.Rules {
		if leadsTo(rules, j.SourceBucket) {
			into = append(into, bucket)
		}
	}
	for _, r := range j.facts.Onward.Value {
		if r.DestinationBucket != j.SourceBucket {
			onward = append(onward, r.DestinationBucket)
		}
	}
	switch {
	case len(into) > 0:
		return warn(id, advice, "objects that arrive in %s from %s are not copied to %s", j.SourceBucket, strings.Join(sorted(into), ", "), j.DestinationBucket)
	case len(onward) > 0:
		return warn(id, advice, "objects that arrive in %s are not copied on to %s", j.DestinationBucket, strings.Join(sorted(onward), ", "))
	case !f.Known():
		return unseen(id, f)
	case f.Value.Unread > 0:
		return unknown(id, "Allow the provider's identity oss:GetBucketReplication on all buckets.", "the rules of %d buckets of the account were not read", f.Value.Unread)
	}
	return ok(id, "none among the rules that this account can see")
}

func leadsTo(rules []alicloud.Rule, destination string) bool {
	return slices.ContainsFunc(rules, func(r alicloud.Rule) bool { return r.DestinationBucket == destination })
}

// loop: two buckets may replicate to each other.
func (j *judge) loop() Verdict {
	const id = "loop"
	switch f := j.facts.Onward; {
	case !f.Known():
		return unseen(id, f)
	case leadsTo(f.Value, j.SourceBucket):
		return warn(id, "Make sure that both directions are wanted; overwriting in both buckets loses one version.", "bucket %s has a rule back to %s", j.DestinationBucket, j.SourceBucket)
	}
	return ok(id, "bucket %s has no rule back to %s", j.DestinationBucket, j.SourceBucket)
}

func (j *judge) sourceLimit() Verdict {
	return j.limit("source_rule_limit", j.SourceBucket, j.facts.Rules, j.facts.Onward)
}

func (j *judge) destinationLimit() Verdict {
	return j.limit("destination_rule_limit", j.DestinationBucket, j.facts.Onward, j.facts.Rules)
}

// limit counts the rules from and to a bucket that can be seen; closing ones
// count (OSS PutBucketReplication page, 2026-03).
func (j *judge) limit(id, bucket string, from, to Fact[[]alicloud.Rule]) Verdict {
	if j.pair != nil {
		return ok(id, "the rule exists")
	}
	count := len(from.Value)
	for _, rules := range j.facts.Neighbours.Value.Rules {
		count += rulesTo(rules, bucket)
	}
	count += rulesTo(to.Value, bucket)
	switch {
	case count >= replication.MaxRulesPerBucket:
		return fail(id, "Delete rules that are no longer used, or ask support for a higher limit.", "bucket %s has %d rules, as many as a bucket may have", bucket, count)
	case !from.Known():
		return unseen(id, from)
	}
	return ok(id, "%d of %d rules that this account can see", count, replication.MaxRulesPerBucket)
}

func rulesTo(rules []alicloud.Rule, destination string) (count int) {
	for _, r := range rules {
		if r.DestinationBucket == destination {
			count++
		}
	}
	return count
}
