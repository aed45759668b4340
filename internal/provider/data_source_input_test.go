package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// dataBlock is a data source with arguments over those that are right.
func dataBlock(kind, name string, changes arguments) string {
	all := map[string]arguments{
		"srr_check":         {"source_bucket": `"orders"`, "destination_bucket": `"orders-backup"`, "role": `"oss-srr-orders"`},
		"srr_bucket":        {"bucket": `"orders"`},
		"srr_rules":         {},
		"srr_rule_progress": {"source_bucket": `"orders"`, "rule_id": `"full"`},
	}[kind]
	maps.Copy(all, changes)
	text := fmt.Sprintf("data %q %q {\n", kind, name)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		text += "  " + key + " = " + all[key] + "\n"
	}
	return text + "}\n"
}

// TestDataSources_nonsenseIsAnArgumentError gives every argument something that
// it cannot be. Each is an error at its line, before any call.
func TestDataSources_nonsenseIsAnArgumentError(t *testing.T) {
	t.Parallel()
	d := newCloud(t).terraform()
	type wrong struct{ kind, argument, value, want string }
	cases := []wrong{
		{"srr_check", "source_bucket", `"Orders"`, "Value is not a bucket name"},
		{"srr_check", "source_bucket", `"o"`, "Value is not a bucket name"},
		{"srr_check", "destination_bucket", `"b b"`, "Value is not a bucket name"},
		{"srr_check", "destination_bucket", `"orders"`, "same bucket"},
		{"srr_check", "role", `"a_b"`, "Value is not a role's name or ARN"},
		{"srr_check", "role", `"acs:ram::1000000000000001:user/x"`, "Value is not a role's name or ARN"},
		{"srr_check", "role", `"acs:ram::1:role/x"`, "Value is not a role's name or ARN"},
		{"srr_check", "role", `"arn:sts::1000000000000001:assumed-role/x/*"`, "Value is not a role's name or ARN"},
		{"srr_check", "replica_kms_key_id", `"alias/x"`, "Value is not the ARN of a KMS key"},
		{"srr_check", "replica_kms_key_id", `"key-hzz1"`, "Value is not the ARN of a KMS key"},
		{"srr_check", "prefixes", `[]`, "at least 1"},
		{"srr_check", "prefixes", `["a", "a/b"]`, "One prefix contains another"},
		{"srr_check", "prefixes", `["a*"]`, "Invalid prefix"},
		{"srr_check", "tag_filter", `{ match = "some", tags = [{ key = "a", value = "" }] }`, "value must be one of"},
		{"srr_check", "tag_filter", `{ match = "all", tags = [] }`, "at least 1"},
		{"srr_check", "tag_filter", `{ match = "all", tags = [{ key = "", value = "" }] }`, "Invalid tag"},
		{"srr_bucket", "bucket", `"-x-"`, "Value is not a bucket name"},
		{"srr_rules", "source_buckets", `["orders", "Orders"]`, "Value is not a bucket name"},
		{"srr_rule_progress", "source_bucket", `"..."`, "Value is not a bucket name"},
		{"srr_rule_progress", "rule_id", `""`, "at least 1"},
	}
	var all strings.Builder
	for i, c := range cases {
		all.WriteString(dataBlock(c.kind, fmt.Sprintf("x%d", i), arguments{c.argument: c.value}))
	}
	said := d.write(all.String()).plan()
	for i, c := range cases {
		address := fmt.Sprintf("data.%s.x%d", c.kind, i)
		found := slices.ContainsFunc(said.problems, func(p diagnostic) bool {
			// Terraform shows no line for a part of an argument; the text names it.
			there := strings.Contains(p.Snippet.Code, c.argument) || strings.Contains(p.Detail, "Attribute "+c.argument+".")
			return p.Address == address && there && strings.Contains(p.Summary+"\n"+p.Detail, c.want)
		})
		if !found {
			t.Errorf("%s with %s = %s is no error at the argument; %s", c.kind, c.argument, c.value, said.said())
		}
	}
	if len(d.cloud.Requests(0)) > 0 {
		t.Errorf("calls were made: %v", d.cloud.Requests(0))
	}
}

// TestRules_areFetchedTogether answers no list before four have been asked for.
func TestRules_areFetchedTogether(t *testing.T) {
	t.Parallel()
	const together, buckets = 4, 12
	cloud := newCloud(t, func(w *emulator.World) {
		for i := range buckets {
			w.OSS.Buckets = append(w.OSS.Buckets, oss.Bucket{
				Name: fmt.Sprintf("many-%02d", i), Owner: emulator.SourceAccount, Region: emulator.Region,
				Rules: []oss.Rule{{ID: "r", Destination: "orders-backup"}},
			})
		}
	})
	arrived, open := make(chan struct{}, 1000), make(chan struct{})
	go func() {
		for range together {
			<-arrived
		}
		close(open)
	}()
	var alone sync.Once
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("replication") {
			arrived <- struct{}{}
			select {
			case <-open:
			case <-time.After(10 * time.Second):
				alone.Do(func() { t.Error("the lists are asked for one after the other") })
			}
		}
		cloud.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	cloud.URL = front.URL
	cloud.run(resource.TestStep{
		Config: "data \"srr_rules\" \"all\" {}\ndata \"srr_rules\" \"one\" {\n  source_buckets = [\"many-07\"]\n}\ndata \"srr_rules\" \"none\" {\n  source_buckets = []\n}\n",
		ConfigStateChecks: []statecheck.StateCheck{
			seen("srr_rules.all", "rules", knownvalue.ListSizeExact(buckets)),
			seen("srr_rules.all", "unreadable", knownvalue.ListSizeExact(0)),
			seen("srr_rules.one", "rules", knownvalue.ListExact([]knownvalue.Check{entry(map[string]knownvalue.Check{"source_bucket": text("many-07"), "rule_id": text("r")})})),
			seen("srr_rules.none", "rules", knownvalue.ListSizeExact(0)),
		},
	})
}
