package policy_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
)

func addDocuments(f *testing.F) {
	for seed := range uint64(20) {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 7)), kind: policy.Kind(seed % 2)}
		f.Add(seed%2 == 1, g.document().raw)
	}
	for _, raw := range []string{
		"", "{}", doc(exactBucket), doc(joined), doc(ownerKey, exactKey), `{"Version":"1","Version":"1"}`, `{"Version":"1","Statement":{}}`,
		`{"Version":"1","Statement":[{"Principal":{"RAM":[]},"Action":"\ud800"}]}`, `{"Version":"1","a":[1e9,-0.0,true,null]}`,
	} {
		f.Add(false, raw)
		f.Add(true, raw)
	}
}

func grantOf(key bool) policy.Grant {
	if key {
		return keyGrant()
	}
	return bucketGrant()
}

// FuzzParse wants what can be parsed to be JSON that the canonical form can read
// too, and questions about it to be answered.
func FuzzParse(f *testing.F) {
	addDocuments(f)
	f.Fuzz(func(t *testing.T, key bool, raw string) {
		g := grantOf(key)
		d, err := policy.Parse(g.Kind, []byte(raw))
		if err != nil {
			if d != nil {
				t.Error("an unreadable document was returned")
			}
			return
		}
		if _, err := policy.Canonical([]byte(raw)); raw != "" && (err != nil || !json.Valid([]byte(raw))) {
			t.Errorf("%q: parsed, but %v", raw, err)
		}
		found := d.Find(g)
		if found.Present != (found.Projection != "") || found.Exact != (found.Projection == policy.Projection(g)) {
			t.Errorf("%q: %+v", raw, found)
		}
		d.Evaluate(policy.Question{Principal: g.Principal, Action: g.Actions[0], Resource: g.Resources[0]})
	})
}

// FuzzPutRemove wants every change to be readable, and the way back to lead to
// the same text.
func FuzzPutRemove(f *testing.F) {
	addDocuments(f)
	f.Fuzz(func(t *testing.T, key bool, raw string) {
		g := grantOf(key)
		d, err := policy.Parse(g.Kind, []byte(raw))
		if err != nil || len(raw) > 8000 {
			return
		}
		added, err := d.Put(g)
		if err != nil {
			t.Fatalf("%q: %v", raw, err)
		}
		after, err := policy.Parse(g.Kind, added.Raw)
		if err != nil || !after.Find(g).Exact {
			t.Fatalf("%q: %v\n%s", raw, err, added.Raw)
		}
		removed, err := after.Remove(g)
		if err != nil || !removed.Changed {
			t.Fatalf("%q: %v\n%s", raw, err, added.Raw)
		}
		last := removed.Empty || removed.DefaultRestored
		if !d.Find(g).Present && !last && d.Statements() > 0 && string(removed.Raw) != raw {
			t.Errorf("%q came back as %q", raw, removed.Raw)
		}
	})
}
