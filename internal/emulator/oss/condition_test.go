package oss_test

import (
	"fmt"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// Each key once with a value that fits the request and once with one that does
// not.
func TestPermission_conditionKeys(t *testing.T) {
	own := user(sourceUID, "own")
	session := cloud.Caller{Kind: cloud.RoleSession, AccountID: sourceUID, RoleName: "Ops", SessionName: "me", AccessKeyID: "STS.key"}
	tests := map[string]struct {
		caller          cloud.Caller
		call, body      string
		headers         []string
		key, fits, none string
	}{
		"ARN of a user":          {caller: own, call: "GET /src/x", key: "acs:PrincipalARN", fits: "acs:ram::" + sourceUID + ":user/own", none: "acs:ram::" + sourceUID + ":user/other"},
		"ARN of a session":       {caller: session, call: "GET /src/x", key: "acs:PrincipalARN", fits: "acs:ram::" + sourceUID + ":assumed-role/ops/me", none: "acs:ram::" + sourceUID + ":role/ops"},
		"access key":             {caller: own, call: "GET /src/x", key: "acs:AccessId", fits: "own", none: "other"},
		"ACL of an object":       {caller: own, call: "PUT /src/y", body: "data", headers: []string{"x-oss-object-acl: private"}, key: "oss:x-oss-object-acl", fits: "private", none: "public-read"},
		"ACL of a bucket":        {caller: own, call: "PUT /src/?acl", headers: []string{"x-oss-acl: private"}, key: "oss:x-oss-acl", fits: "private", none: "public-read"},
		"ACL of a new bucket":    {caller: own, call: "PUT /fresh/", headers: []string{"x-oss-acl: private"}, key: "oss:x-oss-acl", fits: "private", none: "public-read"},
		"tag of the object":      {caller: own, call: "GET /src/x", key: "oss:ExistingObjectTag/stage", fits: "live", none: "test"},
		"no such tag":            {caller: own, call: "GET /src/x", key: "oss:ExistingObjectTag/Stage2", none: "live"},
		"tag in the request":     {caller: own, call: "PUT /src/y", body: "data", headers: []string{"x-oss-tagging: team=a%2Fb"}, key: "oss:RequestObjectTag/team", fits: "a/b", none: "live"},
		"tag of several deleted": {caller: own, call: "POST /src/?delete", body: "<Delete><Object><Key>x</Key></Object></Delete>", key: "oss:ExistingObjectTag/stage", fits: "live", none: "test"},
	}
	for name, test := range tests {
		for value, status := range map[string]int{test.fits: 200, test.none: 403} {
			if value == "" {
				continue
			}
			t.Run(fmt.Sprintf("%s, %d", name, status), func(t *testing.T) {
				w := newWorld(t)
				w.put("x", "data", "x-oss-tagging: stage=live")
				w.policies[test.caller.UserName+test.caller.RoleName] = fmt.Sprintf(
					`{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:*","Resource":"*","Condition":{"StringEquals":{%q:[%q]}}}]}`, test.key, value)
				headers := test.headers
				if test.call[:4] == "POST" {
					headers = append(headers, contentMD5(test.body))
				}
				w.must(status, test.caller, test.call, test.body, headers...)
			})
		}
	}
}

// The role's policy of a rule sees who the role is.
func TestReplicate_conditionOnTheRole(t *testing.T) {
	for arn, want := range map[string]string{
		"acs:ram::" + sourceUID + ":assumed-role/mirror/oss": "data",
		"acs:ram::" + sourceUID + ":assumed-role/other/oss":  "",
	} {
		w := newWorld(t, cloud.Switches{SilentCreate: true})
		w.policies["Mirror"] = fmt.Sprintf(`{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:Replicate*","Resource":"*",
			"Condition":{"StringEquals":{"acs:PrincipalARN":[%q]}}}]}`, arn)
		w.started("")
		w.put("x", "data")
		if got := w.arrived("x"); got != want {
			t.Errorf("%s: %q, want %q", arn, got, want)
		}
	}
}
