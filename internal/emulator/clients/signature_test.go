package clients_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	openapimodels "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/signer"
	ossv1 "github.com/aliyun/aliyun-oss-go-sdk/oss"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// storage is one object store client in a version of the signature: an upload
// with a signed header, and links that carry their signature.
type storage struct {
	upload func(key, body string) error
	link   func(method, key string, life time.Duration) (string, error)
}

func newStorage(t *testing.T, c cloud, version signer.Signer) storage {
	client := c.objects(from(), func(o *oss.Options) { o.Signer = version })
	bucket := oss.Ptr(emulator.SourceBucket)
	return storage{
		upload: func(key, body string) error {
			_, err := client.PutObject(t.Context(), &oss.PutObjectRequest{Bucket: bucket, Key: &key, Body: strings.NewReader(body)})
			return err
		},
		link: func(method, key string, life time.Duration) (string, error) {
			var request any = &oss.GetObjectRequest{Bucket: bucket, Key: &key}
			if method == http.MethodPut {
				request = &oss.PutObjectRequest{Bucket: bucket, Key: &key}
			}
			made, err := client.Presign(t.Context(), request, oss.PresignExpires(life))
			if err != nil {
				return "", err
			}
			return made.URL, nil
		},
	}
}

func oldStorage(t *testing.T, c cloud, version ossv1.AuthVersionType) storage {
	client := must(ossv1.New(c.URL, from().ID, from().Secret, ossv1.AuthVersion(version), ossv1.Region(emulator.Region)))(t)
	bucket := must(client.Bucket(emulator.SourceBucket))(t)
	return storage{
		upload: func(key, body string) error { return bucket.PutObject(key, strings.NewReader(body)) },
		link: func(method, key string, life time.Duration) (string, error) {
			return bucket.SignURL(key, ossv1.HTTPMethod(method), int64(life.Seconds()))
		},
	}
}

// follow uses a link as a browser would.
func follow(t *testing.T, method, link, body string) (int, string) {
	t.Helper()
	request := must(http.NewRequestWithContext(t.Context(), method, link, strings.NewReader(body)))(t)
	response := must(http.DefaultClient.Do(request))(t) //nolint:bodyclose // closed in the next line
	defer func() { _ = response.Body.Close() }()
	return response.StatusCode, string(must(io.ReadAll(response.Body))(t))
}

func storages(t *testing.T, c cloud) map[string]storage {
	return map[string]storage{
		"second SDK, V1": newStorage(t, c, &signer.SignerV1{}), "second SDK, V4": newStorage(t, c, &signer.SignerV4{}),
		"first SDK, V1": oldStorage(t, c, ossv1.AuthV1), "first SDK, V4": oldStorage(t, c, ossv1.AuthV4),
	}
}

func TestSignatures_headersAndLinks(t *testing.T) {
	c := newCloud(t)
	for name, s := range storages(t, c) {
		t.Run(name, func(t *testing.T) {
			if err := s.upload("odd +é/key", "one"); err != nil {
				t.Error(err)
			}
			link := must(s.link(http.MethodGet, "odd +é/key", time.Minute))(t)
			if status, body := follow(t, http.MethodGet, link, ""); status != http.StatusOK || body != "one" {
				t.Errorf("link to read: %d %s", status, body)
			}
			if status, body := follow(t, http.MethodDelete, link, ""); status != http.StatusForbidden || !strings.Contains(body, "SignatureDoesNotMatch") {
				t.Errorf("link to read used to delete: %d %s", status, body)
			}
			link = must(s.link(http.MethodPut, "odd +é/key", time.Minute))(t)
			if status, body := follow(t, http.MethodPut, link, "two"); status != http.StatusOK {
				t.Errorf("link to write: %d %s", status, body)
			}
			other := strings.Replace(link, "/odd", "/even", 1)
			if status, body := follow(t, http.MethodPut, other, "two"); status != http.StatusForbidden || !strings.Contains(body, "SignatureDoesNotMatch") {
				t.Errorf("link with another key: %d %s", status, body)
			}
			c.SetSkew(2 * time.Minute)
			defer c.SetSkew(0)
			if status, body := follow(t, http.MethodPut, link, "three"); status != http.StatusForbidden || !strings.Contains(body, "AccessDenied") {
				t.Errorf("link after its time: %d %s", status, body)
			}
		})
	}
}

func TestSignatures_refuseV1(t *testing.T) {
	c := newCloud(t, func(w *emulator.World) { w.Switches.RefuseV1 = true })
	for name, s := range storages(t, c) {
		t.Run(name, func(t *testing.T) {
			link := must(s.link(http.MethodGet, "2026/first.json", time.Minute))(t)
			err := s.upload("key", "one")
			status, body := follow(t, http.MethodGet, link, "")
			if !strings.HasSuffix(name, "V1") {
				if err != nil || status != http.StatusOK {
					t.Errorf("%v, %d %s", err, status, body)
				}
				return
			}
			if codeOf(err) != "AccessDenied" || !strings.Contains(err.Error(), "0002-00000080") {
				t.Errorf("header: %v", err)
			}
			if status != http.StatusForbidden || !strings.Contains(body, "<EC>0002-00000080</EC>") {
				t.Errorf("link: %d %s", status, body)
			}
		})
	}
}

// wire notes how the newer RPC SDKs signed.
type wire struct{ authorization, version string }

// Call implements the transport of the newer RPC SDKs.
func (w *wire) Call(request *http.Request, transport *http.Transport) (*http.Response, error) {
	w.authorization, _, _ = strings.Cut(request.Header.Get("Authorization"), " ")
	w.version = request.URL.Query().Get("SignatureVersion")
	return transport.RoundTrip(request)
}

func TestSignatures_newRPC(t *testing.T) {
	c := newCloud(t)
	for algorithm, want := range map[string]wire{"v2": {version: "1.0"}, "ACS3-HMAC-SHA256": {authorization: "ACS3-HMAC-SHA256"}} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			for _, inForm := range []bool{false, true} {
				if inForm && method == http.MethodGet {
					continue
				}
				t.Run(algorithm+" "+method, func(t *testing.T) {
					seen := &wire{}
					config := c.config(from())
					config.SignatureAlgorithm, config.HttpClient = dara.String(algorithm), seen
					client := must(openapi.NewClient(config))(t)
					call := func(name string) (map[string]any, error) {
						request := &openapimodels.OpenApiRequest{}
						if inForm {
							request.Body = map[string]any{"PolicyName": name, "PolicyType": "System"}
						} else {
							request.Query = map[string]*string{"PolicyName": dara.String(name), "PolicyType": dara.String("System")}
						}
						return client.CallApi(&openapimodels.Params{
							Action: dara.String("GetPolicy"), Version: dara.String("2015-05-01"), Protocol: dara.String("HTTP"), Pathname: dara.String("/"),
							Method: dara.String(method), AuthType: dara.String("AK"), Style: dara.String("RPC"), ReqBodyType: dara.String("formData"), BodyType: dara.String("json"),
						}, request, &dara.RuntimeOptions{})
					}
					must(call("AdministratorAccess"))(t)
					equal(t, "signature", *seen, want)
					_, err := call("é *~%2F+ &=")
					if err == nil || !strings.Contains(err.Error(), "InvalidParameter.PolicyName.InvalidChars") {
						t.Errorf("odd characters: %v", err)
					}
				})
			}
		}
	}
}

func TestSignatures_oldRPC(t *testing.T) {
	c := newCloud(t)
	client := must(sdk.NewClientWithAccessKey(emulator.Region, from().ID, from().Secret))(t) //nolint:staticcheck // users' programs call it
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		request := requests.NewCommonRequest()
		request.Method, request.Scheme, request.Domain = method, "http", strings.TrimPrefix(c.URL, "http://")
		request.Version, request.ApiName = "2015-05-01", "GetPolicy"
		request.QueryParams["PolicyType"] = "System"
		parameters := request.QueryParams
		if method == http.MethodPost {
			parameters = request.FormParams
		}
		parameters["PolicyName"] = "AdministratorAccess"
		must(client.ProcessCommonRequest(request))(t)
		parameters["PolicyName"] = "é *~%2F+ &="
		refused(client.ProcessCommonRequest(request))(t, "InvalidParameter.PolicyName.InvalidChars")
	}
}

func TestSessions_endWithTheirTime(t *testing.T) {
	c := newCloud(t)
	t.Run("set up", func(t *testing.T) { identityCalls(t, c) })
	visit := assume(t, c, "")
	must(c.tokens(visit).GetCallerIdentity())(t)
	must(c.objects(visit).ListBuckets(t.Context(), &oss.ListBucketsRequest{}))(t)
	c.SetSkew(16 * time.Minute)
	refused(c.tokens(visit).GetCallerIdentity())(t, "InvalidSecurityToken.Expired")
	refused(c.objects(visit).ListBuckets(t.Context(), &oss.ListBucketsRequest{}))(t, "InvalidSecurityToken")
}
