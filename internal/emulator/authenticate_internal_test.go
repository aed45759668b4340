package emulator

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/sts"
	"github.com/aliyun/aliyun-oss-go-sdk/oss"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/signature"
)

const testAccount = "1234567890123456"

// oneKey knows a single key: "id" with the secret "secret".
type oneKey struct{}

func (oneKey) Lookup(id, token string) (string, cloud.Caller, *cloud.Error) {
	switch {
	case id == "id" && token == "":
		return "secret", cloud.Caller{Kind: cloud.Root, AccountID: testAccount, AccessKeyID: id}, nil
	case id == "id":
		return "", cloud.Caller{}, cloud.Errorf(400, "InvalidSecurityToken.MismatchWithAccessKey", "no")
	case id == "off":
		return "", cloud.Caller{}, cloud.Errorf(400, "InvalidAccessKeyId.Inactive", "no")
	default:
		return "", cloud.Caller{}, cloud.Errorf(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
	}
}

func newAuthenticator(skew time.Duration) *authenticator {
	return &authenticator{keys: oneKey{}, nonces: signature.NewNonces(100), now: func() time.Time { return time.Now().Add(skew) }}
}

// ossOutcome sends one signed GetBucketInfo through the SDK and returns how it
// was authenticated.
func ossOutcome(t *testing.T, a *authenticator, id, secret string, options ...oss.ClientOption) (cloud.Caller, string, *cloud.Error) {
	t.Helper()
	var caller cloud.Caller
	var region string
	var refused *cloud.Error
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		target, err := signature.SplitTarget(r, func(string) (string, bool) { return "", false })
		if err != nil {
			t.Errorf("target: %v", err)
		}
		caller, region, refused = a.oss(r, target)
		w.WriteHeader(http.StatusTeapot)
	}))
	defer server.Close()
	client, err := oss.New(server.URL, id, secret, append([]oss.ClientOption{oss.AuthVersion(oss.AuthV4), oss.Region("cn-hangzhou")}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.GetBucketInfo("bucket-1"); err == nil {
		t.Fatal("a teapot answered")
	}
	return caller, region, refused
}

func TestAuthenticator_oss(t *testing.T) {
	caller, region, refused := ossOutcome(t, newAuthenticator(0), "id", "secret")
	if refused != nil || caller.AccountID != testAccount || caller.Kind != cloud.Root || region != "cn-hangzhou" {
		t.Fatalf("caller %+v, region %q, refused %v", caller, region, refused)
	}
	if got := caller.Context["acs:SourceIp"]; len(got) != 1 || got[0] != "127.0.0.1" {
		t.Errorf("source address %v", got)
	}
	if got := caller.Context["acs:SecureTransport"]; len(got) != 1 || got[0] != "false" {
		t.Errorf("secure transport %v", got)
	}
	for _, c := range []struct {
		name, id, secret, code, ec string
		skew                       time.Duration
		v1                         bool
		options                    []oss.ClientOption
	}{
		{name: "unknown key", id: "nobody", secret: "x", code: "InvalidAccessKeyId", ec: "0002-00000902"},
		{name: "disabled key", id: "off", secret: "x", code: "InvalidAccessKeyId", ec: "0002-00000904"},
		{name: "wrong secret", id: "id", secret: "other", code: "SignatureDoesNotMatch", ec: "0002-00000040"},
		{name: "skewed clock", id: "id", secret: "secret", skew: 16 * time.Minute, code: "RequestTimeTooSkewed", ec: "0002-00000504"},
		{name: "foreign token", id: "id", secret: "secret", options: []oss.ClientOption{oss.SecurityToken("t")}, code: "AccessKeyIdAndSecurityTokenNotMatch"},
		{name: "V1 refused", id: "id", secret: "secret", v1: true, options: []oss.ClientOption{oss.AuthVersion(oss.AuthV1)}, code: "AccessDenied", ec: "0002-00000080"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := newAuthenticator(c.skew)
			a.refuseV1 = c.v1
			caller, _, refused := ossOutcome(t, a, c.id, c.secret, c.options...)
			if refused == nil || refused.Code != c.code || refused.EC != c.ec || refused.Status != http.StatusForbidden {
				t.Errorf("got %+v, want %s %s", refused, c.code, c.ec)
			}
			if caller.AccountID != "" {
				t.Errorf("a refused request has the caller %+v", caller)
			}
		})
	}
}

func TestAuthenticator_anonymousIsNobody(t *testing.T) {
	caller, _, refused := newAuthenticator(0).oss(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/bucket-1/key", nil), signature.Target{Bucket: "bucket-1", Key: "key"})
	if refused != nil || caller.Kind != cloud.Anonymous || caller.AccountID != "" {
		t.Errorf("caller %+v, refused %v", caller, refused)
	}
}

func TestAuthenticator_rpc(t *testing.T) {
	var caught *http.Request
	var form []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		caught, form = r, body
		w.WriteHeader(http.StatusTeapot)
	}))
	defer server.Close()
	client, err := sts.NewClientWithOptions("cn-hangzhou", sdk.NewConfig().WithScheme("HTTP"), credentials.NewAccessKeyCredential("id", "secret"))
	if err != nil {
		t.Fatal(err)
	}
	request := sts.CreateGetCallerIdentityRequest()
	request.Domain, request.Scheme = server.Listener.Addr().String(), "http"
	if _, err := client.GetCallerIdentity(request); err == nil {
		t.Fatal("a teapot answered")
	}
	a := newAuthenticator(0)
	if caller, refused := a.rpc(caught, nil, form); refused != nil || caller.AccountID != testAccount {
		t.Fatalf("caller %+v, refused %v", caller, refused)
	}
	if _, refused := a.rpc(caught, nil, form); refused == nil || refused.Code != "SignatureNonceUsed" {
		t.Errorf("a replay gave %v", refused)
	}
	if _, refused := newAuthenticator(-16*time.Minute).rpc(caught, nil, form); refused == nil || refused.Code != "InvalidTimeStamp.Expired" {
		t.Errorf("a skewed clock gave %v", refused)
	}
	query := caught.URL.Query()
	query.Set("Action", "AssumeRole")
	changed := caught.Clone(caught.Context())
	changed.URL.RawQuery = query.Encode()
	if _, refused := newAuthenticator(0).rpc(changed, nil, form); refused == nil || refused.Code != "SignatureDoesNotMatch" {
		t.Errorf("a changed action gave %v", refused)
	}
}
