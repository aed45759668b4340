package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// randomRule is a rule for a destination of its own.
func randomRule(random *rand.Rand, destination string) arguments {
	a := arguments{
		"destination_bucket": fmt.Sprintf("%q", destination),
		"role":               fmt.Sprintf("\"role-%d\"", random.IntN(3)),
		"replicate_history":  fmt.Sprint(random.IntN(2) == 0),
	}
	if n := random.IntN(4); n > 0 {
		a["prefixes"] = "[" + many(n, `"p%d/"`) + "]"
	}
	switch random.IntN(3) {
	case 0:
		a["replicate_deletes"] = "true"
	case 1:
		a["tag_filter"] = tagFilter([]string{"all", "any"}[random.IntN(2)], strings.Split(many(1+random.IntN(10), "k%d|v"), ", ")...)
	}
	return a
}

// snapshot is what the source bucket's rules are, by destination, without what
// replication itself writes down.
func (c testCloud) snapshot() map[string]string {
	c.t.Helper()
	seen := map[string]string{}
	for _, r := range c.rules() {
		r.Handled, r.Deletions = nil, nil
		text, err := json.Marshal(r)
		if err != nil {
			c.t.Fatal(err)
		}
		seen[r.Destination] = string(text)
	}
	return seen
}

func TestRule_changingOneNeverChangesAnother(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 5))
			var strangers []oss.Rule
			for i := range 3 {
				strangers = append(strangers, oss.Rule{ID: fmt.Sprintf("hand-%d", i), Destination: fmt.Sprintf("by-hand-%d", i), Prefixes: []string{"p0/"}})
			}
			d := ruleTest(t, existing(strangers...), func(w *emulator.World) {
				for i := range 5 {
					w.OSS.Buckets = append(w.OSS.Buckets, oss.Bucket{Name: fmt.Sprintf("to-%d", i), Owner: emulator.DestinationAccount, Region: emulator.Region})
				}
			})
			managed := map[string]arguments{}
			for step := range 6 {
				before := d.cloud.snapshot()
				touched := fmt.Sprintf("to-%d", random.IntN(5))
				if _, there := managed[touched]; there && random.IntN(3) == 0 {
					delete(managed, touched)
				} else {
					managed[touched] = randomRule(random, touched)
				}
				var body strings.Builder
				for _, name := range slices.Sorted(maps.Keys(managed)) {
					body.WriteString(ruleBlock(name, managed[name]))
				}
				if got := d.write(body.String()).apply(); got.exit != 0 {
					t.Fatalf("step %d: %s", step, got.said())
				}
				d.plan().empty()
				after := d.cloud.snapshot()
				if _, want := managed[touched]; want != (after[touched] != "") {
					t.Fatalf("step %d: the rule to %s should be there: %v", step, touched, want)
				}
				delete(before, touched)
				delete(after, touched)
				if !maps.Equal(before, after) {
					t.Fatalf("step %d changed other rules:\n%v\n%v", step, before, after)
				}
			}
			if got := d.destroy(); got.exit != 0 {
				t.Fatal(got.said())
			}
			if left := d.cloud.rules(); len(left) != len(strangers) {
				t.Errorf("left are %v", left)
			}
		})
	}
}
