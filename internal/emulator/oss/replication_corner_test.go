package oss_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

var locked = []string{"x-oss-server-side-encryption: KMS", "x-oss-server-side-encryption-key-id: locked"}

func TestReplicate_lateDeletionSparesTheNewObject(t *testing.T) {
	w := newWorld(t)
	w.started("")
	w.put("x", "one")
	w.must(200, target, "PUT /dst/?policy", strings.Replace(targetGrant, `,"oss:ReplicateDelete"`, "", 1))
	w.must(204, source, "DELETE /src/x", "")
	w.clock.Advance(time.Hour)
	if got := w.must(200, source, "GET /src/?replicationProgress", "").Body.String(); !strings.Contains(got, "<NewObject>2026-03-10T08:03:00.000Z<") {
		t.Errorf("NewObject runs ahead of a pending deletion: %s", got)
	}
	w.put("x", "two")
	w.service.Replicate()
	w.must(200, target, "PUT /dst/?policy", targetGrant)
	if got := w.arrived("x"); got != "two" {
		t.Errorf("replica is %q", got)
	}
}

func TestReplicate_denyOfOrdinaryDeletionStopsDeletions(t *testing.T) {
	w := newWorld(t)
	w.started("")
	w.put("x", "data")
	w.must(200, target, "PUT /dst/?policy", strings.Replace(targetGrant, `[{`, `[{"Effect":"Deny","Action":["oss:DeleteObject"],"Principal":["*"],"Resource":["acs:oss:*:*:dst/*"]},{`, 1))
	w.must(204, source, "DELETE /src/x", "")
	if got := w.arrived("x"); got != "data" {
		t.Errorf("deleted against a Deny: %q", got)
	}
}

func TestReplicate_deletionsKeepToThePrefixes(t *testing.T) {
	w := newWorld(t)
	w.started("<PrefixSet><Prefix>in/</Prefix></PrefixSet>")
	w.put("out", "theirs")
	w.must(200, target, "PUT /dst/out", "own")
	w.must(204, source, "DELETE /src/out", "")
	if got := w.arrived("out"); got != "own" {
		t.Errorf("an object outside of the rule is %q", got)
	}
}

func TestReplicate_lateVersionDoesNotBecomeCurrent(t *testing.T) {
	w := newWorld(t)
	w.versioned("Enabled")
	w.noKey["kms:Decrypt locked"] = true
	w.started(forKMS)
	first := w.put("x", "one", locked...).Header().Get("x-oss-version-id")
	second := w.put("x", "two").Header().Get("x-oss-version-id")
	if got := w.arrived("x"); got != "two" {
		t.Errorf("replica is %q", got)
	}
	clear(w.noKey)
	w.service.Replicate()
	if got, want := w.versionsIn("dst"), []string{second, first}; !slices.Equal(got, want) {
		t.Errorf("versions %q, want %q", got, want)
	}
}

// versionsIn are the version ids of a bucket, from the state.
func (w *world) versionsIn(bucket string) []string {
	var ids []string
	for _, b := range w.service.State().Buckets {
		for _, o := range b.Objects {
			if b.Name == bucket {
				ids = append(ids, o.VersionID)
			}
		}
	}
	return ids
}

func TestReplicate_inTheOrderOfWriting(t *testing.T) {
	w := newWorld(t)
	w.rule(forKMS)
	for _, key := range []string{"c", "a", "b"} {
		w.put(key, key, "x-oss-server-side-encryption: KMS", "x-oss-server-side-encryption-key-id: "+key)
	}
	w.keyUses = nil
	w.clock.Advance(time.Hour)
	w.service.Replicate()
	var order []string
	for _, use := range w.keyUses {
		if fields := strings.Fields(use); fields[1] == "kms:Decrypt" && fields[2] != replicaID {
			order = append(order, fields[2])
		}
	}
	if want := []string{"c", "a", "b"}; !slices.Equal(order, want) {
		t.Errorf("copied in the order %q, want %q", order, want)
	}
}

func TestReplicate_oldObjectThatChangesIsNew(t *testing.T) {
	w := newWorld(t)
	w.put("x", "data")
	w.started("<HistoricalObjectReplication>disabled</HistoricalObjectReplication>")
	if got := w.arrived("x"); got != "" {
		t.Fatalf("history was copied: %q", got)
	}
	w.must(200, source, "PUT /src/x?tagging", "<Tagging><TagSet/></Tagging>")
	if got := w.arrived("x"); got != "data" {
		t.Errorf("replica is %q", got)
	}
}

func TestReplicate_destinationMadeAnew(t *testing.T) {
	w := newWorld(t)
	w.versioned("Enabled")
	w.started("")
	w.must(204, target, "DELETE /dst/", "")
	w.callIn("cn-beijing", target, "PUT /dst/", "")
	w.must(200, target, "PUT /dst/?policy", targetGrant)
	w.put("x", "data")
	w.must(204, source, "DELETE /src/y", "")
	if got := w.explained("x"); !strings.Contains(got, "not in oss-cn-hangzhou") {
		t.Errorf("other region: %q", got)
	}
	w.must(204, target, "DELETE /dst/", "")
	w.must(200, target, "PUT /dst/", "")
	w.must(200, target, "PUT /dst/?policy", targetGrant)
	if got := w.explained("y"); !strings.Contains(got, "no versioning") {
		t.Errorf("a delete marker for a bucket without versioning: %q", got)
	}
}

func TestReplicate_bareKeyInsideAnAccount(t *testing.T) {
	w := newWorld(t)
	w.policies["Mirror"] = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:Replicate*","Resource":"*"}]}`
	w.load(oss.Bucket{Name: "src", Owner: sourceUID, Region: "cn-hangzhou"}, oss.Bucket{Name: "dst", Owner: sourceUID, Region: "cn-hangzhou"})
	w.started(strings.ReplaceAll(forKMS, replicaID, "bare"))
	w.put("x", "data", "x-oss-server-side-encryption: KMS")
	if got := w.must(200, source, "HEAD /dst/x", "").Header().Get("x-oss-server-side-encryption-key-id"); got != "bare" {
		t.Errorf("replica key %q", got)
	}
}

func TestReplicate_forgetsWhatIsGone(t *testing.T) {
	w := newWorld(t)
	w.started("")
	w.put("x", "data")
	w.service.Replicate()
	w.must(204, source, "DELETE /src/x", "")
	for _, b := range w.service.State().Buckets {
		for _, r := range b.Rules {
			if len(r.Handled)+len(r.Deletions) > 0 {
				t.Errorf("left over: %v, %v", r.Handled, r.Deletions)
			}
		}
	}
}

func TestGetBucketReplication_roleShowsWithKMS(t *testing.T) {
	w := newWorld(t, cloud.Switches{OmitSyncRole: true})
	w.rule(forKMS)
	if got := w.must(200, source, "GET /src/?replication", "").Body.String(); !strings.Contains(got, "<SyncRole>Mirror</SyncRole>") {
		t.Errorf("echo %s", got)
	}
}

func TestPutBucketReplication_callerMayReplicate(t *testing.T) {
	w := newWorld(t)
	own := user(sourceUID, "own")
	w.policies["own"] = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:PutBucketReplication","Resource":"*"}]}`
	w.call(own, "POST /src/?replication&comp=add", ruleBody(toTarget+byRole)).wants(403, "NoPermission", "")
	w.policies["own"] = strings.Replace(w.policies["own"], `"oss:PutBucketReplication"`, `["oss:PutBucketReplication","oss:ReplicateGet"]`, 1)
	w.must(200, own, "POST /src/?replication&comp=add", ruleBody(toTarget+byRole))
}

// The page asks for the action on both buckets; the policies of the caller's own
// account have to allow it there, and the destination may forbid it.
func TestPutBucketReplication_callerMayReplicateFromBoth(t *testing.T) {
	const (
		both = `"acs:oss:*:*:src","acs:oss:*:*:src/*","acs:oss:*:*:dst","acs:oss:*:*:dst/*"`
		one  = `"acs:oss:*:*:src","acs:oss:*:*:src/*"`
	)
	policy := func(resources string) string {
		return `{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:PutBucketReplication","oss:ReplicateGet"],"Resource":[` + resources + `]}]}`
	}
	denied := strings.Replace(targetGrant, `"Statement":[`, `"Statement":[{"Effect":"Deny","Action":["oss:ReplicateGet"],"Principal":["*"],"Resource":["acs:oss:*:*:dst/*"]},`, 1)
	for name, test := range map[string]struct {
		resources, grant string
		switches         cloud.Switches
		status           int
	}{
		"both buckets":              {resources: both, grant: targetGrant, status: 200},
		"the source only":           {resources: one, grant: targetGrant, status: 403},
		"denied by the destination": {resources: both, grant: denied, status: 403},
		"the source is enough":      {resources: one, grant: targetGrant, switches: cloud.Switches{CallerNeedsSourceOnly: true}, status: 200},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, test.switches)
			withTargetPolicy(test.grant)(w)
			w.policies["own"] = policy(test.resources)
			w.must(test.status, user(sourceUID, "own"), "POST /src/?replication&comp=add", ruleBody(toTarget+byRole))
		})
	}
}

func TestPublicAccessBlock_ignoresThePublicACL(t *testing.T) {
	w := newWorld(t)
	w.load(oss.Bucket{Name: "src", Owner: sourceUID, Region: "cn-hangzhou", ACL: "public-read", BlockPublicAccess: true, Objects: []oss.Object{{Key: "x"}}})
	w.must(403, nobody, "GET /src/x", "")
	w.must(204, source, "DELETE /src/?publicAccessBlock", "")
	w.must(200, nobody, "GET /src/x", "")
}

func TestRetention_holdsForManyDeletions(t *testing.T) {
	w := newWorld(t)
	w.load(oss.Bucket{
		Name: "src", Owner: sourceUID, Region: "cn-hangzhou", RetentionUntil: w.clock.Now().Add(time.Hour),
		Objects: []oss.Object{{Key: "x"}},
	})
	const body = "<Delete><Object><Key>x</Key></Object></Delete>"
	w.call(source, "POST /src/?delete", body, contentMD5(body)).wants(409, "FileImmutable", "")
	w.clock.Advance(time.Hour)
	w.must(200, source, "POST /src/?delete", body, contentMD5(body))
}

func TestLoad_sequencesGoOn(t *testing.T) {
	w := newWorld(t)
	w.load(
		oss.Bucket{Name: "src", Owner: sourceUID, Region: "cn-hangzhou", Objects: []oss.Object{{Key: "old", Sequence: 10}}},
		oss.Bucket{Name: "dst", Owner: targetUID, Region: "cn-hangzhou", Policy: targetGrant},
	)
	w.started("<HistoricalObjectReplication>disabled</HistoricalObjectReplication>")
	w.put("new", "new")
	if got := w.explained("old"); !strings.Contains(got, "older than the rule") {
		t.Errorf("old object: %q", got)
	}
	if got := w.arrived("new"); got != "new" {
		t.Errorf("new object is %q", got)
	}
}
