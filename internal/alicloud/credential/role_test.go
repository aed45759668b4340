package credential_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud/credential"
)

// securityService answers every call with a session whose key names the caller and the role, and remembers the calls.
// It refuses roles named "locked".
type securityService struct {
	clock *clock
	mu    sync.Mutex
	seen  []url.Values
	hosts []string
}

func (s *securityService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	s.mu.Lock()
	s.seen, s.hosts = append(s.seen, r.Form), append(s.hosts, r.Host)
	s.mu.Unlock()
	_, role, _ := strings.Cut(r.Form.Get("RoleArn"), ":role/")
	if role == "locked" {
		w.WriteHeader(http.StatusForbidden)
		_, _ = fmt.Fprint(w, `{"Code":"NoPermission","Message":"You are not authorized to do this action.","RequestId":"R-9"}`)
		return
	}
	_, _ = fmt.Fprintf(w, `{"RequestId":"R-1","Credentials":{"AccessKeyId":%q,"AccessKeySecret":"s","SecurityToken":"t","Expiration":%q}}`,
		"STS("+r.Form.Get("AccessKeyId")+r.Form.Get("OIDCToken")+">"+role+")", s.clock.now().Add(time.Hour).Format(time.RFC3339))
}

func (s *securityService) last() (url.Values, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen[len(s.seen)-1], s.hosts[len(s.hosts)-1]
}

const (
	firstRole  = "acs:ram::1000000000000001:role/first"
	secondRole = "acs:ram::1000000000000001:role/second"
	lockedRole = "acs:ram::1000000000000001:role/locked"
	provider   = "acs:ram::1000000000000001:oidc-provider/ci"
)

func TestAssumeRole_defaultsAndRefusal(t *testing.T) {
	t.Parallel()
	var c clock
	service := &securityService{clock: &c}
	cfg := config(t, &c, service.ServeHTTP)
	base := alicloud.StaticCredentials{AccessKeyID: "key", AccessKeySecret: secret}
	source, err := credential.AssumeRole(cfg, base, alicloud.AssumeRole{RoleARN: firstRole})
	if err != nil {
		t.Fatal(err)
	}
	if got := keyOf(t, source); got != "STS(key>first)" {
		t.Errorf("got %s", got)
	}
	sent, _ := service.last()
	if sent.Get("RoleSessionName") != "terraform" || sent.Get("DurationSeconds") != "3600" {
		t.Errorf("sent %v", sent)
	}
	source, err = credential.AssumeRole(cfg, base, alicloud.AssumeRole{RoleARN: lockedRole})
	if err != nil {
		t.Fatal(err)
	}
	_, err = source.Credentials(t.Context())
	refused(t, err, "cannot assume the role "+lockedRole, "NoPermission", "R-9")
	if _, err := credential.AssumeRole(alicloud.Config{Region: "a/b"}, base, alicloud.AssumeRole{RoleARN: firstRole}); err == nil {
		t.Error("a region with a slash is accepted")
	}
}

func TestAssumeRoleWithOIDC_readsTheTokenAnew(t *testing.T) {
	t.Parallel()
	var c clock
	service := &securityService{clock: &c}
	cfg := config(t, &c, service.ServeHTTP)
	file := write(t, "token-1\n")
	source, err := credential.AssumeRoleWithOIDC(cfg, credential.OIDC{
		Role: alicloud.AssumeRole{RoleARN: firstRole}, ProviderARN: provider, TokenFile: file,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{"token-1", "token-2"} {
		if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := keyOf(t, source); got != "STS("+token+">first)" {
			t.Errorf("got %s, want the session of %s", got, token)
		}
		c.advance(59*time.Minute + 45*time.Second)
	}
	for want, oidc := range map[string]credential.OIDC{
		"no such file": {Role: alicloud.AssumeRole{RoleARN: firstRole}, TokenFile: "/nowhere/token"},
		"is empty":     {Role: alicloud.AssumeRole{RoleARN: firstRole}, TokenFile: write(t, " \n")},
		"NoPermission": {Role: alicloud.AssumeRole{RoleARN: lockedRole}, Token: secret},
	} {
		source, err := credential.AssumeRoleWithOIDC(cfg, oidc)
		if err != nil {
			t.Fatal(err)
		}
		_, err = source.Credentials(t.Context())
		refused(t, err, want, oidc.Role.RoleARN)
	}
}

func TestProfile_modesThatCallSTS(t *testing.T) {
	t.Parallel()
	token := write(t, "web-token")
	content := fmt.Sprintf(`{"profiles": [
	  {"name": "arn", "mode": "RamRoleArn", "access_key_id": "key", "access_key_secret": %[1]q, "ram_role_arn": %[2]q,
	   "ram_session_name": "named", "expired_seconds": 900, "external_id": "word", "policy": "{}"},
	  {"name": "chain", "mode": "ChainableRamRoleArn", "source_profile": "arn", "ram_role_arn": %[3]q, "sts_region": "cn-beijing"},
	  {"name": "central", "mode": "ChainableRamRoleArn", "source_profile": "arn", "ram_role_arn": %[3]q, "sts_region": "cn-guangzhou"},
	  {"name": "vpc", "mode": "ChainableRamRoleArn", "source_profile": "arn", "ram_role_arn": %[3]q, "enable_vpc": true},
	  {"name": "own", "mode": "ChainableRamRoleArn", "source_profile": "arn", "ram_role_arn": %[3]q, "sts_endpoint": "sts.own.test"},
	  {"name": "inline", "mode": "OIDC", "ram_role_arn": %[2]q, "oidc_provider_arn": %[4]q, "oidc_token": "inline-token"},
	  {"name": "both", "mode": "OIDC", "ram_role_arn": %[2]q, "oidc_provider_arn": %[4]q, "oidc_token": "inline-token", "oidc_token_file": %[5]q},
	  {"name": "web", "mode": "OIDC", "ram_role_arn": %[2]q, "oidc_provider_arn": %[4]q, "oidc_token_file": %[5]q}]}`,
		secret, firstRole, secondRole, provider, token)
	for _, c := range []struct {
		name, endpoint, key, host string
		sent                      map[string]string
	}{
		{"arn", "http://sts.test", "STS(key>first)", "sts.test", map[string]string{
			"RoleSessionName": "named", "DurationSeconds": "900", "ExternalId": "word", "Policy": "{}",
		}},
		{"chain", "http://sts.test", "STS(STS(key>first)>second)", "sts.test", nil},
		{"chain", "", "STS(STS(key>first)>second)", "sts.cn-beijing.aliyuncs.com", nil},
		{"central", "", "STS(STS(key>first)>second)", "sts.aliyuncs.com", nil},
		{"vpc", "", "STS(STS(key>first)>second)", "sts-vpc.cn-hangzhou.aliyuncs.com", nil},
		{"own", "", "STS(STS(key>first)>second)", "sts.own.test", nil},
		{"inline", "http://sts.test", "STS(inline-token>first)", "sts.test", nil},
		{"both", "http://sts.test", "STS(web-token>first)", "sts.test", nil},
		{"web", "http://sts.test", "STS(web-token>first)", "sts.test", map[string]string{"OIDCProviderArn": provider, "Signature": ""}},
	} {
		t.Run(c.name+" "+c.endpoint, func(t *testing.T) {
			t.Parallel()
			var now clock
			service := &securityService{clock: &now}
			cfg := config(t, &now, service.ServeHTTP)
			cfg.Endpoints.STS = c.endpoint
			source, err := sourceWith(t, cfg, content, c.name)
			if err != nil {
				t.Fatal(err)
			}
			if got := keyOf(t, source); got != c.key {
				t.Errorf("got %s, want %s", got, c.key)
			}
			sent, host := service.last()
			if host != c.host {
				t.Errorf("asked %s, want %s", host, c.host)
			}
			for name, want := range c.sent {
				if sent.Get(name) != want {
					t.Errorf("%s is %q, want %q", name, sent.Get(name), want)
				}
			}
		})
	}
}

func TestProfile_modesThatCallNobodyAtSTS(t *testing.T) {
	t.Parallel()
	var c clock
	cfg := config(t, &c, func(w http.ResponseWriter, r *http.Request) {
		switch r.Host + r.URL.Path {
		case "keys.test/a":
			_, _ = fmt.Fprint(w, session(&c, "STS.uri"))
		case "100.100.100.200/latest/meta-data/ram/security-credentials/":
			_, _ = fmt.Fprint(w, "worker")
		case "100.100.100.200/latest/meta-data/ram/security-credentials/worker":
			_, _ = fmt.Fprint(w, session(&c, "STS.instance"))
		}
	})
	content := `{"profiles": [{"name": "ecs", "mode": "EcsRamRole"}, {"name": "uri", "mode": "CredentialsURI", "credentials_uri": "http://keys.test/a"}]}`
	for name, want := range map[string]string{"ecs": "STS.instance", "uri": "STS.uri"} {
		source, err := sourceWith(t, cfg, content, name)
		if err != nil {
			t.Fatal(err)
		}
		if got := keyOf(t, source); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}
