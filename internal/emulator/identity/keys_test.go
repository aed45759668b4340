package identity_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/iotest"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

const hour = time.Hour

func TestLookup_standingKeys(t *testing.T) {
	w := newWorld(t)
	for _, test := range []struct {
		name, id, token, secret string
		caller                  cloud.Caller
		status                  int
		code                    string
	}{
		{"root", "AK-ROOT", "", "root-secret", cloud.Caller{Kind: cloud.Root, AccountID: home, AccessKeyID: "AK-ROOT"}, 0, ""},
		{"user", "AK-ADMIN", "", "admin-secret", cloud.Caller{
			Kind: cloud.User, AccountID: home, AccessKeyID: "AK-ADMIN", UserID: "200000000000000001", UserName: "Admin",
		}, 0, ""},
		{"other account", "AK-GUEST", "", "guest-secret", cloud.Caller{
			Kind: cloud.User, AccountID: other, AccessKeyID: "AK-GUEST", UserID: "200000000000000004", UserName: "guest",
		}, 0, ""},
		{"unknown", "AK-NONE", "", "", cloud.Caller{}, 404, "InvalidAccessKeyId.NotFound"},
		{"wrong case", "ak-root", "", "", cloud.Caller{}, 404, "InvalidAccessKeyId.NotFound"},
		{"inactive", "AK-OFF", "", "", cloud.Caller{}, 400, "InvalidAccessKeyId.Inactive"},
		{"with a token", "AK-ROOT", "t", "", cloud.Caller{}, 400, "InvalidSecurityToken.MismatchWithAccessKey"},
		{"temporary without token", "STS.none", "", "", cloud.Caller{}, 400, "MissingSecurityToken"},
		{"unknown temporary", "STS.none", "t", "", cloud.Caller{}, 404, "InvalidAccessKeyId.NotFound"},
	} {
		t.Run(test.name, func(t *testing.T) {
			secret, caller, err := w.Lookup(test.id, test.token)
			if test.status != 0 {
				wantError(t, err, test.status, test.code)
			} else if err != nil {
				t.Fatal(err)
			}
			if secret != test.secret || caller.ARN() != test.caller.ARN() || caller.AccessKeyID != test.caller.AccessKeyID || caller.UserID != test.caller.UserID {
				t.Errorf("secret %q of %+v, want %q of %+v", secret, caller, test.secret, test.caller)
			}
		})
	}
}

func TestLookup_temporaryKeys(t *testing.T) {
	w := newWorld(t)
	session, keys := w.assume(admin(), "App-Role", "")
	_, others := w.assume(admin(), "App-Role", "")
	id, token := keys["AccessKeyId"].(string), keys["SecurityToken"].(string)
	if session.Kind != cloud.RoleSession || session.RoleName != "App-Role" || session.SessionName != "job" || session.AccessKeyID != id {
		t.Errorf("session %+v", session)
	}
	if others["AccessKeyId"] == id || others["AccessKeySecret"] == keys["AccessKeySecret"] {
		t.Error("two sessions share a key")
	}
	secret, _, err := w.Lookup(id, token)
	if err != nil || secret != keys["AccessKeySecret"] {
		t.Errorf("secret %q, %v", secret, err)
	}
	for _, test := range []struct{ name, token, code string }{
		{"none", "", "MissingSecurityToken"},
		{"another session's", others["SecurityToken"].(string), "InvalidSecurityToken.MismatchWithAccessKey"},
		{"altered", token + "A", "InvalidSecurityToken.Malformed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			secret, _, err := w.Lookup(id, test.token)
			wantError(t, err, http.StatusBadRequest, test.code)
			if secret != "" {
				t.Error("the secret came with the error")
			}
		})
	}
}

func TestLookup_expiryFollowsWallTime(t *testing.T) {
	w := newWorld(t)
	_, keys := w.assume(admin(), "App-Role", "")
	id, token := keys["AccessKeyId"].(string), keys["SecurityToken"].(string)
	w.clock.Advance(100 * hour)
	*w.wall = w.wall.Add(hour - time.Nanosecond)
	if _, _, err := w.Lookup(id, token); err != nil {
		t.Errorf("just before the end: %v", err)
	}
	*w.wall = w.wall.Add(time.Nanosecond)
	_, _, err := w.Lookup(id, token)
	wantError(t, err, http.StatusBadRequest, "InvalidSecurityToken.Expired")
}

func TestLookup_tokensEndWithTheirRole(t *testing.T) {
	w := newWorld(t)
	w.must("CreateRole", params{"RoleName": "brief", "AssumeRolePolicyDocument": trustHome})
	session, keys := w.assume(admin(), "brief", "")
	id, token := keys["AccessKeyId"].(string), keys["SecurityToken"].(string)
	w.must("DeleteRole", params{"RoleName": "brief"})
	_, _, err := w.Lookup(id, token)
	wantError(t, err, http.StatusBadRequest, "InvalidSecurityToken.Expired")
	w.must("CreateRole", params{"RoleName": "brief", "AssumeRolePolicyDocument": trustHome})
	w.must("AttachPolicyToRole", params{"RoleName": "brief", "PolicyType": "System", "PolicyName": "AdministratorAccess"})
	_, _, err = w.Lookup(id, token)
	wantError(t, err, http.StatusBadRequest, "InvalidSecurityToken.Expired")
	if ids := w.Identities(session); len(ids.Policies) != 0 {
		t.Errorf("the old session got the new role's policies: %v", ids.Policies)
	}
}

func TestLookup_tokensEndWithTheWorld(t *testing.T) {
	w := newWorld(t)
	_, keys := w.assume(admin(), "App-Role", "")
	if err := w.Load(w.State()); err != nil {
		t.Fatal(err)
	}
	_, _, err := w.Lookup(keys["AccessKeyId"].(string), keys["SecurityToken"].(string))
	wantError(t, err, http.StatusNotFound, "InvalidAccessKeyId.NotFound")
}

func TestAssumeRole_withoutRandomness(t *testing.T) {
	w := newWorld(t)
	broken := identity.New(identity.Options{Clock: w.clock, Random: iotest.ErrReader(errors.New("no entropy"))})
	if err := broken.Load(accounts()); err != nil {
		t.Fatal(err)
	}
	_, err := broken.Serve(identity.Call{
		Service: "sts", Operation: "AssumeRole", Params: params{"RoleArn": appRole, "RoleSessionName": "job"}, Caller: admin(),
	})
	wantError(t, err, http.StatusInternalServerError, "InternalError")
}
