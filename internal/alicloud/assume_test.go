package alicloud_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

const sessionBody = `{"RequestId":"R-1","Credentials":{"AccessKeyId":"STS.key","AccessKeySecret":"sec","SecurityToken":"tok","Expiration":"2026-03-01T12:00:00Z"}}`

var wantSession = alicloud.Session{
	Credentials: alicloud.Credentials{AccessKeyID: "STS.key", AccessKeySecret: "sec", SecurityToken: "tok"},
	Expiration:  time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
}

// atNoon sets this machine's clock to ten minutes before the session ends.
func atNoon(cfg *alicloud.Config) {
	cfg.Now = func() time.Time { return wantSession.Expiration.Add(-10 * time.Minute) }
}

// A session of 15 minutes ends 15 minutes after it was asked for, whatever the service's clock says; one that ends
// earlier than that does so.
func TestAssumeRole_endsByTheClockOfThisMachine(t *testing.T) {
	t.Parallel()
	for behind, want := range map[time.Duration]time.Duration{0: 0, 40 * time.Minute: 25 * time.Minute} {
		s := newServer(t, reply(200, sessionBody))
		now := wantSession.Expiration.Add(-10*time.Minute - behind)
		client := s.client(t, func(cfg *alicloud.Config) { cfg.Now = func() time.Time { return now } })
		role := alicloud.AssumeRole{RoleARN: "acs:ram::1000000000000001:role/ci", SessionName: "terraform", Duration: 25 * time.Minute}
		signed, err := client.AssumeRole(t.Context(), role)
		unsigned, otherErr := client.AssumeRoleWithOIDC(t.Context(), alicloud.AssumeRoleWithOIDC{AssumeRole: role, Token: testToken})
		if err != nil || otherErr != nil {
			t.Fatal(err, otherErr)
		}
		for _, got := range []alicloud.Session{signed, unsigned} {
			if early := wantSession.Expiration.Sub(got.Expiration); early != want {
				t.Errorf("with a clock %s behind the session ends %s early, want %s", behind, early, want)
			}
		}
	}
}

func TestAssumeRole_sendsEverythingSigned(t *testing.T) {
	t.Parallel()
	s := newServer(t, reply(200, sessionBody))
	got, err := s.client(t, atNoon).AssumeRole(t.Context(), alicloud.AssumeRole{
		RoleARN: "acs:ram::1000000000000001:role/deploy", SessionName: "terraform", Duration: 20 * time.Minute,
		Policy: `{"Version":"1"}`, ExternalID: "word",
	})
	if err != nil || got != wantSession {
		t.Fatalf("%v, %v", got.Expiration, err)
	}
	query, err := url.ParseQuery(s.seen()[0].query)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Action": "AssumeRole", "RoleArn": "acs:ram::1000000000000001:role/deploy", "RoleSessionName": "terraform",
		"DurationSeconds": "1200", "Policy": `{"Version":"1"}`, "ExternalId": "word", "AccessKeyId": testKeyID,
	} {
		if query.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, query.Get(name), want)
		}
	}
}

func TestAssumeRoleWithOIDC_isUnsignedAndKeepsTheTokenInTheBody(t *testing.T) {
	t.Parallel()
	s := newServer(t, script(reply(503, `{"Code":"ServiceUnavailable","Message":"later"}`), reply(200, sessionBody)))
	client := s.client(t, atNoon, func(cfg *alicloud.Config) { cfg.Credentials = alicloud.StaticCredentials{} })
	got, err := client.AssumeRoleWithOIDC(t.Context(), alicloud.AssumeRoleWithOIDC{
		AssumeRole:  alicloud.AssumeRole{RoleARN: "acs:ram::1000000000000001:role/ci", SessionName: "terraform"},
		ProviderARN: "acs:ram::1000000000000001:oidc-provider/ci", Token: testToken,
	})
	if err != nil || got != wantSession {
		t.Fatalf("%v, %v", got.Expiration, err)
	}
	last := s.seen()[1]
	form, err := url.ParseQuery(last.body)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"RoleArn": "acs:ram::1000000000000001:role/ci", "DurationSeconds": "3600", "OIDCToken": testToken,
		"OIDCProviderArn": "acs:ram::1000000000000001:oidc-provider/ci", "Policy": "",
	} {
		if form.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, form.Get(name), want)
		}
	}
	if strings.Contains(last.query, "Signature") || strings.Contains(last.query, "AccessKeyId") || last.action != "AssumeRoleWithOIDC" {
		t.Errorf("query: %s", last.query)
	}
}

func TestAssumeRole_failures(t *testing.T) {
	t.Parallel()
	role := alicloud.AssumeRole{RoleARN: "acs:ram::1000000000000001:role/ci", SessionName: "terraform"}
	for name, c := range map[string]struct {
		status     int
		body, code string
	}{
		"refused":       {403, `{"Code":"NoPermission","Message":"not for token ` + testToken + `","RequestId":"R-2"}`, "NoPermission"},
		"no key":        {200, `{"RequestId":"R-2","Credentials":{"Expiration":"2026-03-01T12:00:00Z"}}`, alicloud.CodeInvalidResponse},
		"no expiration": {200, `{"RequestId":"R-2","Credentials":{"AccessKeyId":"a","AccessKeySecret":"b","SecurityToken":"c"}}`, alicloud.CodeInvalidResponse},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, reply(c.status, c.body))
			client := s.client(t, func(cfg *alicloud.Config) {
				cfg.Credentials = alicloud.StaticCredentials{AccessKeyID: testKeyID, AccessKeySecret: testSecret, SecurityToken: testToken}
			})
			_, signed := client.AssumeRole(t.Context(), role)
			_, unsigned := client.AssumeRoleWithOIDC(t.Context(), alicloud.AssumeRoleWithOIDC{AssumeRole: role, Token: testToken})
			for _, err := range []error{signed, unsigned} {
				var failure *alicloud.Error
				if !errors.As(err, &failure) || failure.Code != c.code {
					t.Fatalf("%v", err)
				}
				if !strings.Contains(err.Error(), role.RoleARN) || !strings.Contains(err.Error(), "R-2") || strings.Contains(err.Error(), testToken) {
					t.Errorf("%v", err)
				}
			}
		})
	}
}
