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
			if id == "rule_tags" && len(j.Tags) > 0 && j.facts.Source.Known() && !j.versioned() {
				verdicts = append(verdicts, warn(id, "Enable versioning on both buckets, or leave the tag filter out.",
					"OSS may refuse a rule with a tag filter, because bucket %s has no versioning", j.SourceBucket))
				continue
			}
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
	switch {
	case j.History == nil || *j.History == j.pair.ReplicateHistory: // as wanted
	case *j.History:
		return fail(id, replaceAdvice, "the rule %s", copies)
	default:
		return warn(id, replaceAdvice, "the rule does more than is wanted: it %s", copies)
	}
	return ok(id, "the rule %s", copies)
}

func (j *judge) ruleDeletes() Verdict {
	const id = "rule_deletes"
	repeats := "does not repeat deletions"
	if repeatsDeletes(j.pair.Action) {
		repeats = "repeats deletions"
	}
	switch {
	case j.Deletes == nil || *j.Deletes == repeatsDeletes(j.pair.Action): // as wanted
	case *j.Deletes:
		return fail(id, replaceAdvice, "the rule %s", repeats)
	default:
		return warn(id, replaceAdvice, "the rule does more than is wanted: it %s", repeats)
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
		return warn(id, replaceAdvice, "the rule copies the whole bucket, not only keys under %s", strings.Join(want, ", "))
	case coversPrefixes(has, want):
		return warn(id, replaceAdvice, "the rule copies keys under %s, more than those under %s", shown, strings.Join(want, ", "))
	}
	return fail(id, replaceAdvice, "the rule copies keys under %s, wanted are those under %s", shown, strings.Join(want, ", "))
}

// coversPrefixes says that a rule copies every key that is wanted.
func coversPrefixes(has, want []string) bool {
	for _, prefix := range want {
		if !slices.ContainsFunc(has, func(wider string) bool { return strings.HasPrefix(prefix, wider) }) {
			return false
		}
	}
	return true
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	sort.Strings(list)
	return list
}
