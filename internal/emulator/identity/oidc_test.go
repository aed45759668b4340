package identity_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

const (
	issuerURL   = "https://token.example.com"
	providerARN = "acs:ram::" + home + ":oidc-provider/Pipeline"
	pipeline    = "acs:ram::" + home + ":role/pipeline"
	trustOIDC   = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Federated":["` + providerARN + `"]},` +
		`"Condition":{"StringEquals":{"oidc:iss":"` + issuerURL + `","oidc:aud":["sts.aliyuncs.com"]},"StringLike":{"oidc:sub":"repo:team/*"}}}]}`
)

// issuer is an identity provider with one signing key.
type issuer struct {
	t   *testing.T
	key *rsa.PrivateKey
}

func newIssuer(t *testing.T) issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return issuer{t, key}
}

func (i issuer) provider() identity.OIDCProvider {
	return identity.OIDCProvider{Name: "Pipeline", Issuer: issuerURL, ClientIDs: []string{"sts.aliyuncs.com", "second"}, JWKS: i.jwks("key-1")}
}

func (i issuer) jwks(kid string) json.RawMessage {
	raw, err := json.Marshal(map[string]any{"keys": []any{
		map[string]string{"kty": "EC", "kid": "other", "crv": "P-256"},
		map[string]string{"kty": "RSA", "kid": kid, "use": "sig", "n": segment(i.key.N.Bytes()), "e": segment(big.NewInt(int64(i.key.E)).Bytes())},
	}})
	if err != nil {
		i.t.Fatal(err)
	}
	return raw
}

func (i issuer) pem() string {
	raw, err := x509.MarshalPKIXPublicKey(&i.key.PublicKey)
	if err != nil {
		i.t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: raw}))
}

func segment(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

func (i issuer) sign(header, claims any) string {
	h, errH := json.Marshal(header)
	c, errC := json.Marshal(claims)
	content := segment(h) + "." + segment(c)
	digest := sha256.Sum256([]byte(content))
	signature, err := rsa.SignPKCS1v15(nil, i.key, crypto.SHA256, digest[:])
	if errH != nil || errC != nil || err != nil {
		i.t.Fatal(errH, errC, err)
	}
	return content + "." + segment(signature)
}

// claims of a token that is good at the start of the world.
func claims(change map[string]any) map[string]any {
	c := map[string]any{"iss": issuerURL, "aud": "sts.aliyuncs.com", "sub": "repo:team/app", "iat": 1773129600, "exp": 1773129600 + 600}
	for k, v := range change {
		if c[k] = v; v == nil {
			delete(c, k)
		}
	}
	return c
}

func header() map[string]string {
	return map[string]string{"alg": "RS256", "kid": "key-1", "typ": "JWT"}
}

// loadProvider adds a provider and the role that trusts it.
func (w world) loadProvider(p identity.OIDCProvider) {
	w.t.Helper()
	with := accounts()
	with[0].OIDCProviders = []identity.OIDCProvider{p}
	with[0].Roles = append(with[0].Roles, identity.Role{
		Name: "pipeline", TrustPolicy: trustOIDC, Attached: []identity.Attachment{{Type: "System", Policy: "AdministratorAccess"}},
	})
	if err := w.Load(with); err != nil {
		w.t.Fatal(err)
	}
}

func TestAssumeRoleWithOIDC_session(t *testing.T) {
	i := newIssuer(t)
	byPEM := i.provider()
	byPEM.JWKS, byPEM.PublicKeys = nil, []string{newIssuer(t).pem(), i.pem()}
	for name, provider := range map[string]identity.OIDCProvider{"jwks": i.provider(), "pem": byPEM} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.loadProvider(provider)
			answer := w.mustAs(cloud.Caller{}, "AssumeRoleWithOIDC", params{
				"OIDCProviderArn": providerARN, "RoleArn": pipeline, "RoleSessionName": "build", "DurationSeconds": "900",
				"OIDCToken": i.sign(header(), claims(map[string]any{"aud": []string{"third", "sts.aliyuncs.com"}})),
				"Policy":    `{"Version":"1","Statement":[{"Effect":"Allow","Action":"ram:GetRole","Resource":"*"}]}`,
			})
			for key, want := range map[string]string{
				"Issuer": issuerURL, "Subject": "repo:team/app", "ClientIds": "third,sts.aliyuncs.com", "VerificationInfo": "Success",
				"IssuanceTime": "2026-03-10T08:00:00Z", "ExpirationTime": "2026-03-10T08:10:00Z",
			} {
				if got := field(answer, "OIDCTokenInfo", key); got != want {
					t.Errorf("%s is %v, want %s", key, got, want)
				}
			}
			if got := field(answer, "Credentials", "Expiration"); got != "2026-03-10T08:15:00Z" {
				t.Errorf("expires %v", got)
			}
			if got := field(answer, "AssumedRoleUser", "Arn"); got != pipeline+"/build" {
				t.Errorf("ARN %v", got)
			}
			_, session, err := w.Lookup(field(answer, "Credentials", "AccessKeyId").(string), field(answer, "Credentials", "SecurityToken").(string))
			if err != nil {
				t.Fatal(err)
			}
			w.mustAs(session, "GetRole", params{"RoleName": "bare"})
			_, err = w.call(session, "DeleteRole", params{"RoleName": "bare"})
			wantError(t, err, http.StatusForbidden, "NoPermission")
		})
	}
}

func TestAssumeRoleWithOIDC_refusals(t *testing.T) {
	i := newIssuer(t)
	good := i.sign(header(), claims(nil))
	token := func(change map[string]any) params { return params{"OIDCToken": i.sign(header(), claims(change))} }
	parts := strings.Split(good, ".")
	changed := strings.Split(i.sign(header(), claims(map[string]any{"sub": "repo:team/other"})), ".")
	invalid, denied := "AuthenticationFail.OIDCToken.Invalid", "AuthenticationFail.NoPermission"
	for _, test := range []struct {
		name   string
		change params
		status int
		code   string
	}{
		{"no session name", params{"RoleSessionName": ""}, 400, "MissingRoleSessionName"},
		{"role by name", params{"RoleArn": "pipeline"}, 400, "InvalidParameter.RoleArn"},
		{"policy grammar", params{"Policy": "{"}, 400, "InvalidParameter.PolicyGrammar"},
		{"duration", params{"DurationSeconds": "3601"}, 400, "InvalidParameter.DurationSeconds"},
		{"role missing", params{"RoleArn": pipeline + "s"}, 404, "EntityNotExist.Role"},
		{"no provider", params{"OIDCProviderArn": ""}, 401, denied},
		{"provider by name", params{"OIDCProviderArn": "Pipeline"}, 401, denied},
		{"provider not registered", params{"OIDCProviderArn": providerARN + "s"}, 401, denied},
		{"provider in another case", params{"OIDCProviderArn": strings.ToLower(providerARN)}, 401, denied},
		{"provider of another account", params{"OIDCProviderArn": strings.Replace(providerARN, home, other, 1)}, 401, denied},
		{"role that trusts no provider", params{"RoleArn": appRole}, 401, denied},
		{"no token", params{"OIDCToken": ""}, 401, invalid},
		{"two parts", params{"OIDCToken": parts[0] + "." + parts[1]}, 401, invalid},
		{"no base64", params{"OIDCToken": "?." + parts[1] + "." + parts[2]}, 401, invalid},
		{"header no JSON", params{"OIDCToken": segment([]byte("x")) + "." + parts[1] + "." + parts[2]}, 401, invalid},
		{"claims no JSON", params{"OIDCToken": parts[0] + "." + segment([]byte("x")) + "." + parts[2]}, 401, invalid},
		{"too long", token(map[string]any{"more": strings.Repeat("x", 20000)}), 401, invalid},
		{"no issuer", token(map[string]any{"iss": nil}), 401, invalid},
		{"no audience", token(map[string]any{"aud": nil}), 401, invalid},
		{"no subject", token(map[string]any{"sub": nil}), 401, invalid},
		{"no end", token(map[string]any{"exp": nil}), 401, invalid},
		{"no beginning", token(map[string]any{"iat": nil}), 401, invalid},
		{"end no number", token(map[string]any{"exp": "soon"}), 401, invalid},
		{"from the future", token(map[string]any{"iat": 1773129601}), 401, invalid},
		{"too old", token(map[string]any{"iat": 1773129600 - 12*3600 - 1}), 401, invalid},
		{"expired", token(map[string]any{"exp": 1773129600}), 401, "AuthenticationFail.OIDCToken.Expired"},
		{"issuer", token(map[string]any{"iss": issuerURL + "/"}), 401, "AuthenticationFail.OIDCToken.IssuerNotMatch"},
		{"audience", token(map[string]any{"aud": []string{"third"}}), 401, "AuthenticationFail.OIDCToken.AudienceNotMatch"},
		{"subject that the trust does not name", token(map[string]any{"sub": "repo:else/app"}), 401, denied},
		{"audience that the trust does not name", token(map[string]any{"aud": "second"}), 401, denied},
		{"claims of another token", params{"OIDCToken": parts[0] + "." + changed[1] + "." + parts[2]}, 401, "AuthenticationFail.OIDCToken.InvalidSignature"},
		{"another issuer's key", params{"OIDCToken": newIssuer(t).sign(header(), claims(nil))}, 401, "AuthenticationFail.OIDCToken.InvalidSignature"},
		{"unknown key id", params{"OIDCToken": i.sign(map[string]string{"alg": "RS256", "kid": "key-2"}, claims(nil))}, 401, "AuthenticationFail.OIDCToken.InvalidSignature"},
		{"not signed", params{"OIDCToken": segment([]byte(`{"alg":"none"}`)) + "." + parts[1] + "."}, 401, invalid},
		{"signed with the public key as a secret", params{"OIDCToken": i.withHMAC(parts[1])}, 401, invalid},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.loadProvider(i.provider())
			p := params{"OIDCProviderArn": providerARN, "RoleArn": pipeline, "RoleSessionName": "build", "OIDCToken": good}
			for k, v := range test.change {
				p[k] = v
			}
			_, err := w.call(cloud.Caller{}, "AssumeRoleWithOIDC", p)
			wantError(t, err, test.status, test.code)
		})
	}
}

// withHMAC is the classic forgery: HS256 keyed with the public key.
func (i issuer) withHMAC(claims string) string {
	content := segment([]byte(`{"alg":"HS256","kid":"key-1"}`)) + "." + claims
	mac := hmac.New(sha256.New, []byte(i.pem()))
	mac.Write([]byte(content))
	return content + "." + segment(mac.Sum(nil))
}

func TestAssumeRoleWithOIDC_expiryFollowsWallTime(t *testing.T) {
	i := newIssuer(t)
	w := newWorld(t)
	w.loadProvider(i.provider())
	p := params{"OIDCProviderArn": providerARN, "RoleArn": pipeline, "RoleSessionName": "build", "OIDCToken": i.sign(header(), claims(nil))}
	w.clock.Advance(100 * hour)
	*w.wall = w.wall.Add(hour/6 - 1)
	w.mustAs(cloud.Caller{}, "AssumeRoleWithOIDC", p)
	*w.wall = w.wall.Add(1)
	_, err := w.call(cloud.Caller{}, "AssumeRoleWithOIDC", p)
	wantError(t, err, http.StatusUnauthorized, "AuthenticationFail.OIDCToken.Expired")
}

func TestLoad_providerRefusals(t *testing.T) {
	i := newIssuer(t)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKIXPublicKey(&curve.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	curvePEM := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: raw}))
	for _, test := range []struct {
		name   string
		change func(*identity.OIDCProvider)
		reason string
	}{
		{"no name", func(p *identity.OIDCProvider) { p.Name = "" }, "no name"},
		{"name with a slash", func(p *identity.OIDCProvider) { p.Name = "a/b" }, "InvalidChars"},
		{"no issuer", func(p *identity.OIDCProvider) { p.Issuer = "" }, "issuer"},
		{"no client ids", func(p *identity.OIDCProvider) { p.ClientIDs = nil }, "client_ids"},
		{"no keys", func(p *identity.OIDCProvider) { p.JWKS = nil }, "no RSA key"},
		{"limit", func(p *identity.OIDCProvider) { p.IssuanceLimit = 169 }, "168"},
		{"set no JSON", func(p *identity.OIDCProvider) { p.JWKS = json.RawMessage("{") }, "jwks"},
		{"modulus no base64", func(p *identity.OIDCProvider) {
			p.JWKS = json.RawMessage(`{"keys":[{"kty":"RSA","kid":"k","n":"?","e":"AQAB"}]}`)
		}, "well formed"},
		{"short key", func(p *identity.OIDCProvider) {
			p.JWKS = json.RawMessage(`{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}`)
		}, "weak"},
		{"no PEM", func(p *identity.OIDCProvider) { p.PublicKeys = []string{"x"} }, "not PEM"},
		{"key of another kind", func(p *identity.OIDCProvider) { p.PublicKeys = []string{curvePEM} }, "not for RSA"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			p := i.provider()
			test.change(&p)
			err := w.Load([]identity.Account{{ID: home, OIDCProviders: []identity.OIDCProvider{p}}})
			if err == nil || !strings.Contains(err.Error(), test.reason) {
				t.Errorf("error %v, want one about %q", err, test.reason)
			}
		})
	}
	w := newWorld(t)
	twice := []identity.OIDCProvider{i.provider(), i.provider()}
	if err := w.Load([]identity.Account{{ID: home, OIDCProviders: twice}}); err == nil {
		t.Error("two providers of one name")
	}
}

func TestUnsigned(t *testing.T) {
	for _, test := range []struct {
		service, operation string
		want               bool
	}{
		{"sts", "AssumeRoleWithOIDC", true},
		{"sts", "AssumeRole", false},
		{"sts", "GetCallerIdentity", false},
		{"ram", "AssumeRoleWithOIDC", false},
	} {
		if got := identity.Unsigned(test.service, test.operation); got != test.want {
			t.Errorf("%s %s: %v", test.service, test.operation, got)
		}
	}
}
