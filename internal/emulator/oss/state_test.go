package oss_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// busyWorld has one of everything.
func busyWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.versioned("Enabled")
	w.put("old", "old", "x-oss-meta-a: 1", "x-oss-tagging: k=v", "Content-Type: text/plain")
	w.rule(`<Action>ALL</Action><PrefixSet><Prefix>o</Prefix><Prefix>n</Prefix></PrefixSet>` + forKMS)
	w.clock.Advance(5 * time.Minute)
	w.put("new", "new", "x-oss-server-side-encryption: KMS", "x-oss-server-side-encryption-key-id: k")
	id := w.put("none", "none").Header().Get("x-oss-version-id")
	w.service.Replicate()
	w.must(200, target, "PUT /dst/?policy", strings.Replace(targetGrant, `,"oss:ReplicateDelete"`, "", 1))
	w.must(204, source, "DELETE /src/none?versionId="+id, "")
	w.must(200, source, "POST /src/upload?uploads", "")
	return w
}

func TestState_roundTrip(t *testing.T) {
	w := busyWorld(t)
	before := w.service.State()
	text, err := json.Marshal(before)
	if err != nil {
		t.Fatal(err)
	}
	var read oss.State
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	other := newWorld(t)
	other.clock.Set(w.clock.Now())
	if err := other.service.Load(read); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, other.service.State(), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("state changed on its way (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(w.service.Explain(), other.service.Explain()); diff != "" {
		t.Errorf("explanations changed (-before +after):\n%s", diff)
	}
	other.must(200, target, "PUT /dst/?policy", targetGrant)
	if got := other.arrived("none"); got != "" {
		t.Errorf("a pending deletion was lost: %q", got)
	}
	if got := other.arrived("old"); got != "old" {
		t.Errorf("a replica was lost: %q", got)
	}
}

func TestState_isACopy(t *testing.T) {
	w := busyWorld(t)
	state := w.service.State()
	for i := range state.Buckets {
		state.Buckets[i].Policy = ""
		for k := range state.Buckets[i].Objects {
			state.Buckets[i].Objects[k].Metadata["a"] = "changed"
		}
	}
	if got := w.must(200, source, "HEAD /src/old", "").Header().Get("x-oss-meta-a"); got != "1" {
		t.Errorf("metadata %q", got)
	}
}

func TestLoad_fillsIn(t *testing.T) {
	w := newWorld(t)
	var state oss.State
	text := `{"buckets":[{"name":"src","owner":"1000000000000001","region":"cn-hangzhou",
		"objects":[{"key":"a","data":"aGVsbG8="}],"rules":[{"id":"r","destination":"dst","role":"Mirror","replicate_history":true}]},
		{"name":"dst","owner":"2000000000000002","region":"cn-hangzhou","policy":` + quote(targetGrant) + `}]}`
	if err := json.Unmarshal([]byte(text), &state); err != nil {
		t.Fatal(err)
	}
	if err := w.service.Load(state); err != nil {
		t.Fatal(err)
	}
	head := w.must(200, source, "HEAD /src/a", "").Header()
	if head.Get("ETag") != `"5D41402ABC4B2A76B9719D911017C592"` || head.Get("Last-Modified") != "Tue, 10 Mar 2026 08:00:00 GMT" {
		t.Errorf("headers %v", head)
	}
	w.clock.Advance(3 * time.Minute)
	if got := w.arrived("a"); got != "hello" {
		t.Errorf("copy is %q: %s", got, w.explained("a"))
	}
}

func quote(s string) string {
	text, _ := json.Marshal(s) //nolint:errchkjson // a string can always be written
	return string(text)
}

func TestLoad_refusesNonsense(t *testing.T) {
	good := oss.Bucket{Name: "src", Owner: sourceUID, Region: "cn-hangzhou"}
	change := func(f func(*oss.Bucket)) []oss.Bucket {
		b := good
		f(&b)
		return []oss.Bucket{b}
	}
	objects := func(list ...oss.Object) []oss.Bucket { return change(func(b *oss.Bucket) { b.Objects = list }) }
	rules := func(list ...oss.Rule) []oss.Bucket { return change(func(b *oss.Bucket) { b.Rules = list }) }
	for name, buckets := range map[string][]oss.Bucket{
		"name":           change(func(b *oss.Bucket) { b.Name = "A" }),
		"twice":          {good, good},
		"owner":          change(func(b *oss.Bucket) { b.Owner = "me" }),
		"no region":      change(func(b *oss.Bucket) { b.Region = "" }),
		"location":       change(func(b *oss.Bucket) { b.Region = "oss-cn-hangzhou" }),
		"versioning":     change(func(b *oss.Bucket) { b.Versioning = "on" }),
		"acl":            change(func(b *oss.Bucket) { b.ACL = "mine" }),
		"storage class":  change(func(b *oss.Bucket) { b.StorageClass = "Gold" }),
		"policy":         change(func(b *oss.Bucket) { b.Policy = "{" }),
		"encryption":     change(func(b *oss.Bucket) { b.Encryption = &oss.Encryption{Algorithm: "x"} }),
		"upload":         change(func(b *oss.Bucket) { b.Uploads = []oss.Upload{{}} }),
		"no key":         objects(oss.Object{}),
		"same version":   objects(oss.Object{Key: "a"}, oss.Object{Key: "a"}),
		"version id":     objects(oss.Object{Key: "a", VersionID: "x"}),
		"tags":           objects(oss.Object{Key: "a", Tags: []oss.Tag{{}}}),
		"object class":   objects(oss.Object{Key: "a", StorageClass: "Gold"}),
		"object acl":     objects(oss.Object{Key: "a", ACL: "mine"}),
		"object cipher":  objects(oss.Object{Key: "a", Encryption: &oss.Encryption{}}),
		"rule id":        rules(oss.Rule{Destination: "dst"}),
		"same rule":      rules(oss.Rule{ID: "1", Destination: "dst"}, oss.Rule{ID: "1", Destination: "other"}),
		"rule to itself": rules(oss.Rule{ID: "1", Destination: "src"}),
		"no destination": rules(oss.Rule{ID: "1"}),
		"action":         rules(oss.Rule{ID: "1", Destination: "dst", Action: "SET"}),
		"tag filter":     rules(oss.Rule{ID: "1", Destination: "dst", TagFilter: &oss.TagFilter{}}),
		"no replica key": rules(oss.Rule{ID: "1", Destination: "dst", ReplicateKMS: true}),
	} {
		w := newWorld(t)
		if err := w.service.Load(oss.State{Buckets: buckets}); err == nil {
			t.Errorf("%s: no error", name)
		}
		w.must(200, source, "GET /src/?bucketInfo", "")
		w.must(200, target, "GET /dst/?policy", "")
	}
}
