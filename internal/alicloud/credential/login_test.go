package credential_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud/credential"
)

// signIn is a host that exchanges logins: status and body are its answer, and
// %q in the body is an hour from now.
type signIn struct {
	clock  *clock
	status int
	body   string
	mu     sync.Mutex
	asked  []string
}

func (s *signIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	sent, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.asked = append(s.asked, r.Method+" "+r.Host+r.URL.Path+" "+r.Header.Get("Authorization")+" "+string(sent))
	s.mu.Unlock()
	w.WriteHeader(s.status)
	_, _ = io.WriteString(w, strings.ReplaceAll(s.body, "%q", fmt.Sprintf("%q", s.clock.now().Add(time.Hour).Format(time.RFC3339))))
}

// login is a file with one profile of each mode, logged in for ten hours.
func login(c *clock) string {
	end := c.now().Add(10 * time.Hour).Unix()
	return fmt.Sprintf(`{"profiles": [
	  {"name": "sso", "mode": "CloudSSO", "cloud_sso_sign_in_url": "https://signin.test/start?x", "cloud_sso_account_id": "1000000000000001",
	   "cloud_sso_access_config": "ac-1", "access_token": %[1]q, "cloud_sso_access_token_expire": %[2]d},
	  {"name": "cn", "mode": "OAuth", "oauth_site_type": "CN", "oauth_access_token": %[1]q, "oauth_access_token_expire": %[2]d, "oauth_refresh_token": "of the CLI"},
	  {"name": "intl", "mode": "OAuth", "oauth_site_type": "intl", "oauth_access_token": %[1]q, "oauth_access_token_expire": %[2]d}]}`, secret, end)
}

const (
	ssoAnswer   = `{"CloudCredential":{"AccessKeyId":"STS.login","AccessKeySecret":"s","SecurityToken":"t","Expiration":%q},"RequestId":"R"}`
	oauthAnswer = `{"accessKeyId":"STS.login","accessKeySecret":"s","securityToken":"t","expiration":%q,"requestId":"R"}`
)

func TestLogin_isExchangedOnceAndAgainNearTheEnd(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ answer, asked string }{
		"sso":  {ssoAnswer, "POST signin.test/cloud-credentials Bearer " + secret + ` {"AccessConfigurationId":"ac-1","AccountId":"1000000000000001"}`},
		"cn":   {oauthAnswer, "POST oauth.aliyun.com/v1/exchange Bearer " + secret + " "},
		"intl": {oauthAnswer, "POST oauth.alibabacloud.com/v1/exchange Bearer " + secret + " "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var now clock
			server := &signIn{clock: &now, status: http.StatusOK, body: c.answer}
			source, err := sourceWith(t, config(t, &now, server.ServeHTTP), login(&now), name)
			if err != nil {
				t.Fatal(err)
			}
			for want := range 3 {
				var all sync.WaitGroup
				for range 10 {
					all.Go(func() {
						if got, err := source.Credentials(t.Context()); err != nil || got.AccessKeyID != "STS.login" {
							t.Errorf("%s, %v", got.AccessKeyID, err)
						}
					})
				}
				all.Wait()
				if len(server.asked) != want+1 || server.asked[want] != c.asked {
					t.Errorf("asked %q, want %d times %q", server.asked, want+1, c.asked)
				}
				now.advance(59*time.Minute + 45*time.Second)
			}
		})
	}
}

// A login that ends during a long run is said to have ended: only the CLI can
// renew it.
func TestLogin_thatEndsDuringTheRunIsSaidToHaveEnded(t *testing.T) {
	t.Parallel()
	var now clock
	server := &signIn{clock: &now, status: http.StatusOK, body: oauthAnswer}
	source, err := sourceWith(t, config(t, &now, server.ServeHTTP), login(&now), "cn")
	if err != nil {
		t.Fatal(err)
	}
	if got := keyOf(t, source); got != "STS.login" {
		t.Fatal(got)
	}
	now.advance(11 * time.Hour)
	_, err = source.Credentials(t.Context())
	refused(t, err, "its login ended at 2026-03-01T22:00:00Z", "aliyun configure --profile cn")
	if len(server.asked) != 1 {
		t.Errorf("asked %q", server.asked)
	}
}

// Somebody who logs in again during a long run is seen: the file is read again.
func TestLogin_thatIsRenewedDuringTheRunIsTaken(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{"sso": ssoAnswer, "cn": oauthAnswer} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var now clock
			server := &signIn{clock: &now, status: http.StatusOK, body: answer}
			file := write(t, login(&now))
			profiles, err := credential.ReadProfiles(file)
			if err != nil {
				t.Fatal(err)
			}
			profile, err := profiles.Named(name)
			if err != nil {
				t.Fatal(err)
			}
			source, err := profile.Source(config(t, &now, server.ServeHTTP))
			if err != nil {
				t.Fatal(err)
			}
			keyOf(t, source)
			now.advance(11 * time.Hour)
			renewed := strings.ReplaceAll(login(&now), secret, "renewed-token")
			if err := os.WriteFile(file, []byte(renewed), 0o600); err != nil {
				t.Fatal(err)
			}
			keyOf(t, source)
			if len(server.asked) != 2 || !strings.Contains(server.asked[1], "Bearer renewed-token") {
				t.Errorf("asked %q", server.asked)
			}
			now.advance(11 * time.Hour)
			_, err = source.Credentials(t.Context())
			refused(t, err, "its login ended at 2026-03-02T09:00:00Z")
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
			_, err = source.Credentials(t.Context())
			refused(t, err, "cannot read the credentials file")
		})
	}
}

// A file that does not say when the login ends leaves that to the server.
func TestLogin_withoutAnEndIsTried(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{"sso": ssoAnswer, "cn": oauthAnswer} {
		var now clock
		server := &signIn{clock: &now, status: http.StatusOK, body: answer}
		content := strings.ReplaceAll(login(&now), "_token_expire\"", "_somewhere_else\"")
		source, err := sourceWith(t, config(t, &now, server.ServeHTTP), content, name)
		if err != nil {
			t.Fatal(err)
		}
		if got := keyOf(t, source); got != "STS.login" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestLogin_failuresQuoteNoToken(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status     int
		body, want string
		asked      int
	}{
		"refused":        {http.StatusUnauthorized, `{"ErrorCode":"InvalidAccessToken","Token":"` + secret + `"}`, "HTTP status 401 (Unauthorized), code InvalidAccessToken", 1},
		"repeats itself": {http.StatusBadRequest, `{"ErrorCode":"` + secret + `"}`, "HTTP status 400 (Bad Request);", 1},
		"out of order":   {http.StatusBadGateway, secret, "HTTP status 502", 3},
		"nothing":        {http.StatusOK, `{}`, "has no ", 1},
		"half":           {http.StatusOK, `{"CloudCredential":{"AccessKeySecret":"` + secret + `"},"accessKeySecret":"` + secret + `"}`, "has no AccessKeyId", 1},
		"no JSON":        {http.StatusOK, secret, "the answer ", 1},
	} {
		for _, profile := range []string{"sso", "cn"} {
			t.Run(name+" "+profile, func(t *testing.T) {
				t.Parallel()
				var now clock
				server := &signIn{clock: &now, status: c.status, body: c.body}
				source, err := sourceWith(t, config(t, &now, server.ServeHTTP), login(&now), profile)
				if err != nil {
					t.Fatal(err)
				}
				_, err = source.Credentials(t.Context())
				refused(t, err, c.want, `profile "`+profile+`"`, "log in again")
				if len(server.asked) != c.asked {
					t.Errorf("asked %d times", len(server.asked))
				}
			})
		}
	}
}

// Every source tells the log of each attempt, and nothing that is secret.
func TestEverySourceLogsItsAttempts(t *testing.T) {
	t.Parallel()
	var now clock
	failed := false
	var logged []string
	cfg := config(t, &now, func(w http.ResponseWriter, r *http.Request) {
		now.advance(time.Second)
		switch r.URL.Path {
		case "/cloud-credentials":
			_, _ = io.WriteString(w, strings.ReplaceAll(ssoAnswer, "%q", fmt.Sprintf("%q", now.now().Add(time.Hour).Format(time.RFC3339))))
		case "/latest/api/token":
			_, _ = io.WriteString(w, secret)
		case "/latest/meta-data/ram/security-credentials/":
			_, _ = io.WriteString(w, "worker")
		default:
			if !failed {
				failed = true
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			_, _ = io.WriteString(w, session(&now, "STS.1"))
		}
	})
	cfg.Log = func(_ context.Context, c alicloud.Call) {
		logged = append(logged, fmt.Sprintf("%s %s %s %d %d %s %s", c.Service, c.Operation, c.Object, c.Attempt, c.Status, c.Code, c.Duration))
	}
	command := printing(t, write(t, `{"mode":"AK","access_key_id":"a","access_key_secret":"`+secret+`"}`))
	content := strings.TrimSuffix(login(&now), "]}") + fmt.Sprintf(`, {"name": "ecs", "mode": "EcsRamRole"},
	  {"name": "uri", "mode": "CredentialsURI", "credentials_uri": "http://u:%[1]s@keys.test/a?key=%[1]s"}, {"name": "run", "mode": "External", "process_command": %[2]q}]}`, secret, command)
	for _, name := range []string{"uri", "ecs", "sso", "run"} {
		source, err := sourceWith(t, cfg, content, name)
		if err != nil {
			t.Fatal(err)
		}
		keyOf(t, source)
	}
	program, _, _ := strings.Cut(strings.TrimPrefix(command, `"`), `"`)
	want := []string{
		"credentials URI GetCredentials http://keys.test/a 1 503 HTTP503 1s",
		"credentials URI GetCredentials http://keys.test/a 2 200  1s",
		"ECS metadata GetToken http://100.100.100.200/latest/api/token 1 200  1s",
		"ECS metadata GetRoleName http://100.100.100.200/latest/meta-data/ram/security-credentials/ 1 200  1s",
		"ECS metadata GetCredentials http://100.100.100.200/latest/meta-data/ram/security-credentials/worker 1 200  1s",
		"CloudSSO CreateCloudCredential https://signin.test/cloud-credentials 1 200  1s",
		"credentials command Run " + program + " 1 0  0s",
	}
	if got := strings.Join(logged, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("logged\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}
