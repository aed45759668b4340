package oss_test

import (
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

func TestReplicate_copiesEverythingOfAnObject(t *testing.T) {
	w := newWorld(t)
	w.started("")
	w.clock.Advance(time.Hour)
	put := w.put("dir/a%20b", "hello", "Content-Type: text/plain", "x-oss-meta-who: me", "x-oss-tagging: k=v", "x-oss-object-acl: private")
	w.clock.Advance(time.Hour)

	from, to := w.must(200, source, "HEAD /src/dir/a%20b", ""), w.must(200, target, "HEAD /dst/dir/a%20b", "")
	for _, name := range []string{"ETag", "Last-Modified", "Content-Length", "Content-Type", "Content-Md5", "X-Oss-Hash-Crc64ecma", "X-Oss-Meta-Who", "X-Oss-Tagging-Count", "X-Oss-Storage-Class"} {
		if got, want := to.Header().Get(name), from.Header().Get(name); got != want || want == "" {
			t.Errorf("%s of the replica is %q, of the source %q", name, got, want)
		}
	}
	if got := to.Header().Get("ETag"); got != put.Header().Get("ETag") || got != `"5D41402ABC4B2A76B9719D911017C592"` {
		t.Errorf("ETag %s", got)
	}
	acl := w.must(200, target, "GET /dst/dir/a%20b?acl", "").Body.String()
	if !strings.Contains(acl, "<Grant>private</Grant>") {
		t.Errorf("ACL of the replica: %s", acl)
	}
	if got := w.arrived("dir/a%20b"); got != "hello" {
		t.Errorf("replica is %q", got)
	}
}

func TestReplicate_onlyWhileDoing(t *testing.T) {
	w := newWorld(t)
	id := w.rule("")
	w.put("early", "1")
	w.clock.Advance(3*time.Minute - time.Second)
	if got := w.arrived("early"); got != "" {
		t.Errorf("copied while starting: %q", got)
	}
	w.clock.Advance(time.Second)
	if got := w.arrived("early"); got != "1" {
		t.Errorf("not copied when doing: %q", got)
	}
	w.must(200, source, "POST /src/?replication&comp=delete", "<ReplicationRules><ID>"+id+"</ID></ReplicationRules>")
	w.put("late", "2")
	w.clock.Advance(time.Minute)
	if got := w.arrived("late"); got != "" {
		t.Errorf("copied while closing: %q", got)
	}
}

func TestReplicate_history(t *testing.T) {
	for name, want := range map[string]string{"enabled": "old", "disabled": ""} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.put("old", "old")
			w.started("<HistoricalObjectReplication>" + name + "</HistoricalObjectReplication>")
			w.put("new", "new")
			if got := w.arrived("old"); got != want {
				t.Errorf("historical object is %q, want %q", got, want)
			}
			if got := w.arrived("new"); got != "new" {
				t.Errorf("new object is %q", got)
			}
		})
	}
}

func TestReplicate_selection(t *testing.T) {
	const tags = `<UserTagging><Key>a</Key><Value>1</Value></UserTagging><UserTagging><Key>b</Key><Value>2</Value></UserTagging>`
	tests := map[string]struct {
		rule, key string
		headers   []string
		reason    string // part of the explanation, "" when copied
	}{
		"no filter":             {key: "x"},
		"prefix matches":        {rule: "<PrefixSet><Prefix>in/</Prefix><Prefix>also/</Prefix></PrefixSet>", key: "also/x"},
		"prefix does not match": {rule: "<PrefixSet><Prefix>in/</Prefix></PrefixSet>", key: "out/x", reason: "prefixes"},
		"all tags":              {rule: "<Action>PUT</Action><UserTaggings><FilterType>AND</FilterType>" + tags + "</UserTaggings>", key: "x", headers: []string{"x-oss-tagging: a=1&b=2&c=3"}},
		"all tags, one missing": {rule: "<Action>PUT</Action><UserTaggings><FilterType>AND</FilterType>" + tags + "</UserTaggings>", key: "x", headers: []string{"x-oss-tagging: a=1"}, reason: "tags"},
		"any tag":               {rule: "<Action>PUT</Action><UserTaggings><FilterType>OR</FilterType>" + tags + "</UserTaggings>", key: "x", headers: []string{"x-oss-tagging: b=2"}},
		"any tag, other value":  {rule: "<Action>PUT</Action><UserTaggings><FilterType>OR</FilterType>" + tags + "</UserTaggings>", key: "x", headers: []string{"x-oss-tagging: b=3"}, reason: "tags"},
		"cold archive":          {key: "x", headers: []string{"x-oss-storage-class: ColdArchive"}, reason: "ColdArchive"},
		"archive":               {key: "x", headers: []string{"x-oss-storage-class: Archive"}},
		"AES256":                {key: "x", headers: []string{"x-oss-server-side-encryption: AES256"}},
		"KMS not selected":      {key: "x", headers: []string{"x-oss-server-side-encryption: KMS"}, reason: "KMS"},
		"KMS selected":          {rule: forKMS, key: "x", headers: []string{"x-oss-server-side-encryption: KMS"}},
		"no writes":             {rule: "<Action>DELETE</Action>", key: "x", reason: "action"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.started(test.rule)
			w.put(test.key, "data", test.headers...)
			copied := w.arrived(test.key) == "data"
			reason := w.explained(test.key)
			if copied != (test.reason == "") || !strings.Contains(reason, test.reason) || copied != (reason == "") {
				t.Errorf("copied %v, explained %q, want %q", copied, reason, test.reason)
			}
		})
	}
}

// Every permission on the way, taken away and given back: copying stops and
// goes on without any call to the rule.
func TestReplicate_needsEveryPermission(t *testing.T) {
	without := func(action string) string { return strings.Replace(targetGrant, `"`+action+`"`, `"oss:ListParts"`, 1) }
	type breakage struct {
		broken func(w *world)
		reason string
		kms    bool
		old    bool // concerns historical objects
	}
	policy := func(who string, text string) func(*world) {
		return func(w *world) {
			if who == "src" {
				w.must(200, source, "PUT /src/?policy", text)
				return
			}
			w.must(200, target, "PUT /dst/?policy", text)
		}
	}
	tests := map[string]breakage{
		"role is gone or trusts nobody": {broken: func(w *world) { w.roles["Mirror"] = false }, reason: "cannot assume"},
		"role has no policy":            {broken: func(w *world) { w.policies["Mirror"] = "" }, reason: "oss:ReplicateGet on src"},
		"role may not get": {broken: func(w *world) {
			w.policies["Mirror"] = strings.ReplaceAll(roleGrant, "oss:ReplicateGet", "oss:GetObject")
		}, reason: "oss:ReplicateGet on src"},
		"role may not list": {broken: func(w *world) {
			w.policies["Mirror"] = strings.ReplaceAll(roleGrant, "oss:ReplicateList", "oss:ListParts")
		}, reason: "oss:ReplicateList on src", old: true},
		"source denies":                  {broken: policy("src", statement("Deny", "oss:Replicate*", "arn:sts::"+sourceUID+":assumed-role/mirror/*", "acs:oss:*:*:src/*")), reason: "oss:ReplicateGet on src"},
		"source denies ordinary reading": {broken: policy("src", statement("Deny", "oss:GetObject", "arn:sts::"+sourceUID+":assumed-role/mirror/*", "acs:oss:*:*:src/*")), reason: "denies oss:GetObject"},
		"source denies listing":          {broken: policy("src", statement("Deny", "oss:ListObjects", "arn:sts::"+sourceUID+":assumed-role/mirror/*", "acs:oss:*:*:src")), reason: "denies oss:ListObjects", old: true},
		"destination has no policy":      {broken: func(w *world) { w.must(204, target, "DELETE /dst/?policy", "") }, reason: "oss:ReplicatePut on dst"},
		"destination names the role in capitals": {
			broken: policy("dst", strings.ReplaceAll(targetGrant, "/mirror/", "/Mirror/")), reason: "oss:ReplicatePut on dst",
		},
		"destination does not allow put":             {broken: policy("dst", without("oss:ReplicatePut")), reason: "oss:ReplicatePut on dst"},
		"destination does not allow get":             {broken: policy("dst", without("oss:ReplicateGet")), reason: "oss:ReplicateGet on dst"},
		"destination denies ordinary writing":        {broken: policy("dst", strings.Replace(targetGrant, `[{`, `[{"Effect":"Deny","Action":["oss:PutObject"],"Principal":["*"],"Resource":["acs:oss:*:*:dst/*"]},{`, 1)), reason: "denies oss:PutObject"},
		"KMS does not let the role decrypt":          {broken: func(w *world) { w.noKey["kms:Decrypt source-key"] = true }, reason: "kms:Decrypt", kms: true},
		"KMS does not let the role decrypt replicas": {broken: func(w *world) { w.noKey["kms:Decrypt "+replicaID] = true }, reason: "kms:Decrypt with " + replicaID, kms: true},
		"KMS gives the role no key to encrypt":       {broken: func(w *world) { w.noKey["kms:GenerateDataKey "+replicaID] = true }, reason: "kms:GenerateDataKey", kms: true},
		"destination is gone":                        {broken: func(w *world) { w.must(204, target, "DELETE /dst/", "") }, reason: "does not exist"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			var headers []string
			if test.kms {
				headers = []string{"x-oss-server-side-encryption: KMS", "x-oss-server-side-encryption-key-id: source-key"}
			}
			if test.old {
				w.put("x", "data", headers...)
			}
			w.rule(forKMS)
			test.broken(w)
			w.clock.Advance(time.Hour)
			if !test.old {
				w.put("x", "data", headers...)
			}
			if got := w.arrived("x"); got != "" {
				t.Errorf("copied %q", got)
			}
			if got := w.explained("x"); !strings.Contains(got, test.reason) {
				t.Errorf("explained %q, want %q", got, test.reason)
			}
			w.repair()
			if got := w.arrived("x"); got != "data" {
				t.Errorf("after the repair the copy is %q: %s", got, w.explained("x"))
			}
		})
	}
}

func (w *world) repair() {
	w.t.Helper()
	w.roles["Mirror"], w.policies["Mirror"] = true, roleGrant
	clear(w.noKey)
	w.must(204, source, "DELETE /src/?policy", "")
	w.must(200, target, "PUT /dst/", "")
	w.must(200, target, "PUT /dst/?policy", targetGrant)
}

func TestReplicate_deletes(t *testing.T) {
	tests := map[string]struct {
		versioning, action string
		wantObject         bool
	}{
		"unversioned, PUT":        {action: "PUT", wantObject: true},
		"unversioned, ALL":        {action: "ALL", wantObject: false},
		"unversioned, PUT,DELETE": {action: "PUT,DELETE", wantObject: false},
		"versioned, PUT":          {versioning: "Enabled", action: "PUT", wantObject: false},
		"versioned, ALL":          {versioning: "Enabled", action: "ALL", wantObject: false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.versioned(test.versioning)
			w.started("<Action>" + test.action + "</Action>")
			w.put("x", "data")
			if got := w.arrived("x"); got != "data" {
				t.Fatalf("replica is %q", got)
			}
			w.must(204, source, "DELETE /src/x", "")
			if got := w.arrived("x") == "data"; got != test.wantObject {
				t.Errorf("replica is there: %v, want %v", got, test.wantObject)
			}
		})
	}
}

func (w *world) versioned(status string) {
	w.load(
		oss.Bucket{Name: "src", Owner: sourceUID, Region: "cn-hangzhou", Versioning: status},
		oss.Bucket{Name: "dst", Owner: targetUID, Region: "cn-hangzhou", Versioning: status, Policy: targetGrant},
	)
}

func TestReplicate_versions(t *testing.T) {
	for action, wantGone := range map[string]bool{"PUT": false, "ALL": true} {
		t.Run(action, func(t *testing.T) {
			w := newWorld(t)
			w.versioned("Enabled")
			w.started("<Action>" + action + "</Action>")
			first := w.put("x", "one").Header().Get("x-oss-version-id")
			second := w.put("x", "two").Header().Get("x-oss-version-id")
			marker := w.must(204, source, "DELETE /src/x", "").Header().Get("x-oss-version-id")
			hidden := w.call(target, "GET /dst/x", "")
			hidden.wants(404, "NoSuchKey", "0026-00000001")
			if hidden.Header().Get("x-oss-delete-marker") != "true" || hidden.Header().Get("x-oss-version-id") != marker {
				t.Errorf("the marker in the destination: %v", hidden.Header())
			}
			for id, want := range map[string]string{first: "one", second: "two"} {
				if got := w.arrived("x?versionId=" + id); got != want || len(id) != 64 || !strings.HasPrefix(id, "CAEQ") {
					t.Errorf("version %s is %q, want %q", id, got, want)
				}
			}
			w.must(204, source, "DELETE /src/x?versionId="+first, "")
			if gone := w.arrived("x?versionId="+first) == ""; gone != wantGone {
				t.Errorf("the deleted version is gone: %v, want %v", gone, wantGone)
			}
		})
	}
}

func TestReplicate_deletionWaitsForPermission(t *testing.T) {
	w := newWorld(t)
	w.started("<Action>ALL</Action>")
	w.put("x", "data")
	w.must(200, target, "PUT /dst/?policy", strings.Replace(targetGrant, `,"oss:ReplicateDelete"`, "", 1))
	w.must(204, source, "DELETE /src/x", "")
	if got := w.arrived("x"); got != "data" {
		t.Errorf("deleted without oss:ReplicateDelete: %q", got)
	}
	if got := w.explained("x"); !strings.Contains(got, "oss:ReplicateDelete on dst") {
		t.Errorf("explained %q", got)
	}
	w.must(200, target, "PUT /dst/?policy", targetGrant)
	if got := w.arrived("x"); got != "" {
		t.Errorf("still there: %q", got)
	}
}
