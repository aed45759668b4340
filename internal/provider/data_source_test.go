package provider_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// seen expects one attribute of a data source.
func seen(address, attribute string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue("data."+address, tfjsonpath.New(attribute), want)
}

func text(value string) knownvalue.Check { return knownvalue.StringExact(value) }

// withRules gives the source bucket two rules: one that is doing, with every
// field, and one that is starting and does so for the whole test.
func withRules(w *emulator.World) {
	now := time.Now().UTC()
	w.Time = now
	for i := range w.OSS.Buckets {
		if b := &w.OSS.Buckets[i]; b.Name == emulator.SourceBucket {
			b.Encryption = &oss.Encryption{Algorithm: "KMS", KMSKeyID: emulator.SourceKey}
			b.Rules = []oss.Rule{
				{
					ID: "full", Destination: emulator.DestinationBucket, Action: "PUT", Role: "oss-srr-orders", Prefixes: []string{"b/", "a/"},
					TagFilter:    &oss.TagFilter{Match: "OR", Tags: []oss.Tag{{Key: "keep", Value: "yes"}}},
					ReplicateKMS: true, ReplicaKMSKeyID: emulator.ReplicaKeyARN(), ReplicateHistory: true, Created: now.Add(-time.Hour),
				},
				{ID: "new", Destination: "orders-archive", Created: now.Add(never)},
			}
		}
	}
	w.OSS.Buckets = append(w.OSS.Buckets,
		oss.Bucket{Name: "orders-archive", Owner: emulator.SourceAccount, Region: emulator.Region},
		oss.Bucket{Name: "orders-beijing", Owner: emulator.SourceAccount, Region: "cn-beijing"},
	)
}

func TestDataSources_sayWhatIsThere(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, withRules)
	cloud.run(resource.TestStep{
		Config: `
data "srr_bucket" "orders" { bucket = "orders" }
data "srr_rules" "all" {}
data "srr_rules" "some" { source_buckets = ["orders", "orders-backup", "orders-nowhere"] }
data "srr_rule_progress" "by_id" {
  source_bucket = "orders"
  rule_id       = "full"
}
data "srr_rule_progress" "by_destination" {
  source_bucket      = "orders"
  destination_bucket = "orders-archive"
}`,
		ConfigStateChecks: []statecheck.StateCheck{
			seen("srr_bucket.orders", "owner_id", text(emulator.SourceAccount)),
			seen("srr_bucket.orders", "region", text(emulator.Region)),
			seen("srr_bucket.orders", "location", text("oss-"+emulator.Region)),
			seen("srr_bucket.orders", "versioning", text("")),
			seen("srr_bucket.orders", "sse_algorithm", text("KMS")),
			seen("srr_bucket.orders", "kms_key_id", text(emulator.SourceKey)),
			seen("srr_bucket.orders", "block_public_access", knownvalue.Bool(true)),
			seen("srr_bucket.orders", "acl", text("private")),
			seen("srr_rules.all", "account_id", text(emulator.SourceAccount)),
			seen("srr_rules.all", "rules", knownvalue.ListExact([]knownvalue.Check{
				entry(map[string]knownvalue.Check{"rule_id": text("new"), "obstacle": knownvalue.Null(), "destination_bucket": text("orders-archive"), "status": text("starting"), "prefixes": knownvalue.Null(), "tag_filter": knownvalue.Null(), "replicate_deletes": knownvalue.Bool(true)}),
				entry(map[string]knownvalue.Check{
					"rule_id": text("full"), "destination_bucket": text(emulator.DestinationBucket), "destination_location": text("oss-cn-hangzhou"),
					"role": text("oss-srr-orders"), "status": text("doing"), "action": text("PUT"), "source_bucket": text("orders"),
					"replicate_history": knownvalue.Bool(true), "replicate_deletes": knownvalue.Bool(false),
					"prefixes": knownvalue.SetExact([]knownvalue.Check{text("a/"), text("b/")}), "replica_kms_key_id": text(emulator.ReplicaKeyARN()),
					"tag_filter": entry(map[string]knownvalue.Check{"match": text("any"), "tags": knownvalue.SetExact([]knownvalue.Check{entry(map[string]knownvalue.Check{"key": text("keep"), "value": text("yes")})})}),
				}),
			})),
			seen("srr_rules.all", "unreadable", knownvalue.ListExact([]knownvalue.Check{entry(map[string]knownvalue.Check{"bucket": text("orders-beijing")})})),
			seen("srr_rules.some", "rules", knownvalue.ListSizeExact(2)),
			seen("srr_rules.some", "unreadable", knownvalue.ListExact([]knownvalue.Check{
				entry(map[string]knownvalue.Check{"bucket": text("orders-backup"), "reason": knownvalue.StringRegexp(regexp.MustCompile("AccessDenied"))}),
				entry(map[string]knownvalue.Check{"bucket": text("orders-nowhere"), "reason": knownvalue.StringRegexp(regexp.MustCompile("NoSuchBucket"))}),
			})),
			seen("srr_rule_progress.by_id", "destination_bucket", text(emulator.DestinationBucket)),
			seen("srr_rule_progress.by_id", "status", text("doing")),
			seen("srr_rule_progress.by_id", "history_fraction", knownvalue.Float64Exact(1)),
			seen("srr_rule_progress.by_id", "replicated_up_to", knownvalue.StringRegexp(regexp.MustCompile(`^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$`))),
			seen("srr_rule_progress.by_destination", "rule_id", text("new")),
			seen("srr_rule_progress.by_destination", "status", text("starting")),
			seen("srr_rule_progress.by_destination", "history_fraction", knownvalue.Null()),
			seen("srr_rule_progress.by_destination", "replicated_up_to", knownvalue.Null()),
		},
	})
}

func entry(fields map[string]knownvalue.Check) knownvalue.Check {
	return knownvalue.ObjectPartial(fields)
}

func TestDataSources_badInput(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	for config, want := range map[string]string{
		`data "srr_bucket" "x" { bucket = "orders-backup" }`:                                                                               "Bucket of another account",
		`data "srr_bucket" "x" { bucket = "orders-nowhere" }`:                                                                              "NoSuchBucket",
		`data "srr_bucket" "x" { bucket = "Orders" }`:                                                                                      "not a bucket name",
		`data "srr_rule_progress" "x" { source_bucket = "orders" }`:                                                                        "(?s)rule_id.*destination_bucket",
		"data \"srr_rule_progress\" \"x\" {\n  source_bucket = \"orders\"\n  rule_id = \"a\"\n  destination_bucket = \"orders-backup\"\n}": "(?s)rule_id.*destination_bucket",
		"data \"srr_rule_progress\" \"x\" {\n  source_bucket = \"orders\"\n  destination_bucket = \"orders-backup\"\n}":                    "Rule does not exist",
		"data \"srr_rule_progress\" \"x\" {\n  source_bucket = \"orders\"\n  rule_id = \"gone\"\n}":                                        `(?s)Rule does not exist.*no\s+rule\s+with\s+the\s+id\s+"gone".*srr_rules.*NoSuchReplication`,
	} {
		cloud.run(resource.TestStep{Config: config, ExpectError: regexp.MustCompile(want)})
	}
}

// TestProgress_wrongID is about a bucket that has rules, but none with this id.
func TestProgress_wrongID(t *testing.T) {
	t.Parallel()
	newCloud(t, withRules).run(resource.TestStep{
		Config:      "data \"srr_rule_progress\" \"x\" {\n  source_bucket = \"orders\"\n  rule_id       = \"nope\"\n}",
		ExpectError: regexp.MustCompile(`(?s)Rule does not exist.*rule_id\s+= "nope".*no\s+rule\s+with\s+the\s+id\s+"nope".*NoSuchReplicationRule`),
	})
}

// TestProgress_bothTimes serves both forms of the time that the
// GetBucketReplicationProgress page (2026-03) shows.
func TestProgress_bothTimes(t *testing.T) {
	t.Parallel()
	for _, shown := range []string{"2026-03-04T05:06:07.000Z", "Wed, 04 Mar 2026 05:06:07 GMT"} {
		cloud := newCloud(t)
		front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.Contains(r.URL.RawQuery, "replicationProgress") {
				cloud.ServeHTTP(w, r)
				return
			}
			_, _ = fmt.Fprintf(w, `<ReplicationProgress><Rule><ID>full</ID><Status>doing</Status><Destination><Bucket>orders-backup</Bucket></Destination>`+
				`<Progress><HistoricalObject>0.85</HistoricalObject><NewObject>%s</NewObject></Progress></Rule></ReplicationProgress>`, shown)
		}))
		t.Cleanup(front.Close)
		cloud.URL = front.URL
		cloud.run(resource.TestStep{
			Config: "data \"srr_rule_progress\" \"x\" {\n  source_bucket = \"orders\"\n  rule_id = \"full\"\n}",
			ConfigStateChecks: []statecheck.StateCheck{
				seen("srr_rule_progress.x", "replicated_up_to", text("2026-03-04T05:06:07Z")),
				seen("srr_rule_progress.x", "history_fraction", knownvalue.Float64Exact(0.85)),
			},
		})
	}
}

// TestRules_reasonsStayAsTheyAre: an output that shows why a bucket could not be
// read changes nothing in the next plan.
func TestRules_reasonsStayAsTheyAre(t *testing.T) {
	d := newCloud(t).terraform()
	d.write("data \"srr_rules\" \"some\" {\n  source_buckets = [\"orders-nowhere\", \"orders-backup\"]\n}\noutput \"why\" {\n  value = data.srr_rules.some.unreadable\n}\n").apply().ok()
	d.plan().empty()
	raw, err := os.ReadFile(filepath.Join(d.path, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"GetBucketReplication of bucket orders-nowhere failed with NoSuchBucket (EC 0015-00000101). Create the bucket first",
		"GetBucketReplication of bucket orders-backup failed with AccessDenied (EC 0003-00000001). Grant the caller",
	} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("the state does not say %q but\n%s", want, raw)
		}
	}
}
