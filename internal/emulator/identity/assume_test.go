package identity_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

const appRole = "acs:ram::" + home + ":role/app-role"

func TestAssumeRole_badParameters(t *testing.T) {
	long := `{"Version":"1","Statement":[]}` + strings.Repeat(" ", 2048)
	for _, test := range []struct {
		name   string
		change params
		code   string
	}{
		{"no role", params{"RoleArn": ""}, "MissingRoleArn"},
		{"no session name", params{"RoleSessionName": ""}, "MissingRoleSessionName"},
		{"role by name", params{"RoleArn": "app-role"}, "InvalidParameter.RoleArn"},
		{"ARN of a user", params{"RoleArn": "acs:ram::" + home + ":user/Admin"}, "InvalidParameter.RoleArn"},
		{"session name too short", params{"RoleSessionName": "a"}, "InvalidParameter.RoleSessionName"},
		{"session name too long", params{"RoleSessionName": strings.Repeat("a", 65)}, "InvalidParameter.RoleSessionName"},
		{"session name with a slash", params{"RoleSessionName": "a/b"}, "InvalidParameter.RoleSessionName"},
		{"external id too short", params{"ExternalId": "x"}, "InvalidParameter.ExternalId"},
		{"external id too long", params{"ExternalId": strings.Repeat("x", 1225)}, "InvalidParameter.ExternalId"},
		{"external id with a space", params{"ExternalId": "a b"}, "InvalidParameter.ExternalId"},
		{"policy too long", params{"Policy": long}, "InvalidParameter.PolicySize"},
		{"policy no JSON", params{"Policy": "{"}, "InvalidParameter.PolicyGrammar"},
		{"policy with a principal", params{"Policy": trustOSS}, "InvalidParameter.PolicyGrammar"},
		{"duration too short", params{"DurationSeconds": "899"}, "InvalidParameter.DurationSeconds"},
		{"duration beyond the role's", params{"DurationSeconds": "7201"}, "InvalidParameter.DurationSeconds"},
		{"duration no number", params{"DurationSeconds": "1h"}, "InvalidParameter.DurationSeconds"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			p := params{"RoleArn": appRole, "RoleSessionName": "job"}
			for k, v := range test.change {
				p[k] = v
			}
			_, err := w.call(admin(), "AssumeRole", p)
			wantError(t, err, http.StatusBadRequest, test.code)
		})
	}
}

func TestAssumeRole_answer(t *testing.T) {
	for _, test := range []struct{ duration, role, expiration string }{
		{"", "App-Role", "2026-03-10T09:00:00Z"},
		{"900", "App-Role", "2026-03-10T08:15:00Z"},
		{"7200", "app-role", "2026-03-10T10:00:00Z"},
	} {
		w := newWorld(t)
		answer := w.mustAs(admin(), "AssumeRole", params{
			"RoleArn": "acs:ram::" + home + ":role/" + test.role, "RoleSessionName": strings.Repeat("s", 64),
			"DurationSeconds": test.duration, "ExternalId": strings.Repeat("x", 1224),
		})
		if got := field(answer, "Credentials", "Expiration"); got != test.expiration {
			t.Errorf("duration %q: expires %v, want %s", test.duration, got, test.expiration)
		}
		if id := field(answer, "Credentials", "AccessKeyId").(string); !strings.HasPrefix(id, "STS.") {
			t.Errorf("key id %q", id)
		}
		roleID := field(w.must("GetRole", params{"RoleName": "App-Role"}), "Role", "RoleId").(string)
		if got := field(answer, "AssumedRoleUser", "AssumedRoleId"); got != roleID+":"+strings.Repeat("s", 64) {
			t.Errorf("AssumedRoleId %v", got)
		}
	}
}

func TestAssumeRole_bothSidesMustAllow(t *testing.T) {
	stranger := user(other, "200000000000000005", "stranger")
	for _, test := range []struct {
		name       string
		caller     cloud.Caller
		role       string
		externalID string
		status     int
		code       string
		policyType string
	}{
		{"root", root(), "App-Role", "", 403, "NoPermission", ""},
		{"identity policy and trust", admin(), "App-Role", "", 0, "", ""},
		{"no identity policy", nobody(), "App-Role", "", 403, "NoPermission", "AccountLevelIdentityBasedPolicy"},
		{"identity policy denies", clerk(), "bare", "", 403, "NoPermission", "AccountLevelIdentityBasedPolicy"},
		{"trust names a service only", admin(), "bare", "", 403, "NoPermission", "AssumeRolePolicy"},
		{"trust names another account", admin(), "partner", "ticket-7", 403, "NoPermission", "AssumeRolePolicy"},
		{"across accounts", guest(), "partner", "ticket-7", 0, "", ""},
		{"without the external id", guest(), "partner", "", 403, "NoPermission", "AssumeRolePolicy"},
		{"with a wrong external id", guest(), "partner", "ticket-8", 403, "NoPermission", "AssumeRolePolicy"},
		{"user whom the trust does not name", stranger, "partner", "ticket-7", 403, "NoPermission", "AssumeRolePolicy"},
		{"account that the trust does not name", guest(), "App-Role", "", 403, "NoPermission", "AssumeRolePolicy"},
		{"role that is not there", admin(), "gone", "", 404, "EntityNotExist.Role", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			_, err := w.call(test.caller, "AssumeRole", params{
				"RoleArn": "acs:ram::" + home + ":role/" + test.role, "RoleSessionName": "job", "ExternalId": test.externalID,
			})
			if test.status == 0 {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			wantError(t, err, test.status, test.code)
			if test.policyType != "" && (err.Denied == nil || err.Denied.PolicyType != test.policyType || err.Denied.AuthAction != "sts:AssumeRole") {
				t.Errorf("detail %+v, want policy type %s", err.Denied, test.policyType)
			}
		})
	}
}

func TestAssumeRole_trustByTime(t *testing.T) {
	w := newWorld(t)
	w.must("UpdateRole", params{"RoleName": "App-Role", "NewAssumeRolePolicyDocument": `{"Version":"1","Statement":[{"Effect":"Allow",` +
		`"Action":"sts:AssumeRole","Principal":{"RAM":"acs:ram::` + home + `:root"},` +
		`"Condition":{"DateLessThan":{"acs:CurrentTime":"2026-03-10T08:30:00Z"}}}]}`})
	w.assume(admin(), "App-Role", "")
	*w.wall = w.wall.Add(hour)
	_, err := w.call(admin(), "AssumeRole", params{"RoleArn": appRole, "RoleSessionName": "job"})
	wantError(t, err, http.StatusForbidden, "NoPermission")
}

func TestAssumeRole_bySession(t *testing.T) {
	w := newWorld(t)
	w.must("AttachPolicyToRole", params{"RoleName": "App-Role", "PolicyType": "System", "PolicyName": "AliyunSTSAssumeRoleAccess"})
	w.must("CreateRole", params{"RoleName": "next", "AssumeRolePolicyDocument": `{"Version":"1","Statement":[{"Effect":"Allow",` +
		`"Action":"sts:AssumeRole","Principal":{"RAM":["acs:ram::` + home + `:role/APP-ROLE"]}}]}`})
	session, _ := w.assume(admin(), "App-Role", "")
	next, _ := w.assume(session, "next", "")
	if next.RoleName != "next" {
		t.Errorf("session of role %q", next.RoleName)
	}
	_, err := w.call(admin(), "AssumeRole", params{"RoleArn": "acs:ram::" + home + ":role/next", "RoleSessionName": "job"})
	wantError(t, err, http.StatusForbidden, "NoPermission")
}

func TestGetCallerIdentity(t *testing.T) {
	w := newWorld(t)
	session, _ := w.assume(admin(), "App-Role", `{"Version":"1","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}`)
	roleID := session.RoleID
	for name, test := range map[string]struct {
		caller cloud.Caller
		want   map[string]any
	}{
		"root": {root(), map[string]any{
			"IdentityType": "Account", "AccountId": home, "PrincipalId": home, "UserId": home, "Arn": "acs:ram::" + home + ":root", "RoleId": nil,
		}},
		"user without any permission": {nobody(), map[string]any{
			"IdentityType": "RAMUser", "AccountId": home, "PrincipalId": "200000000000000003", "UserId": "200000000000000003",
			"Arn": "acs:ram::" + home + ":user/nobody", "RoleId": nil,
		}},
		"session that may do nothing": {session, map[string]any{
			"IdentityType": "AssumedRoleUser", "AccountId": home, "PrincipalId": roleID + ":job", "RoleId": roleID,
			"Arn": "acs:ram::" + home + ":assumed-role/app-role/job", "UserId": nil,
		}},
	} {
		answer := w.mustAs(test.caller, "GetCallerIdentity", nil)
		for key, want := range test.want {
			if answer[key] != want {
				t.Errorf("%s: %s is %v, want %v", name, key, answer[key], want)
			}
		}
	}
}
