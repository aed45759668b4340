package credential_test

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud/credential"
)

// parrots is a configuration in which every server gives the same answer.
func parrots(status int, body []byte) alicloud.Config {
	return alicloud.Config{
		Region: "cn-hangzhou", Endpoints: alicloud.Endpoints{STS: "http://sts.test"}, Now: (&clock{}).now,
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			return &http.Response{
				StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(body))), Request: r,
				Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			}, nil
		}),
	}
}

// seeded adds what servers say, some of it broken.
func seeded(f *testing.F) {
	f.Helper()
	var c clock
	for _, body := range []string{
		session(&c, "STS.1"), ssoAnswer, oauthAnswer, strings.ReplaceAll(ssoAnswer, "%q", `"2099-01-01T00:00:00Z"`), "", "{}", "null", "[]", "worker", "\xff<",
		`{"Code":"` + secret + `"}`, `{"Code":"Failed","AccessKeySecret":"` + secret + `"}`, `{"Code":1}`, `{"AccessKeyId":{},"Expiration":null}`, `{"Credentials":[]}`,
		`{"Credentials":{"AccessKeyId":"STS.1","AccessKeySecret":"` + secret + `","SecurityToken":"t","Expiration":"2099-01-01T00:00:00Z"},"RequestId":"R"}`,
		`{"Credentials":{"AccessKeyId":"STS.1","AccessKeySecret":"` + secret + `"},"RequestId":"R"}`, strings.Repeat("[", 5000), `{"Error":"` + secret + `"}`,
	} {
		for _, status := range []int{200, 302, 403, 503} {
			f.Add(status, []byte(body))
		}
	}
}

// opened wants whole credentials or an error that a person can read and that quotes no secret. Of told the error may tell
// what is no member for secrets.
func opened(t *testing.T, source alicloud.CredentialSource, err error, told []byte) {
	t.Helper()
	var keys alicloud.Credentials
	if err == nil {
		keys, err = source.Credentials(t.Context())
	}
	switch {
	case err == nil && (keys.AccessKeyID == "" || keys.AccessKeySecret == "" || keys.SecurityToken == ""):
		t.Errorf("a session that is incomplete: %d, %d and %d characters", len(keys.AccessKeyID), len(keys.AccessKeySecret), len(keys.SecurityToken))
	case err != nil && (quotes(err, told) || err.Error() == "" || len(err.Error()) > 3000+2*len(told)):
		t.Errorf("the error has %d characters: %.300s", len(err.Error()), err)
	}
}

// quotes says whether an error has a secret in it, unless that is in a place where it looks like any other word.
func quotes(err error, told []byte) bool {
	where := regexp.MustCompile(`("(?:AccessKeySecret|SecurityToken)"\s*:\s*")` + secret)
	elsewhere := strings.Contains(where.ReplaceAllString(string(told), ""), secret)
	return strings.Contains(err.Error(), secret) && !elsewhere
}

// fuzzAnswers lets a server say anything to a source. Of what STS says the errors tell most, of other servers nothing.
func fuzzAnswers(f *testing.F, service string, open func(*testing.T, alicloud.Config) (alicloud.CredentialSource, error)) {
	f.Helper()
	seeded(f)
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status < 200 || status > 599 {
			return // no answer of HTTP
		}
		source, err := open(t, parrots(status, body))
		if service != "sts" {
			body = nil
		}
		opened(t, source, err, body)
	})
}

func FuzzMetadataAnswers(f *testing.F) {
	fuzzAnswers(f, "metadata", func(_ *testing.T, cfg alicloud.Config) (alicloud.CredentialSource, error) {
		return credential.InstanceRole(cfg, ""), nil
	})
}

func FuzzURIAnswers(f *testing.F) {
	fuzzAnswers(f, "uri", func(_ *testing.T, cfg alicloud.Config) (alicloud.CredentialSource, error) {
		return credential.URI(cfg, "http://keys.test/")
	})
}

func FuzzCloudSSOAnswers(f *testing.F) {
	fuzzAnswers(f, "sso", func(t *testing.T, cfg alicloud.Config) (alicloud.CredentialSource, error) {
		t.Helper()
		return sourceWith(t, cfg, login(&clock{}), "sso")
	})
}

func FuzzOAuthAnswers(f *testing.F) {
	fuzzAnswers(f, "oauth", func(t *testing.T, cfg alicloud.Config) (alicloud.CredentialSource, error) {
		t.Helper()
		return sourceWith(t, cfg, login(&clock{}), "cn")
	})
}

func FuzzOIDCAnswers(f *testing.F) {
	fuzzAnswers(f, "sts", func(_ *testing.T, cfg alicloud.Config) (alicloud.CredentialSource, error) {
		return credential.AssumeRoleWithOIDC(cfg, credential.OIDC{
			Role: alicloud.AssumeRole{RoleARN: "acs:ram::1000000000000001:role/pipeline"}, ProviderARN: "acs:ram::1000000000000001:oidc-provider/ci", Token: "a.b.c",
		})
	})
}

// FuzzProfileFile reads what people, and other programs, leave in the file. Sources are made and not used: some run the
// command that the file names.
func FuzzProfileFile(f *testing.F) {
	for _, content := range []string{
		login(&clock{}), chainedProfiles(), "", "{}", "null", "[]", `{"profiles":null}`, `{"profiles":[null,{}]}`, `{"current":"a","profiles":[{"name":"a"}]}`, "\xff",
		`{"profiles":[{"name":"a","mode":"AK","access_key_id":"i","access_key_secret":"` + secret + `"}]}`, `{"profiles":[{"name":"a","mode":"` + secret + `"}]`,
		`{"profiles":[{"name":"a","mode":"External","process_command":"'` + secret + `"}]}`, `{"profiles":[{"name":"a","mode":"ChainableRamRoleArn","source_profile":"a"}]}`,
		`{"profiles":[{"name":"a","mode":"OIDC"},{"name":"a","mode":1}]}`, `{"profiles":[{"name":"a","mode":"CloudSSO","access_token":"` + secret + `"}]}`,
	} {
		for _, name := range []string{"a", "sso", ""} {
			f.Add([]byte(content), name)
		}
	}
	f.Fuzz(func(t *testing.T, content []byte, name string) {
		_, err := sourceWith(t, parrots(200, nil), string(content), name)
		if err != nil && !strings.Contains(name, secret) && strings.Contains(err.Error(), secret) {
			t.Errorf("a secret is in %s", err)
		}
	})
}
