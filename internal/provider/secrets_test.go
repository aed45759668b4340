package provider_test

import (
	"archive/zip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

const deployRole = "acs:ram::" + emulator.SourceAccount + ":role/deploy"

// deployer is a role of the source account that its users may assume.
func deployer(w *emulator.World) {
	w.Accounts[0].Roles = append(w.Accounts[0].Roles, identity.Role{
		Name: "deploy",
		TrustPolicy: `{"Version":"1","Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"RAM":["acs:ram::` +
			emulator.SourceAccount + `:root"]}}]}`,
		Attached: []identity.Attachment{{Type: "System", Policy: "AdministratorAccess"}},
	})
}

// eavesdropper serves a cloud and keeps the secrets of every session and every
// token that it hands out.
type eavesdropper struct {
	testCloud
	mu      sync.Mutex
	secrets []string
}

func (e *eavesdropper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := httptest.NewRecorder()
	e.Server.ServeHTTP(answer, r)
	type keys struct{ AccessKeySecret, SecurityToken string }
	var opened struct {
		keys
		Credentials keys
	}
	if json.Unmarshal(answer.Body.Bytes(), &opened) == nil {
		e.keep(opened.AccessKeySecret, opened.SecurityToken, opened.Credentials.AccessKeySecret, opened.Credentials.SecurityToken)
	}
	if r.Method == http.MethodPut && r.URL.Path == "/latest/api/token" {
		e.keep(answer.Body.String())
	}
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// keep notes what must not be written anywhere.
func (e *eavesdropper) keep(secrets ...string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, secret := range secrets {
		if secret != "" {
			e.secrets = append(e.secrets, secret)
		}
	}
}

// heard reports every secret and signature in a text.
func (e *eavesdropper) heard(name, text string) {
	e.t.Helper()
	for i, secret := range e.secrets {
		for _, form := range forms(secret) {
			if strings.Contains(text, form) {
				e.t.Errorf("%s has secret number %d", name, i)
			}
		}
	}
	if regexp.MustCompile(`(?i)signature=[^\s"&]`).MatchString(text) {
		e.t.Errorf("%s has a signature", name)
	}
}

// secretsDir is a directory in which the built provider works, with everything
// logged. Its configuration names profiles; the keys are in a file elsewhere.
func (e *eavesdropper) secretsDir(configuration func(url, keys string) string) terraformDir {
	e.t.Helper()
	server := httptest.NewServer(e)
	e.t.Cleanup(server.Close)
	root, err := demo.Root(e.t.Context())
	if err != nil {
		e.t.Fatal(err)
	}
	plugins := e.t.TempDir()
	if _, err := demo.Build(e.t.Context(), root, ".", plugins); err != nil {
		e.t.Fatal(err)
	}
	d := terraformDir{t: e.t, cloud: e.testCloud, path: e.t.TempDir(), commands: &atomic.Int64{}}
	keys, rc := filepath.Join(e.t.TempDir(), "config.json"), filepath.Join(plugins, "cli.tfrc")
	for path, text := range map[string]string{
		keys:                             emulator.ProfileFile(),
		rc:                               fmt.Sprintf("provider_installation {\n dev_overrides {\n \"terraform-srr/srr\" = %q\n }\n}\n", plugins),
		filepath.Join(d.path, "main.tf"): configuration(server.URL, keys),
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			e.t.Fatal(err)
		}
	}
	d.env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+rc, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
		"TF_LOG=TRACE", "TF_LOG_PROVIDER=TRACE", "TF_LOG_PATH="+filepath.Join(d.path, "trace.log"))
	d.env = append(d.env, emulator.Environment(server.URL)...)
	d.env = append(d.env, "HTTP_PROXY="+server.URL, "http_proxy=", "NO_PROXY=", "no_proxy=") // to the metadata server
	return d
}

// profiles are the provider blocks, for the source account through a session.
func profiles(file string) string {
	block := func(profile, more string) string {
		return fmt.Sprintf("provider \"srr\" {\n  region = %q\n  profile = %q\n  shared_credentials_file = %q\n%s}\n", emulator.Region, profile, file, more)
	}
	return "terraform {\n  required_providers {\n    srr = { source = \"terraform-srr/srr\" }\n  }\n}\n" +
		block("prod", "  assume_role {\n    role_arn = \""+deployRole+"\"\n  }\n") + block("backup", "  alias = \"backup\"\n")
}

// forms are the spellings in which a secret could leak.
func forms(secret string) []string {
	return []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)),
		hex.EncodeToString([]byte(secret)), strings.ReplaceAll(secret, "/", `\/`), strings.ReplaceAll(secret, "+", `\u002b`),
	}
}

func TestSecrets_areInNeitherStateNorPlanNorLog(t *testing.T) {
	t.Parallel()
	cloud := &eavesdropper{testCloud: newCloud(t, deployer, encryptedObject)}
	d := cloud.secretsDir(func(_, keys string) string {
		return profiles(keys) + strings.ReplaceAll(twoAccountsKMS(), "= srralt", "= srr.backup")
	})
	d.text("plan", "-out=planned")
	d.text("apply", "planned")
	written := map[string]string{}
	shown, err := d.command("show", "-json", "planned").Output()
	if err != nil {
		t.Fatal(err)
	}
	written["plan as text"] = string(shown)
	d.unpack("planned", written)
	written["terraform.tfstate"] = d.read("terraform.tfstate")
	d.text("destroy", "-auto-approve")
	written["trace.log"] = d.read("trace.log")
	if !strings.Contains(written["trace.log"], "alicloud call") || !strings.Contains(written["trace.log"], "SetKeyPolicy") {
		t.Fatal("the log does not have the calls of the provider")
	}
	cloud.keep(emulator.SourceKeyPair().Secret, emulator.DestinationKeyPair().Secret)
	if len(cloud.secrets) < 6 {
		t.Fatalf("only %d secrets in use: no session was opened", len(cloud.secrets))
	}
	for name, text := range written {
		cloud.heard(name, text)
	}
}

func (d terraformDir) read(name string) string {
	d.t.Helper()
	text, err := os.ReadFile(filepath.Join(d.path, name))
	if err != nil {
		d.t.Fatal(err)
	}
	return string(text)
}

// unpack adds the files of a plan, which is a compressed archive.
func (d terraformDir) unpack(name string, into map[string]string) {
	d.t.Helper()
	archive, err := zip.OpenReader(filepath.Join(d.path, name))
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	for _, member := range archive.File {
		text, err := fs.ReadFile(archive, member.Name)
		if err != nil {
			d.t.Fatal(err)
		}
		into[name+"/"+member.Name] = string(text)
	}
}
