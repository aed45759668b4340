package replication_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

func TestCheckPrefix(t *testing.T) {
	for prefix, good := range map[string]bool{
		"logs/": true, "a": true, strings.Repeat("x", 1023): true, "ä/": true, "orders": true,
		"": false, "a\x01": false, "a\uffff": false, "a\t\U0001F600": true, "logs/*": false, "orders/logs/": false, strings.Repeat("x", 1024): false,
		strings.Repeat("ä", 512): false, "\xff": false,
	} {
		if err := replication.CheckPrefix(prefix, "orders"); (err == nil) != good {
			t.Errorf("%.20q: %v", prefix, err)
		}
	}
}

func TestNestedPrefixes(t *testing.T) {
	if outer, inner, found := replication.NestedPrefixes([]string{"z", "source/video", "a", "source"}); !found || outer != "source" || inner != "source/video" {
		t.Errorf("got %q %q %v", outer, inner, found)
	}
	if _, _, found := replication.NestedPrefixes([]string{"a", "a"}); !found {
		t.Error("equal prefixes contain each other")
	}
	if _, _, found := replication.NestedPrefixes([]string{"source1", "source2", "ab", "ac"}); found {
		t.Error("siblings are not nested")
	}
}

func TestCheckTags(t *testing.T) {
	twice := []replication.Tag{{Key: "k", Value: "1"}, {Key: "k", Value: "2"}}
	if replication.CheckTags(replication.MatchAll, twice) == nil {
		t.Error("one key twice with all accepted")
	}
	if err := replication.CheckTags(replication.MatchAny, twice); err != nil {
		t.Error(err)
	}
	if replication.CheckTags(replication.MatchAny, nil) == nil {
		t.Error("an empty filter accepted")
	}
	if replication.CheckTags(replication.MatchAny, make([]replication.Tag, 11)) == nil {
		t.Error("11 tags accepted")
	}
	for _, tag := range []replication.Tag{{Key: ""}, {Key: "a*"}, {Key: "a", Value: "?"}, {Key: strings.Repeat("k", 129)}, {Key: "k", Value: strings.Repeat("v", 257)}} {
		if checkTag(tag) == nil {
			t.Errorf("%.20v accepted", tag)
		}
	}
	if err := checkTag(replication.Tag{Key: "team + a-b=c.d_e:f/g", Value: ""}); err != nil {
		t.Error(err)
	}
}

func TestRule_differences(t *testing.T) {
	base := replication.Rule{
		SourceBucket: "src", DestinationBucket: "dst", Role: "oss-Srr", History: true,
		Prefixes: []string{"a/", "b/"}, TagMatch: replication.MatchAll,
		Tags: []replication.Tag{{Key: "k", Value: "v"}, {Key: "l", Value: "w"}},
	}
	same := base
	same.Role = "acs:ram::" + uid + ":role/oss-srr"
	same.Prefixes = []string{"b/", "a/"}
	same.Tags = []replication.Tag{{Key: "l", Value: "w"}, {Key: "k", Value: "v"}}
	same.ID, same.Location = "other", "oss-cn-hangzhou"
	if d := base.Differences(same); len(d) != 0 {
		t.Errorf("spelling and order counted as differences: %v", d)
	}
	silent := base
	silent.Role = ""
	if d := base.Differences(silent); len(d) != 0 {
		t.Errorf("an omitted role counted as a difference: %v", d)
	}
	other := replication.Rule{SourceBucket: "s", DestinationBucket: "d", Role: "r", Deletes: true, ReplicaKeyID: "k"}
	want := []string{"source_bucket", "destination_bucket", "role", "replicate_history", "replicate_deletes", "prefixes", "tag_filter", "replica_kms_key_id"}
	if d := base.Differences(other); !slices.Equal(d, want) {
		t.Errorf("got %v, want %v", d, want)
	}
	anyTag := base
	anyTag.TagMatch = replication.MatchAny
	if d := base.Differences(anyTag); !slices.Equal(d, []string{"tag_filter"}) {
		t.Errorf("all against any: %v", d)
	}
}

func checkTag(t replication.Tag) error {
	return errors.Join(replication.CheckTagKey(t.Key), replication.CheckTagValue(t.Value))
}
