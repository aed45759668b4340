package provider_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// arguments of a rule resource, as they stand in the configuration.
type arguments map[string]string

// ruleBlock is a rule from orders to orders-backup; changes replace arguments,
// or leave them out where they are "".
func ruleBlock(name string, changes ...arguments) string {
	all := arguments{
		"source_bucket": `"orders"`, "destination_bucket": `"orders-backup"`, "role": `"oss-srr-orders"`, "replicate_history": "true",
	}
	for _, c := range changes {
		maps.Copy(all, c)
	}
	var b strings.Builder
	b.WriteString("resource \"srr_rule\" \"" + name + "\" {\n")
	for _, key := range slices.Sorted(maps.Keys(all)) {
		switch {
		case key == "lifecycle":
			b.WriteString("  lifecycle {\n    " + all[key] + "\n  }\n")
		case all[key] != "":
			b.WriteString("  " + key + " = " + all[key] + "\n")
		}
	}
	b.WriteString("}\n")
	return b.String()
}

// silent accepts rules whose role does not work, so that a test of rules needs
// nothing else.
func silent(w *emulator.World) { w.Switches.SilentCreate = true }

// more adds destinations of the other account: orders-b and orders-c.
func more(w *emulator.World) {
	for _, name := range []string{"orders-b", "orders-c"} {
		w.OSS.Buckets = append(w.OSS.Buckets, oss.Bucket{Name: name, Owner: emulator.DestinationAccount, Region: emulator.Region})
	}
}

// existing puts rules into the source bucket; what a rule does not name is as in
// ruleBlock.
func existing(rules ...oss.Rule) func(*emulator.World) {
	return func(w *emulator.World) {
		b := bucketOf(w, emulator.SourceBucket)
		for _, r := range rules {
			if r.ID == "" {
				r.ID = "stranger"
			}
			if r.Destination == "" {
				r.Destination = emulator.DestinationBucket
			}
			if r.Location == "" {
				r.Location = "oss-" + emulator.Region
			}
			if r.Role == "" {
				r.Role = "oss-srr-orders"
			}
			if r.Action == "" {
				r.Action = "PUT"
			}
			b.Rules = append(b.Rules, r)
		}
	}
}

func bucketOf(w *emulator.World, name string) *oss.Bucket {
	for i := range w.OSS.Buckets {
		if w.OSS.Buckets[i].Name == name {
			return &w.OSS.Buckets[i]
		}
	}
	return nil
}

// rules are those of the source bucket that are not closing, by id.
func (c testCloud) rules() map[string]oss.Rule {
	c.t.Helper()
	world := c.World()
	found := map[string]oss.Rule{}
	for _, r := range bucketOf(&world, emulator.SourceBucket).Rules {
		if r.Closed.IsZero() {
			found[r.ID] = r
		}
	}
	return found
}

// onlyRule is the one rule that is not closing.
func (c testCloud) onlyRule() oss.Rule {
	c.t.Helper()
	found := c.rules()
	if len(found) != 1 {
		c.t.Fatalf("the bucket has the rules %v, want one", slices.Collect(maps.Keys(found)))
	}
	for _, r := range found {
		return r
	}
	return oss.Rule{}
}

// ruleWrites counts the calls that change rules.
func (c testCloud) ruleWrites() int {
	return c.calls("PutBucketReplication") + c.calls("DeleteBucketReplication")
}

func ruleTest(t *testing.T, changes ...func(*emulator.World)) terraformDir {
	t.Helper()
	t.Parallel()
	return newCloud(t, append([]func(*emulator.World){silent}, changes...)...).terraform()
}
