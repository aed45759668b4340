package check

import (
	"slices"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

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
		return warn(id, replaceAdvice, "the rule copies all objects, not only those with %s", want)
	case coversTags(match, has, j.TagMatch, j.Tags):
		return warn(id, replaceAdvice, "the rule copies objects with %s, more than those with %s", seen, want)
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

// coversTags says that every object that the wanted filter takes has the tags of
// the rule.
func coversTags(match replication.Match, has []replication.Tag, wantMatch replication.Match, want []replication.Tag) bool {
	in := func(list []replication.Tag) func(replication.Tag) bool {
		return func(t replication.Tag) bool { return slices.Contains(list, t) }
	}
	every := func(list, of []replication.Tag) bool {
		return !slices.ContainsFunc(list, func(t replication.Tag) bool { return !in(of)(t) })
	}
	ruleAny, wantAny := match == replication.MatchAny && len(has) > 1, wantMatch == replication.MatchAny && len(want) > 1
	switch {
	case ruleAny && wantAny:
		return every(want, has)
	case ruleAny:
		return slices.ContainsFunc(want, in(has))
	case wantAny:
		return false
	}
	return every(has, want)
}
