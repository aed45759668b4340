package clients_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/credentials-go/credentials"
	"github.com/aliyun/credentials-go/credentials/providers"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

const (
	instanceTrust = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["ecs.aliyuncs.com"]}}]}`
	issuer        = "https://token.example.com"
	pipeline      = "acs:ram::" + emulator.SourceAccount + ":oidc-provider/pipeline"
	trustsMany    = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"RAM":["acs:ram::` + emulator.SourceAccount + `:root"],"Service":["ecs.aliyuncs.com"],"Federated":["` + pipeline + `"]}}]}`
	onlyOneOrder  = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:GetObject","Resource":"acs:oss:*:*:orders/2026/first.json"}]}`
)

// withVisitor adds a role that users, instances and a pipeline may assume, and
// whatever each of them needs for it. Without a key there is no pipeline.
func withVisitor(w *emulator.World, pipelineKey *rsa.PublicKey) {
	w.Accounts[0].Roles = []identity.Role{{
		Name: "visitor", TrustPolicy: trustsMany, Attached: []identity.Attachment{{Type: "System", Policy: "AliyunOSSReadOnlyAccess"}},
	}}
	w.Instance = &emulator.Instance{Account: emulator.SourceAccount, Role: "visitor"}
	if pipelineKey == nil {
		w.Accounts[0].Roles[0].TrustPolicy = instanceTrust
		return
	}
	raw, err := x509.MarshalPKIXPublicKey(pipelineKey)
	if err != nil {
		panic(err)
	}
	w.Accounts[0].OIDCProviders = []identity.OIDCProvider{{
		Name: "pipeline", Issuer: issuer, ClientIDs: []string{"sts.aliyuncs.com"},
		PublicKeys: []string{string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: raw}))},
	}}
}

// tokenFile holds a signed token of the pipeline (RFC 7519, RS256).
func tokenFile(t *testing.T, key *rsa.PrivateKey, audience string) string {
	t.Helper()
	now := time.Now().Unix()
	claims := fmt.Sprintf(`{"iss":%q,"aud":%q,"sub":"repo:team/app","iat":%d,"exp":%d}`, issuer, audience, now, now+600)
	content := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString([]byte(claims))
	digest := sha256.Sum256([]byte(content))
	signature := must(rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:]))(t)
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(content+"."+base64.RawURLEncoding.EncodeToString(signature)), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// The vendor's credential library gets a session in each way it knows, and the
// session reads what its policies say.
func TestCredentials_everySource(t *testing.T) {
	key := must(rsa.GenerateKey(rand.Reader, 2048))(t)
	c := newCloud(t, func(w *emulator.World) { withVisitor(w, &key.PublicKey) })
	security := strings.TrimPrefix(c.secure.URL, "https://")
	for name, test := range map[string]struct {
		config  *credentials.Config
		refusal string
		narrow  bool
	}{
		"AssumeRole": {config: assuming(security, visitor)},
		"AssumeRole with a policy": {
			config: assuming(security, visitor).SetPolicy(onlyOneOrder), narrow: true,
		},
		"AssumeRole of a missing role": {config: assuming(security, visitor+"-none"), refusal: "EntityNotExist.Role"},
		"AssumeRole with a wrong key":  {config: assuming(security, visitor).SetAccessKeySecret("another"), refusal: "SignatureDoesNotMatch"},
		"OIDC":                         {config: pipelineConfig(security).SetOIDCTokenFilePath(tokenFile(t, key, "sts.aliyuncs.com"))},
		"OIDC for somebody else": {
			config: pipelineConfig(security).SetOIDCTokenFilePath(tokenFile(t, key, "another")), refusal: "AuthenticationFail.OIDCToken.AudienceNotMatch",
		},
		"URI": {config: new(credentials.Config).SetType("credentials_uri").SetURLCredential(c.URL + "/-/credentials/" + emulator.SourceAccount + "/visitor")},
		"URI of a missing role": {
			config: new(credentials.Config).SetType("credentials_uri").SetURLCredential(c.URL + "/-/credentials/" + emulator.SourceAccount + "/none"), refusal: "EntityNotExist.Role",
		},
	} {
		t.Run(name, func(t *testing.T) {
			provider := must(credentials.NewCredential(test.config))(t)
			made, err := provider.GetCredential()
			if test.refusal != "" {
				if err == nil || !strings.Contains(err.Error(), test.refusal) {
					t.Errorf("%v, want %s", err, test.refusal)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			readsAs(t, c, session{emulator.KeyPair{ID: *made.AccessKeyId, Secret: *made.AccessKeySecret}, *made.SecurityToken}, test.narrow)
		})
	}
}

// The metadata server is behind a proxy, which only this form of the library's
// provider takes.
func TestCredentials_instance(t *testing.T) {
	c := newCloud(t, func(w *emulator.World) { withVisitor(w, nil) })
	for _, role := range []string{"", "visitor", "none"} {
		source := must(providers.NewECSRAMRoleCredentialsProviderBuilder().WithRoleName(role).
			WithHttpOptions(&providers.HttpOptions{Proxy: c.URL}).Build())(t)
		made, err := credentials.FromCredentialsProvider("ecs_ram_role", source).GetCredential()
		if role == "none" {
			if err == nil {
				t.Error("a session of a role that the instance does not have")
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		readsAs(t, c, session{emulator.KeyPair{ID: *made.AccessKeyId, Secret: *made.AccessKeySecret}, *made.SecurityToken}, false)
	}
}

func assuming(endpoint, role string) *credentials.Config {
	return new(credentials.Config).SetType("ram_role_arn").SetAccessKeyId(from().ID).SetAccessKeySecret(from().Secret).
		SetRoleArn(role).SetRoleSessionName("library").SetSTSEndpoint(endpoint)
}

func pipelineConfig(endpoint string) *credentials.Config {
	return new(credentials.Config).SetType("oidc_role_arn").SetRoleArn(visitor).SetRoleSessionName("library").
		SetOIDCProviderArn(pipeline).SetSTSEndpoint(endpoint)
}

func readsAs(t *testing.T, c cloud, s session, narrow bool) {
	t.Helper()
	client, orders := c.objects(s), oss.Ptr(emulator.SourceBucket)
	must(client.GetObject(t.Context(), &oss.GetObjectRequest{Bucket: orders, Key: oss.Ptr("2026/first.json")}))(t)
	second := refused(client.GetObject(t.Context(), &oss.GetObjectRequest{Bucket: orders, Key: oss.Ptr("2026/second.json")}))
	if narrow {
		second(t, "AccessDenied")
	} else {
		second(t, "no error")
	}
	refused(client.DeleteObject(t.Context(), &oss.DeleteObjectRequest{Bucket: orders, Key: oss.Ptr("2026/first.json")}))(t, "AccessDenied")
}
