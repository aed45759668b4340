package signature_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	ossv2 "github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	credentialsv2 "github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/signer"
	ossv1 "github.com/aliyun/aliyun-oss-go-sdk/oss"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/signature"
)

const (
	ipEndpoint   = "http://127.0.0.1:8089"
	nameEndpoint = "http://oss-cn-hangzhou.aliyuncs.com"
)

func received(t *testing.T, c *capture, method, link string, headers map[string]string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, link, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	c.receive(r)
	return c.last
}

func TestOSSSDKv1(t *testing.T) {
	t.Parallel()
	for _, version := range []ossv1.AuthVersionType{ossv1.AuthV1, ossv1.AuthV4} {
		for n, endpoint := range []string{ipEndpoint, nameEndpoint} {
			t.Run(string(version)+" "+endpoint, func(t *testing.T) {
				c := &capture{t: t}
				options := []ossv1.ClientOption{ossv1.HTTPClient(&http.Client{Transport: c}), ossv1.AuthVersion(version), ossv1.Region("cn-hangzhou")}
				if n == 1 {
					options = append(options, ossv1.SecurityToken("CAIS/token+="), ossv1.AdditionalHeaders([]string{"user-agent"}))
				}
				client, err := ossv1.New(endpoint, accessKey, secretKey, options...)
				if err != nil {
					t.Fatal(err)
				}
				header, query := signature.OSSV1Header, signature.OSSV1Query
				if version == ossv1.AuthV4 {
					header, query = signature.OSSV4Header, signature.OSSV4Query
				}
				signV1SDK(t, c, client, header, query)
			})
		}
	}
}

func signV1SDK(t *testing.T, c *capture, client *ossv1.Client, header, query signature.Scheme) {
	rnd := seeded(uint64(header))
	bucket, err := client.Bucket("src-bucket")
	if err != nil {
		t.Fatal(err)
	}
	for range signedBy / 8 {
		params := map[string]any{}
		var options []ossv1.Option
		for name, value := range randomQuery(rnd) {
			params[name] = nil
			if value != "" {
				params[name] = value
			}
			options = append(options, ossv1.AddParam(name, params[name]))
		}
		key := "k" + randomText(rnd) // SignURL refuses a leading "?"
		response, err := client.Conn.Do(one(rnd, "GET", "PUT", "POST", "DELETE", "HEAD"), one(rnd, "src-bucket", "b2"), one(rnd, "", key),
			params, randomOSSHeaders(rnd), nil, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		mustVerifyOSS(t, rnd, c.last, header)

		link, err := bucket.SignURL(key, ossv1.HTTPGet, 600, options...)
		if err != nil {
			t.Fatal(err)
		}
		mustVerifyOSS(t, rnd, received(t, c, "GET", link, nil), query)
	}
}

func TestOSSSDKv2(t *testing.T) {
	t.Parallel()
	for _, version := range []ossv2.SignatureVersionType{ossv2.SignatureVersionV1, ossv2.SignatureVersionV4} {
		for n, endpoint := range []string{ipEndpoint, nameEndpoint} {
			name, header, query := "v1 ", signature.OSSV1Header, signature.OSSV1Query
			if version == ossv2.SignatureVersionV4 {
				name, header, query = "v4 ", signature.OSSV4Header, signature.OSSV4Query
			}
			t.Run(name+endpoint, func(t *testing.T) {
				c := &capture{t: t}
				token := strings.Repeat("CAIS/token+=", n)
				config := ossv2.LoadDefaultConfig().WithRegion("cn-hangzhou").WithEndpoint(endpoint).WithUsePathStyle(n == 0).
					WithHttpClient(&http.Client{Transport: c}).WithSignatureVersion(version).WithAdditionalHeaders([]string{"user-agent"}).
					WithCredentialsProvider(credentialsv2.NewStaticCredentialsProvider(accessKey, secretKey, token))
				signV2SDK(t, c, ossv2.NewClient(config), header, query)
			})
		}
	}
}

func signV2SDK(t *testing.T, c *capture, client *ossv2.Client, header, query signature.Scheme) {
	rnd := seeded(10 + uint64(header))
	for range signedBy / 8 {
		parameters := randomQuery(rnd)
		input := &ossv2.OperationInput{
			OpName: "Any", Method: one(rnd, "GET", "PUT", "POST", "DELETE"), Bucket: ossv2.Ptr("src-bucket"),
			Headers: randomOSSHeaders(rnd), Parameters: parameters,
		}
		// A client of V1 declares which parameters it signs.
		var declared []string
		for name := range parameters {
			if name != "rule-id" && name != "prefix" && name != "list-type" && name != "max-keys" {
				declared = append(declared, name)
			}
		}
		input.OpMetadata.Set(signer.SubResource, declared)
		if rnd.IntN(3) > 0 {
			input.Key = ossv2.Ptr(randomText(rnd))
		}
		output, err := client.InvokeOperation(t.Context(), input)
		if err != nil {
			t.Fatal(err)
		}
		output.Body.Close()
		mustVerifyOSS(t, rnd, c.last, header)

		request := &ossv2.GetObjectRequest{Bucket: ossv2.Ptr("src-bucket"), Key: ossv2.Ptr(randomText(rnd))}
		if rnd.IntN(2) == 0 {
			request.VersionId = ossv2.Ptr(randomText(rnd))
			request.Process = ossv2.Ptr(randomText(rnd))
		}
		result, err := client.Presign(t.Context(), request, ossv2.PresignExpires(10*time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		mustVerifyOSS(t, rnd, received(t, c, result.Method, result.URL, result.SignedHeaders), query)
	}
}
