package oss_test

import (
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

const deleteCall = "POST /src/?replication&comp=delete"

func deletion(ids ...string) string {
	return "<ReplicationRules><ID>" + strings.Join(ids, "</ID><ID>") + "</ID></ReplicationRules>"
}

func TestRule_lifeCycle(t *testing.T) {
	w := newWorld(t)
	w.call(source, "GET /src/?replication", "").wants(404, "NoSuchReplicationConfiguration", "")
	id := w.rule("")
	if len(id) != 36 || strings.Count(id, "-") != 4 || id != strings.ToLower(id) {
		t.Errorf("rule id %q is no UUID in lower case", id)
	}
	state := func() string {
		_, rest, _ := strings.Cut(w.must(200, source, "GET /src/?replication", "").Body.String(), "<Status>")
		text, _, _ := strings.Cut(rest, "</Status>")
		return text
	}
	steps := []struct {
		wait time.Duration
		want string
	}{{0, "starting"}, {179 * time.Second, "starting"}, {time.Second, "doing"}}
	for _, step := range steps {
		w.clock.Advance(step.wait)
		if got := state(); got != step.want {
			t.Errorf("state %q, want %q", got, step.want)
		}
	}
	w.must(200, source, deleteCall, deletion(id))
	w.must(204, source, deleteCall, deletion(id))
	w.clock.Advance(119 * time.Second)
	if got := state(); got != "closing" {
		t.Errorf("state %q, want closing", got)
	}
	w.must(200, source, "GET /src/?replicationProgress&rule-id="+id, "")
	w.clock.Advance(time.Second)
	w.call(source, "GET /src/?replication", "").wants(404, "NoSuchReplicationConfiguration", "")
	w.call(source, "GET /src/?replicationProgress&rule-id="+id, "").wants(404, "NoSuchReplicationRule", "")
	w.must(200, source, deleteCall, deletion(id))
	if again := w.rule("<ID>" + id + "</ID>"); again != id {
		t.Errorf("the id cannot be used again: %q", again)
	}
}

func TestDeleteBucketReplication_refusals(t *testing.T) {
	tests := map[string]struct {
		body, code string
		status     int
	}{
		"empty id":   {deletion(""), "MalformedXML", 400},
		"no id":      {"<ReplicationRules/>", "MalformedXML", 400},
		"not XML":    {"", "MalformedXML", 400},
		"two ids":    {deletion("a", "b"), "TooManyReplicationRules", 400},
		"unknown id": {deletion("other"), "NoSuchReplicationRule", 404},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.rule("")
			a := w.call(source, deleteCall, test.body)
			if e := a.error(); a.Code != test.status || e.Code != test.code {
				t.Errorf("%d %s, want %d %s", a.Code, e.Code, test.status, test.code)
			}
		})
	}
}

func TestProgress(t *testing.T) {
	w := newWorld(t)
	w.put("old-1", "1")
	w.put("old-2", "2", "x-oss-server-side-encryption: KMS", "x-oss-server-side-encryption-key-id: locked")
	w.put("old-3", "3")
	w.noKey["kms:Decrypt locked"] = true
	id := w.rule(forKMS)
	ask := "GET /src/?replicationProgress&rule-id=" + id
	if got := w.must(200, source, ask, "").Body.String(); strings.Contains(got, "<Progress>") {
		t.Errorf("progress while starting: %s", got)
	}
	w.clock.Advance(5 * time.Minute)
	for _, call := range []string{ask, "GET /src/?replicationProgress"} {
		got := w.must(200, source, call, "").Body.String()
		for _, want := range []string{"<HistoricalObject>0.66</HistoricalObject>", "<NewObject>2026-03-10T08:05:00.000Z</NewObject>", "<Status>doing</Status>"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s lacks %s: %s", call, want, got)
			}
		}
	}
	w.put("stuck", "4", "x-oss-server-side-encryption: KMS", "x-oss-server-side-encryption-key-id: locked")
	w.clock.Advance(time.Hour)
	if got := w.must(200, source, ask, "").Body.String(); !strings.Contains(got, "<NewObject>2026-03-10T08:05:00.000Z</NewObject>") {
		t.Errorf("NewObject runs ahead of what is stuck: %s", got)
	}
	clear(w.noKey)
	got := w.must(200, source, ask, "").Body.String()
	if !strings.Contains(got, "<HistoricalObject>1</HistoricalObject>") || !strings.Contains(got, "<NewObject>2026-03-10T09:05:00.000Z</NewObject>") {
		t.Errorf("after all: %s", got)
	}
	w.call(source, "GET /src/?replicationProgress&rule-id=x", "").wants(404, "NoSuchReplicationRule", "")
	w.call(target, "GET /dst/?replicationProgress", "").wants(404, "NoSuchReplicationConfiguration", "")
}

func TestProgress_withoutHistory(t *testing.T) {
	w := newWorld(t)
	w.started("<HistoricalObjectReplication>disabled</HistoricalObjectReplication>")
	got := w.must(200, source, "GET /src/?replicationProgress", "").Body.String()
	if strings.Contains(got, "<HistoricalObject>") || !strings.Contains(got, "<NewObject>") {
		t.Errorf("progress %s", got)
	}
}

func TestPutBucketRTC(t *testing.T) {
	w := newWorld(t)
	id := w.rule("")
	rtc := func(status, id string) string {
		return "<ReplicationRule><RTC><Status>" + status + "</Status></RTC><ID>" + id + "</ID></ReplicationRule>"
	}
	w.must(200, source, "PUT /src/?rtc", rtc("disabled", id))
	w.call(source, "PUT /src/?rtc", rtc("enabled", id)).wants(400, "ReplicationLocationNotSupportRtc", "")
	w.call(source, "PUT /src/?rtc", rtc("enabled", "")).wants(400, "InvalidArgument", "0031-00000015")
	w.call(source, "PUT /src/?rtc", rtc("enabled", "x")).wants(404, "NoSuchReplicationRule", "0031-00000110")
	w.call(source, "PUT /src/?rtc", rtc("on", id)).wants(400, "MalformedXML", "0015-00000231")

	inRegions("cn-beijing", "cn-hangzhou")(w)
	id = w.rule("")
	w.must(200, source, "PUT /src/?rtc", rtc("enabled", id))
	for _, want := range []string{"enabling", "enabled"} {
		if got := w.must(200, source, "GET /src/?replication", "").Body.String(); !strings.Contains(got, "<RTC>\n      <Status>"+want) {
			t.Errorf("RTC is not %s: %s", want, got)
		}
		w.clock.Advance(time.Minute)
	}
	if got := w.must(200, source, "GET /src/?bucketInfo", "").Body.String(); !strings.Contains(got, "<CrossRegionReplication>Enabled<") {
		t.Errorf("a rule across regions does not show: %s", got)
	}
}

func TestReplicationLocation(t *testing.T) {
	w := newWorld(t)
	got := w.must(200, source, "GET /src/?replicationLocation", "").Body.String()
	beijing, shanghai := strings.Index(got, "<Location>oss-cn-beijing<"), strings.Index(got, "<Location>oss-cn-shanghai<")
	if beijing < 0 || shanghai < beijing || !strings.Contains(got, "<Type>oss_acc</Type>") {
		t.Errorf("locations %s", got)
	}
}

func TestVersioning_isFixedWhileRulesExist(t *testing.T) {
	const enable = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
	w := newWorld(t)
	id := w.rule("")
	w.call(source, "PUT /src/?versioning", enable).wants(400, "InvalidRequest", "0012-00000005")
	w.call(target, "PUT /dst/?versioning", enable).wants(400, "InvalidRequest", "0012-00000005")
	w.must(200, source, deleteCall, deletion(id))
	w.call(target, "PUT /dst/?versioning", enable).wants(400, "InvalidRequest", "0012-00000005")
	w.clock.Advance(2 * time.Minute)
	w.must(200, target, "PUT /dst/?versioning", enable)
	if got := w.must(200, target, "GET /dst/?versioning", "").Body.String(); !strings.Contains(got, "<Status>Enabled</Status>") {
		t.Errorf("versioning %s", got)
	}
}

func TestReplicate_noChains(t *testing.T) {
	w := newWorld(t)
	w.load(
		oss.Bucket{Name: "src", Owner: sourceUID, Region: "cn-hangzhou", Rules: []oss.Rule{{ID: "1", Destination: "mid", Action: "PUT"}}},
		oss.Bucket{Name: "mid", Owner: sourceUID, Region: "cn-hangzhou", Rules: []oss.Rule{{ID: "2", Destination: "end"}, {ID: "3", Destination: "src"}}},
		oss.Bucket{Name: "end", Owner: sourceUID, Region: "cn-hangzhou"},
	)
	w.clock.Advance(time.Hour)
	w.put("x", "data")
	w.must(200, source, "PUT /mid/y", "own")
	if got := w.must(200, source, "GET /mid/x", "").Body.String(); got != "data" {
		t.Errorf("first copy is %q", got)
	}
	w.call(source, "GET /end/x", "").wants(404, "NoSuchKey", "0026-00000001")
	for _, at := range []string{"/end/y", "/src/y"} {
		if got := w.must(200, source, "GET "+at, "").Body.String(); got != "own" {
			t.Errorf("%s is %q", at, got)
		}
	}
}

func TestReplicate_retentionProtectsReplicas(t *testing.T) {
	w := newWorld(t)
	w.load(
		oss.Bucket{Name: "src", Owner: sourceUID, Region: "cn-hangzhou", Rules: []oss.Rule{{ID: "1", Destination: "dst", Role: "Mirror"}}},
		oss.Bucket{Name: "dst", Owner: targetUID, Region: "cn-hangzhou", Policy: targetGrant, RetentionUntil: w.clock.Now().Add(2 * time.Hour)},
	)
	w.clock.Advance(time.Hour)
	w.put("x", "one")
	w.put("x", "two")
	w.put("y", "one")
	w.must(204, source, "DELETE /src/y", "")
	if x, y := w.arrived("x"), w.arrived("y"); x != "one" || y != "one" {
		t.Errorf("protected replicas are %q and %q", x, y)
	}
	w.call(target, "DELETE /dst/x", "").wants(409, "FileImmutable", "")
	w.call(target, "PUT /dst/x", "mine").wants(409, "FileImmutable", "")
	w.clock.Advance(2 * time.Hour)
	if x := w.arrived("x"); x != "one" {
		t.Errorf("what retention refused was applied later: %q", x)
	}
	w.must(204, target, "DELETE /dst/x", "")
}

func TestReplicate_kms(t *testing.T) {
	tests := map[string]struct {
		rule, replicaKey string
		encryption       *oss.Encryption // default of the destination
		headers          []string
		reason           string
	}{
		"selected": {
			rule: forKMS, headers: []string{"x-oss-server-side-encryption: KMS", "x-oss-server-side-encryption-key-id: k"}, replicaKey: replicaID,
		},
		"bare replica key": {
			rule: strings.ReplaceAll(forKMS, replicaID, "replica"), headers: []string{"x-oss-server-side-encryption: KMS"}, reason: "bare id",
		},
		"default of the destination without the option": {
			encryption: &oss.Encryption{Algorithm: "KMS", KMSKeyID: "theirs"}, reason: "by default",
		},
		"default of the destination with the option": {
			rule: forKMS, encryption: &oss.Encryption{Algorithm: "KMS", KMSKeyID: "theirs"}, replicaKey: replicaID,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.load(
				oss.Bucket{Name: "src", Owner: sourceUID, Region: "cn-hangzhou"},
				oss.Bucket{Name: "dst", Owner: targetUID, Region: "cn-hangzhou", Policy: targetGrant, Encryption: test.encryption},
			)
			w.started(test.rule)
			w.put("x", "data", test.headers...)
			if got := w.explained("x"); !strings.Contains(got, test.reason) || (got == "") != (test.reason == "") {
				t.Errorf("explained %q, want %q", got, test.reason)
			}
			if test.reason != "" {
				return
			}
			if got := w.must(200, target, "HEAD /dst/x", "").Header().Get("x-oss-server-side-encryption-key-id"); got != test.replicaKey {
				t.Errorf("replica key %q, want %q", got, test.replicaKey)
			}
			used := strings.Join(w.keyUses, "\n")
			if !strings.Contains(used, sourceUID+" kms:GenerateDataKey "+replicaID+" cn-hangzhou") {
				t.Errorf("key uses:\n%s", used)
			}
		})
	}
}

func TestReplicate_laterChangesTravel(t *testing.T) {
	w := newWorld(t)
	w.started("")
	w.put("x", "data")
	w.must(200, source, "PUT /src/x?tagging", "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>")
	w.must(200, source, "PUT /src/x?acl", "", "x-oss-object-acl: private")
	if got := w.must(200, target, "GET /dst/x?tagging", "").Body.String(); !strings.Contains(got, "<Key>k</Key>") {
		t.Errorf("tags %s", got)
	}
	if got := w.must(200, target, "GET /dst/x?acl", "").Body.String(); !strings.Contains(got, "<Grant>private</Grant>") {
		t.Errorf("acl %s", got)
	}
}
