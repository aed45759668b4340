package provider_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-srr/terraform-provider-srr/internal/provider"
)

// identityCloud is what hands out credentials: STS, the metadata server of an
// instance of the source account with the role "worker", and a credentials URI
// of the destination account. It is reached whatever host a request names.
type identityCloud struct {
	t        *testing.T
	server   *httptest.Server
	lifetime time.Duration

	mu       sync.Mutex
	accounts map[string]string // access key → account
	opened   []url.Values
}

func newIdentityCloud(t *testing.T) *identityCloud {
	t.Helper()
	c := &identityCloud{t: t, lifetime: time.Hour, accounts: map[string]string{"key-s": accountS, "key-d": accountD}}
	c.server = httptest.NewServer(c)
	t.Cleanup(c.server.Close)
	return c
}

// RoundTrip brings every request to this cloud, as a proxy would.
func (c *identityCloud) RoundTrip(req *http.Request) (*http.Response, error) {
	own := req.Clone(req.Context())
	own.Host, own.URL.Scheme, own.URL.Host = req.URL.Host, "http", strings.TrimPrefix(c.server.URL, "http://")
	return http.DefaultTransport.RoundTrip(own)
}

func (c *identityCloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	const roles = "/latest/meta-data/ram/security-credentials/"
	switch {
	case r.Host == "100.100.100.200" && r.Method == http.MethodPut:
		_, _ = fmt.Fprint(w, "metadata-token")
	case r.Host == "100.100.100.200" && r.URL.Path == roles+"worker" && r.Header.Get("X-aliyun-ecs-metadata-token") == "metadata-token":
		c.answer(w, http.StatusOK, c.session(accountS))
	case r.Host == "keys.test" && r.URL.Path == "/d":
		c.answer(w, http.StatusOK, c.session(accountD))
	case strings.HasPrefix(r.Host, "sts."):
		c.securityService(w, r)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (c *identityCloud) securityService(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	c.mu.Lock()
	account, known := c.accounts[r.Form.Get("AccessKeyId")]
	c.mu.Unlock()
	switch action := r.Form.Get("Action"); {
	case action == "AssumeRoleWithOIDC" && r.Form.Get("OIDCToken") != "good-token":
		c.refuse(w, http.StatusBadRequest, "InvalidParameter.OIDCToken")
	case action != "AssumeRoleWithOIDC" && !known:
		c.refuse(w, http.StatusNotFound, "InvalidAccessKeyId.NotFound")
	case action == "GetCallerIdentity":
		c.answer(w, http.StatusOK, map[string]any{"AccountId": account, "Arn": "acs:ram::" + account + ":root", "IdentityType": "Account"})
	case strings.HasSuffix(r.Form.Get("RoleArn"), ":role/locked"):
		c.refuse(w, http.StatusForbidden, "NoPermission")
	default:
		c.mu.Lock()
		c.opened = append(c.opened, r.Form)
		c.mu.Unlock()
		c.answer(w, http.StatusOK, map[string]any{"Credentials": c.session(strings.Split(r.Form.Get("RoleArn"), ":")[3])})
	}
}

// session hands out a new key of the account.
func (c *identityCloud) session(account string) map[string]any {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := fmt.Sprintf("STS.%d", len(c.accounts))
	c.accounts[key] = account
	return map[string]any{
		"Code": "Success", "AccessKeyId": key, "AccessKeySecret": "x", "SecurityToken": "t",
		"Expiration": time.Now().Add(c.lifetime).UTC().Format("2006-01-02T15:04:05Z"),
	}
}

func (c *identityCloud) refuse(w http.ResponseWriter, status int, code string) {
	c.answer(w, status, map[string]any{"Code": code, "Message": "Refused.", "HostId": "sts.test", "Recommend": ""})
}

func (c *identityCloud) answer(w http.ResponseWriter, status int, body map[string]any) {
	w.WriteHeader(status)
	body["RequestId"] = "0A1B2C3D-0000-4000-8000-000000000000"
	if err := json.NewEncoder(w).Encode(body); err != nil {
		c.t.Error(err)
	}
}

func (c *identityCloud) sessions() []url.Values {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]url.Values(nil), c.opened...)
}

// run applies a configuration with this cloud behind every host.
func (c *identityCloud) run(t *testing.T, config string, env map[string]string, step resource.TestStep) {
	t.Helper()
	step.Config = "provider \"srr\" {\n region = \"cn-hangzhou\"\n" + config + "\n}\ndata \"srr_account\" \"me\" {}\n"
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"srr": providerserver.NewProtocol6WithError(provider.NewThrough(c, func(name string) string { return env[name] })()),
		},
		Steps: []resource.TestStep{step},
	})
}
