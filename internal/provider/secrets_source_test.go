package provider_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

const (
	pipelineProvider = "acs:ram::" + emulator.SourceAccount + ":oidc-provider/pipeline"
	loginToken       = "token-of-a-login-in-a-browser"
	uriWord          = "word-of-the-credentials-uri"
)

// everySource is a world in which each way to credentials leads to the role
// "worker" of the source account.
func everySource(key *rsa.PublicKey) func(*emulator.World) {
	return func(w *emulator.World) {
		der, _ := x509.MarshalPKIXPublicKey(key) // never fails for RSA
		a := &w.Accounts[0]
		a.OIDCProviders = []identity.OIDCProvider{{
			Name: "pipeline", Issuer: "https://token.example.com", ClientIDs: []string{"sts.aliyuncs.com"},
			PublicKeys: []string{string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))},
		}}
		a.Roles = append(a.Roles, identity.Role{
			Name: "worker",
			TrustPolicy: `{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["ecs.aliyuncs.com"]}},` +
				`{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Federated":["` + pipelineProvider + `"]},` +
				`"Condition":{"StringEquals":{"oidc:aud":"sts.aliyuncs.com"}}}]}`,
		})
		w.Instance = &emulator.Instance{Account: emulator.SourceAccount, Role: "worker"}
	}
}

func signedToken(t *testing.T, key *rsa.PrivateKey) string {
	t.Helper()
	now := time.Now().Unix()
	part := base64.RawURLEncoding.EncodeToString
	content := part([]byte(`{"alg":"RS256","typ":"JWT"}`)) + "." + part(fmt.Appendf(nil,
		`{"iss":"https://token.example.com","aud":"sts.aliyuncs.com","sub":"job","iat":%d,"exp":%d}`, now, now+600))
	digest := sha256.Sum256([]byte(content))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return content + "." + part(signature)
}

// signInHost exchanges a login for a session of the role.
func (e *eavesdropper) signInHost(url string) string {
	e.t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+loginToken {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		request, err := http.NewRequestWithContext(r.Context(), http.MethodGet, url+"/-/credentials/"+emulator.SourceAccount+"/worker", nil)
		if err != nil {
			e.t.Error(err)
			return
		}
		session, err := http.DefaultClient.Do(request)
		if err != nil {
			e.t.Error(err)
			return
		}
		defer session.Body.Close()
		raw, _ := io.ReadAll(session.Body)
		_, _ = fmt.Fprintf(w, `{"CloudCredential":%s}`, raw)
	}))
	e.t.Cleanup(server.Close)
	return server.URL + "/start"
}

// Every way to credentials is in the log, once for each attempt, and nothing that
// authorises.
func TestSecrets_ofEverySourceAreNotInTheLogOfItsCalls(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	cloud := &eavesdropper{testCloud: newCloud(t, everySource(&key.PublicKey))}
	token := signedToken(t, key)
	cloud.keep(emulator.SourceKeyPair().Secret, emulator.DestinationKeyPair().Secret, loginToken, uriWord, token)
	d := cloud.secretsDir(func(url, _ string) string { return cloud.everyBlock(url, token) })
	d.text("apply", "-auto-approve")
	log := d.read("trace.log")
	for _, want := range []string{
		"operation=GetToken service=\"ECS metadata\"", "operation=GetCredentials service=\"ECS metadata\"",
		"operation=GetCredentials service=\"credentials URI\"", "operation=Run service=\"credentials command\"",
		"operation=CreateCloudCredential service=CloudSSO", "operation=AssumeRoleWithOIDC", "operation=GetCallerIdentity",
	} {
		found := false
		for line := range strings.Lines(log) {
			found = found || strings.Contains(line, "alicloud call") && containsAll(line, strings.SplitN(want, " ", 2)) &&
				containsAll(line, []string{"attempt=1", "duration_ms="})
		}
		if !found {
			t.Errorf("no line of the log has %s", want)
		}
	}
	if len(cloud.secrets) < 12 {
		t.Errorf("only %d secrets in use", len(cloud.secrets))
	}
	cloud.heard("trace.log", log)
}

func containsAll(text string, parts []string) bool {
	for _, part := range parts {
		if !strings.Contains(text, part) {
			return false
		}
	}
	return true
}

// everyBlock is a configuration with one provider block for each source.
func (e *eavesdropper) everyBlock(url, token string) string {
	e.t.Helper()
	dir := e.t.TempDir()
	file := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			e.t.Fatal(err)
		}
		return filepath.ToSlash(path)
	}
	own := emulator.DestinationKeyPair()
	printed := file("printed.json", fmt.Appendf(nil, `{"mode":"AK","access_key_id":%q,"access_key_secret":%q}`, own.ID, own.Secret))
	profiles, err := json.Marshal(map[string]any{"profiles": []map[string]any{
		{"name": "command", "mode": "External", "process_command": "cat " + printed},
		{
			"name": "login", "mode": "CloudSSO", "cloud_sso_sign_in_url": e.signInHost(url), "cloud_sso_account_id": emulator.SourceAccount,
			"cloud_sso_access_config": "ac-1", "access_token": loginToken, "cloud_sso_access_token_expire": time.Now().Add(time.Hour).Unix(),
		},
	}})
	if err != nil {
		e.t.Fatal(err)
	}
	shared := "shared_credentials_file = \"" + file("config.json", profiles) + "\""
	text := "terraform {\n  required_providers {\n    srr = { source = \"terraform-srr/srr\" }\n  }\n}\n"
	for alias, source := range map[string]string{
		"instance": `ecs_role_name = "worker"`,
		"uri":      `credentials_uri = "` + url + "/-/credentials/" + emulator.SourceAccount + "/worker?word=" + uriWord + `"`,
		"command":  "profile = \"command\"\n  " + shared,
		"login":    "profile = \"login\"\n  " + shared,
		"pipeline": "assume_role_with_oidc {\n    oidc_provider_arn = \"" + pipelineProvider + "\"\n    role_arn = \"acs:ram::" + emulator.SourceAccount +
			":role/worker\"\n    oidc_token_file = \"" + file("token", []byte(token)) + "\"\n  }",
	} {
		text += fmt.Sprintf("provider \"srr\" {\n  alias = %[1]q\n  region = %[2]q\n  %[3]s\n}\ndata \"srr_account\" %[1]q {\n  provider = srr.%[1]s\n}\n",
			alias, emulator.Region, source)
	}
	return text
}
