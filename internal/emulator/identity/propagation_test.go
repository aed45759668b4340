package identity_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

const delay = 10 * time.Second

// mayRead asks as another service would: may this caller read from that bucket?
func (w world) mayRead(c cloud.Caller, bucket string) bool {
	return access.Identity(w.Identities(c), access.Request{
		Principal: access.Principal{Kind: access.RoleSession, AccountID: home, RoleName: c.RoleName},
		Action:    "oss:GetObject", Resource: "acs:oss:*:" + home + ":" + bucket + "/key", Owner: home,
	}).Effect == access.Allow
}

func (w world) serviceError() *cloud.Error {
	_, err := w.ServiceSession(home, "new", "oss.aliyuncs.com")
	return err
}

func TestPropagation_loadIsVisibleAtOnce(t *testing.T) {
	w := switchedWorld(t, cloud.Switches{RAMPropagation: delay})
	if _, err := w.ServiceSession(home, "bare", "oss.aliyuncs.com"); err != nil {
		t.Errorf("a loaded role: %v", err)
	}
	if !w.mayRead(cloud.Caller{Kind: cloud.RoleSession, AccountID: home, RoleName: "App-Role"}, "bucket-1") {
		t.Error("a loaded attachment is not visible")
	}
	w.assume(admin(), "App-Role", "")
}

func TestPropagation_changesArriveLate(t *testing.T) {
	w := switchedWorld(t, cloud.Switches{RAMPropagation: delay})
	w.must("CreateRole", params{"RoleName": "new", "AssumeRolePolicyDocument": trustOSS})
	w.must("GetRole", params{"RoleName": "new"})
	w.clock.Advance(delay - 1)
	wantError(t, w.serviceError(), http.StatusNotFound, "EntityNotExist.Role")
	_, err := w.call(admin(), "AssumeRole", params{"RoleArn": "acs:ram::" + home + ":role/new", "RoleSessionName": "job"})
	wantError(t, err, http.StatusNotFound, "EntityNotExist.Role")
	w.clock.Advance(1)
	if err := w.serviceError(); err != nil {
		t.Fatalf("after the delay: %v", err)
	}
	caller, _ := w.ServiceSession(home, "new", "oss.aliyuncs.com")

	w.must("AttachPolicyToRole", params{"RoleName": "new", "PolicyType": "Custom", "PolicyName": "Two-Versions"})
	w.clock.Advance(delay / 2)
	w.must("SetDefaultPolicyVersion", params{"PolicyName": "Two-Versions", "VersionId": "v2"})
	if w.mayRead(caller, "bucket-1") {
		t.Error("an attachment is visible after half the delay")
	}
	w.clock.Advance(delay / 2)
	if !w.mayRead(caller, "bucket-1") || w.mayRead(caller, "bucket-2") {
		t.Error("the attachment should be visible with the old version of its policy")
	}
	w.clock.Advance(delay / 2)
	if w.mayRead(caller, "bucket-1") || !w.mayRead(caller, "bucket-2") {
		t.Error("the new version should be visible")
	}

	w.must("DetachPolicyFromRole", params{"RoleName": "new", "PolicyType": "Custom", "PolicyName": "Two-Versions"})
	w.must("DeleteRole", params{"RoleName": "new"})
	if err := w.serviceError(); err != nil || !w.mayRead(caller, "bucket-2") {
		t.Errorf("a deletion is visible before the delay: %v", err)
	}
	w.clock.Advance(delay)
	wantError(t, w.serviceError(), http.StatusNotFound, "EntityNotExist.Role")
	if w.mayRead(caller, "bucket-2") {
		t.Error("a deleted role still has its policies")
	}
}

func TestPropagation_ramSeesItsChangesAtOnce(t *testing.T) {
	w := switchedWorld(t, cloud.Switches{RAMPropagation: delay})
	session, _ := w.assume(admin(), "App-Role", "")
	w.must("AttachPolicyToRole", params{"RoleName": "App-Role", "PolicyType": "System", "PolicyName": "AliyunRAMReadOnlyAccess"})
	w.mustAs(session, "GetRole", params{"RoleName": "bare"})
	w.must("DetachPolicyFromRole", params{"RoleName": "App-Role", "PolicyType": "System", "PolicyName": "AliyunRAMReadOnlyAccess"})
	_, err := w.call(session, "GetRole", params{"RoleName": "bare"})
	wantError(t, err, http.StatusForbidden, "NoPermission")
}

func TestPropagation_offMeansAtOnce(t *testing.T) {
	w := newWorld(t)
	w.must("CreateRole", params{"RoleName": "new", "AssumeRolePolicyDocument": trustOSS})
	if err := w.serviceError(); err != nil {
		t.Error(err)
	}
}

func TestPropagation_clockSetBack(t *testing.T) {
	w := switchedWorld(t, cloud.Switches{RAMPropagation: delay})
	w.must("CreateRole", params{"RoleName": "new", "AssumeRolePolicyDocument": trustOSS})
	w.clock.Advance(delay)
	if err := w.serviceError(); err != nil {
		t.Fatal(err)
	}
	w.must("DeleteRole", params{"RoleName": "new"})
	w.clock.Advance(-100 * hour)
	if err := w.serviceError(); err != nil {
		t.Errorf("what was visible went away with the clock: %v", err)
	}
}

func TestServiceSession(t *testing.T) {
	for _, test := range []struct {
		name, role, service string
		status              int
		code                string
	}{
		{"by name", "BARE", "oss.aliyuncs.com", 0, ""},
		{"by ARN", "acs:ram::" + home + ":role/bare", "oss.aliyuncs.com", 0, ""},
		{"ARN of another account", "acs:ram::" + other + ":role/bare", "oss.aliyuncs.com", 404, "EntityNotExist.Role"},
		{"ARN of a user", "acs:ram::" + home + ":user/bare", "oss.aliyuncs.com", 404, "EntityNotExist.Role"},
		{"missing", "gone", "oss.aliyuncs.com", 404, "EntityNotExist.Role"},
		{"another service", "bare", "ecs.aliyuncs.com", 403, "NoPermission"},
		{"role that trusts an account", "App-Role", "oss.aliyuncs.com", 403, "NoPermission"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			caller, err := w.ServiceSession(home, test.role, test.service)
			if test.status != 0 {
				wantError(t, err, test.status, test.code)
				return
			}
			if err != nil || caller.ARN() != "acs:ram::"+home+":assumed-role/bare/oss-service" {
				t.Errorf("%s, %v", caller.ARN(), err)
			}
		})
	}
}
