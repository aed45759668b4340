package policy_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
)

// generatedDocuments is how many documents each of the four runs below tries.
const generatedDocuments = 5000

func TestProperties(t *testing.T) {
	for seed := range uint64(4) {
		kind, grant := policy.BucketPolicy, bucketGrant()
		if seed%2 == 1 {
			kind, grant = policy.KeyPolicy, keyGrant()
		}
		t.Run(fmt.Sprintf("%s %d", kind, seed), func(t *testing.T) {
			t.Parallel()
			g := &generator{Rand: rand.New(rand.NewPCG(seed, 20)), kind: kind}
			for range generatedDocuments {
				if checkProperties(t, g, grant); t.Failed() {
					return
				}
			}
		})
	}
}

func checkProperties(t *testing.T, g *generator, grant policy.Grant) {
	s := g.document()
	before := parse(t, grant.Kind, s.raw)
	added, err := before.Put(grant)
	if err != nil {
		t.Fatalf("%v\n%s", err, s.raw)
	}
	after := parse(t, grant.Kind, string(added.Raw))
	removed, err := after.Remove(grant)
	if err != nil {
		t.Fatalf("%v\n%s", err, s.raw)
	}

	if again, err := after.Put(grant); err != nil || again.Changed {
		t.Errorf("put is not idempotent (%v)\n%s\n%s", err, s.raw, added.Raw)
	}
	found := before.Find(grant)
	if found.Exact == added.Changed {
		t.Errorf("changed %v, but exact %v\n%s", added.Changed, found.Exact, s.raw)
	}
	if !found.Present && !removed.Empty && !removed.DefaultRestored && string(removed.Raw) != s.raw {
		t.Errorf("the document did not come back\n%s\n%s", s.raw, removed.Raw)
	}
	checkForeignBytes(t, s, added, true)
	checkForeignBytes(t, s, removed, false)
	checkForeignDecisions(t, g, s, before, after, removed)
}

// checkForeignBytes wants every foreign statement and unknown field in the
// result, byte for byte and in order. In a joined one our principal may have
// been added.
func checkForeignBytes(t *testing.T, s sample, change policy.Change, mayJoin bool) {
	if !change.Changed {
		return
	}
	if change.Empty && len(s.foreign)+len(s.note) > 0 {
		t.Errorf("what others wrote is gone\n%s", s.raw)
	}
	raw := string(change.Raw)
	if holds(raw, s) {
		return
	}
	pieces := strings.Split(raw, joint)
	for at := 1; mayJoin && at < len(pieces); at++ {
		if holds(strings.Join(pieces[:at], joint)+strings.Join(pieces[at:], joint), s) {
			return
		}
	}
	t.Errorf("what others wrote is gone or moved\n%s\n%s", s.raw, raw)
}

// joint is what joining adds to a list of principals.
const joint = `,"` + ours + `"`

func holds(raw string, s sample) bool {
	rest := raw
	for _, want := range s.foreign {
		_, behind, found := strings.Cut(rest, want)
		if !found {
			return false
		}
		rest = behind
	}
	return strings.Contains(raw, s.note)
}

// checkForeignDecisions asks who may do what, for everybody but us.
func checkForeignDecisions(t *testing.T, g *generator, s sample, before, after *policy.Document, removed policy.Change) {
	left := before
	if !removed.Empty && string(removed.Raw) != s.raw {
		left = parse(t, g.kind, string(removed.Raw))
	}
	for range 5 {
		q := g.question()
		want := before.Evaluate(q)
		if got := after.Evaluate(q); got != want {
			t.Errorf("%+v: %v, was %v\n%s", q, got, want, s.raw)
		}
		ownersOwn := removed.DefaultRestored && strings.Contains(q.Principal, ownerUID)
		if !removed.Empty && !ownersOwn && left != before && left.Evaluate(q) != want {
			t.Errorf("%+v: %v after the removal, was %v\n%s", q, left.Evaluate(q), want, s.raw)
		}
	}
}

func (g *generator) question() policy.Question {
	pick := func(pool ...string) string { return pool[g.IntN(len(pool))] }
	if g.kind == policy.KeyPolicy {
		return policy.Question{
			Principal: pick("acs:ram::5:role/x", "acs:ram::9876543210987654:root", "acs:ram::9876543210987654:user/a", "acs:ram::1234567890123456:role/other"),
			Action:    pick("kms:Decrypt", "kms:Encrypt", "kms:ListKeys"), Resource: "*",
		}
	}
	return policy.Question{
		Principal: pick("*", "250", sourceUID, "arn:sts::5:assumed-role/x/s", "arn:sts::6:assumed-role/y/s", "arn:sts::1234567890123456:assumed-role/other/s",
			"arn:sts::1234567890123456:assumed-role/oss-srr-orders2/s"),
		Action:   pick("oss:ReplicateGet", "oss:ReplicateDelete", "oss:GetObject", "oss:PutObject", "oss:DeleteBucket"),
		Resource: pick("acs:oss:oss-cn-x:9876543210987654:dst", "acs:oss:oss-cn-x:9876543210987654:dst/in/a", "acs:oss:oss-cn-y:9876543210987654:other/a"),
	}
}
