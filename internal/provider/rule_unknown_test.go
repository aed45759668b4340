package provider_test

import (
	"strings"
	"testing"
)

// late is a value that the apply learns.
func late(value string) string {
	return "resource \"terraform_data\" \"late\" {\n  input = \"" + value + "\"\n}\n"
}

func tagBlocks(count int, more string) string {
	return "{\n match = \"any\"\n tags = [" + many(count, "{ key = \"k%02d\", value = \"v\" }") + more + "]\n}"
}

// Elements of a set that are unknown may turn out equal to others.
func TestRule_unknownElementsAreNotCounted(t *testing.T) {
	prefixes := func(count int) arguments {
		return arguments{"prefixes": "[" + many(count, `"p%02d/"`) + ", terraform_data.late.output]"}
	}
	tags := func(count int) arguments {
		return arguments{"tag_filter": tagBlocks(count, ", { key = \"k00\", value = terraform_data.late.output }")}
	}
	t.Run("equal ones", func(t *testing.T) {
		d := ruleTest(t)
		d.write(late("p00/") + ruleBlock("a", prefixes(10))).apply().ok()
		if got := len(d.cloud.onlyRule().Prefixes); got != 10 {
			t.Errorf("the rule has %d prefixes, want 10", got)
		}
		d.destroy().ok()
		d.write(late("v") + ruleBlock("a", tags(10))).apply().ok()
		d.plan().empty()
	})
	t.Run("one too many", func(t *testing.T) {
		d := ruleTest(t)
		d.write(late("q/") + ruleBlock("a", prefixes(10))).plan().ok()
		d.apply().fails("Too many prefixes", "11 prefixes are given, OSS accepts 10")
		d.write(late("w") + ruleBlock("a", tags(10))).plan().ok()
		d.apply().fails("Invalid tag filter", "holds 11 tags, allowed are 1 to 10")
		if got := d.cloud.ruleWrites(); got != 0 {
			t.Errorf("%d rules were sent", got)
		}
	})
	t.Run("too many known ones", func(t *testing.T) {
		d := ruleTest(t)
		d.write(late("q/") + ruleBlock("a", prefixes(11))).plan().fails("11 prefixes are given, OSS accepts 10")
		d.write(late("w") + ruleBlock("a", tags(11))).plan().fails("holds 11 tags, allowed are 1 to 10")
	})
}

func TestRule_knownPartsOfTagsAreCheckedBesideUnknownOnes(t *testing.T) {
	d := ruleTest(t)
	for text, tag := range map[string]string{
		"tag key \"a&b\" may hold only":   `{ key = "a&b", value = "x" }`,
		"tag key \"c&d\" may hold only":   `{ key = "c&d", value = terraform_data.late.output }`,
		"tag value \"e&f\" may hold only": `{ key = terraform_data.late.output, value = "e&f" }`,
		"tag value has 257 characters":    `{ key = terraform_data.late.output, value = "` + strings.Repeat("v", 257) + `" }`,
	} {
		d.write(late("x")+ruleBlock("a", arguments{"tag_filter": tagBlocks(2, ", { key = \"k\", value = terraform_data.late.output }, "+tag)})).plan().fails("Invalid tag", text)
	}
}

// A note of a plan that did not know a value binds no later plan, unless that one
// could be its apply. Then the message says so, and is said once.
func TestRule_planWithoutReadingAfterOneWithUnknownValues(t *testing.T) {
	d := ruleTest(t, more)
	d.write(ruleBlock("a")).apply().ok()
	d.write(lateDestination()).plan().ok()
	d.write(ruleBlock("a", arguments{"replicate_deletes": "true"})).plan("-refresh=false").plans("a replace")
	d.write(lateDestination()).plan().ok()
	both := arguments{"replicate_deletes": "true", "destination_bucket": `"orders-b"`}
	d.write(ruleBlock("a", both)).plan("-refresh=false").plans("a replace")
	d.write(lateDestination()).plan().ok()
	d.write(ruleBlock("a", arguments{"destination_bucket": `"orders-b"`})).plan("-refresh=false").
		fails("A rule cannot be changed", "an earlier plan of this machine may be meant")
	d.plan("-refresh=false").plans("a replace")
}
