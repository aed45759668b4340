package oss_test

import (
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

func TestSwitch_markersNeedNoDelete(t *testing.T) {
	tests := map[string]struct {
		switches cloud.Switches
		action   string
		without  string // the action that the destination does not allow
		want     string // why the marker is not copied
	}{
		"off":                 {cloud.Switches{}, "PUT", "oss:ReplicateDelete", "oss:ReplicateDelete on dst"},
		"on":                  {cloud.Switches{MarkersNeedNoDelete: true}, "PUT", "oss:ReplicateDelete", ""},
		"on, but put is gone": {cloud.Switches{MarkersNeedNoDelete: true}, "PUT", "oss:ReplicatePut", "oss:ReplicatePut on dst"},
		"on, with ALL":        {cloud.Switches{MarkersNeedNoDelete: true}, "ALL", "oss:ReplicateDelete", "oss:ReplicateDelete on dst"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, test.switches)
			w.versioned("Enabled")
			w.started("<Action>" + test.action + "</Action>")
			w.put("x", "data")
			if got := w.arrived("x"); got != "data" {
				t.Fatalf("replica is %q", got)
			}
			w.must(200, target, "PUT /dst/?policy", strings.Replace(targetGrant, `"`+test.without+`"`, `"oss:ListParts"`, 1))
			w.must(204, source, "DELETE /src/x", "")
			hidden := w.arrived("x") == ""
			if got := w.explained("x"); hidden != (test.want == "") || !strings.Contains(got, test.want) {
				t.Errorf("marker arrived: %v, explained %q, want %q", hidden, got, test.want)
			}
		})
	}
}

func TestSwitch_transferTypeRequired(t *testing.T) {
	without := ruleBody(strings.Replace(toTarget, "<TransferType>internal</TransferType>", "", 1) + byRole)
	w := newWorld(t, cloud.Switches{TransferTypeRequired: true})
	w.call(source, "POST /src/?replication&comp=add", without).wants(400, "MissingArgument", "")
	w.must(200, source, "POST /src/?replication&comp=add", ruleBody(toTarget+byRole))
	newWorld(t).must(200, source, "POST /src/?replication&comp=add", without)
}

func TestSwitch_syncRoleAsARN(t *testing.T) {
	const arn = "acs:ram::" + sourceUID + ":role/mirror"
	for sent, want := range map[string]map[bool]string{
		"Mirror":                                 {false: "Mirror", true: arn},
		"acs:ram::" + sourceUID + ":role/Mirror": {false: "acs:ram::" + sourceUID + ":role/Mirror", true: arn},
	} {
		for on, role := range want {
			w := newWorld(t, cloud.Switches{SyncRoleAsARN: on})
			w.must(200, source, "POST /src/?replication&comp=add", ruleBody(toTarget+"<SyncRole>"+sent+"</SyncRole>"))
			if got := w.must(200, source, "GET /src/?replication", "").Body.String(); !strings.Contains(got, "<SyncRole>"+role+"</SyncRole>") {
				t.Errorf("switch %v, sent %s: %s", on, sent, got)
			}
		}
	}
	w := newWorld(t, cloud.Switches{SyncRoleAsARN: true})
	w.load(
		oss.Bucket{Name: "src", Owner: sourceUID, Region: "cn-hangzhou"},
		oss.Bucket{Name: "dst", Owner: sourceUID, Region: "cn-hangzhou"},
	)
	w.must(200, source, "POST /src/?replication&comp=add", ruleBody(toTarget))
	if got := w.must(200, source, "GET /src/?replication", "").Body.String(); strings.Contains(got, "SyncRole") {
		t.Errorf("a role where there is none: %s", got)
	}
}

func TestSwitch_foreignBucketNotFound(t *testing.T) {
	w := newWorld(t, cloud.Switches{ForeignBucketNotFound: true})
	for _, call := range []string{"GET /src/?bucketInfo", "GET /src/", "GET /src/?policy", "PUT /src/x", "DELETE /src/"} {
		w.call(target, call, "").wants(404, "NoSuchBucket", "0015-00000101")
	}
	w.call(nobody, "GET /src/?bucketInfo", "").wants(403, "AccessDenied", "0003-00000001")
	w.call(user(sourceUID, "own"), "GET /src/?bucketInfo", "").wants(403, "AccessDenied", "0003-00000202")
	w.call(target, "PUT /src/", "").wants(409, "BucketAlreadyExists", "0015-00000104")
	w.must(200, source, "PUT /src/?policy", statement("Allow", "oss:GetBucketInfo", targetUID, "acs:oss:*:*:src"))
	w.must(200, target, "GET /src/?bucketInfo", "")
	newWorld(t).call(target, "GET /src/?bucketInfo", "").wants(403, "AccessDenied", "0003-00000001")
}
