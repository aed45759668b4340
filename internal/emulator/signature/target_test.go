package signature_test

import (
	"bufio"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/signature"
)

func wireRequest(host, path string) (*http.Request, error) {
	return http.ReadRequest(bufio.NewReader(strings.NewReader("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")))
}

func TestSplitTarget(t *testing.T) {
	const ip, virtual = "127.0.0.1:8089", "b.oss-cn-hangzhou.aliyuncs.com:80"
	for _, c := range []struct {
		host, path, bucket, key string
		err                     error
	}{
		{ip, "/", "", "", nil},
		{ip, "/b", "b", "", nil},
		{ip, "/b/", "b", "", nil},
		{ip, "/b/a%2Fb", "b", "a/b", nil},
		{ip, "/b//x/../y/./z", "b", "/x/../y/./z", nil},
		{ip, "/b/%2e%2e%2Fother", "b", "../other", nil},
		{ip, "/b/a+b%20^%2F", "b", "a+b ^/", nil},
		{ip, "//k", "", "", signature.ErrBucket},
		{ip, "/a%2Fb/k", "", "", signature.ErrBucket},
		{ip, "/../k", "", "", signature.ErrBucket},
		{ip, "/b%3Facl/k", "", "", signature.ErrBucket},
		{virtual, "/", "b", "", nil},
		{virtual, "/other/k", "b", "other/k", nil},
		{virtual, "//k", "b", "/k", nil},
	} {
		r, err := wireRequest(c.host, c.path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := signature.SplitTarget(r, bucketHost)
		if !errors.Is(err, c.err) || got != (signature.Target{Bucket: c.bucket, Key: c.key}) {
			t.Errorf("%s%s: %+v %v", c.host, c.path, got, err)
		}
	}
}

func TestNonces(t *testing.T) {
	n := signature.NewNonces(2)
	use := func(key, nonce string, after time.Duration) string {
		if f := n.Use(signature.Credential{AccessKeyID: key, Nonce: nonce}, vectorTime.Add(after)); f != nil {
			return f.Code
		}
		return ""
	}
	for i, c := range []struct {
		key, nonce string
		after      time.Duration
		want       string
	}{
		{"a", "1", 0, ""},
		{"a", "1", 0, "SignatureNonceUsed"},
		{"b", "1", 0, ""},
		{"a", "1", 30 * time.Minute, "SignatureNonceUsed"},
		{"a", "1", 31 * time.Minute, ""},
		{"a", "2", 31 * time.Minute, ""},
		{"a", "3", 31 * time.Minute, ""}, // forgets a/1, the oldest
		{"a", "2", 31 * time.Minute, "SignatureNonceUsed"},
		{"a", "1", 31 * time.Minute, ""},
	} {
		if got := use(c.key, c.nonce, c.after); got != c.want {
			t.Errorf("use %d: %q, want %q", i, got, c.want)
		}
	}
}

// FuzzRead looks for panics, and for anything that verifies without the secret.
func FuzzRead(f *testing.F) {
	f.Add("127.0.0.1", "/b/a%2F..//k?acl&x=%20+", "OSS a:b", vectorDate)
	f.Add("b.oss-cn-hangzhou.aliyuncs.com", "/k", v4Auth, vectorISO)
	f.Add("127.0.0.1", "/?AccessKeyId=a&Signature=b", "ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host,Signature=c", "")
	f.Fuzz(func(t *testing.T, host, path, authorization, date string) {
		r, err := wireRequest(host, path)
		if err != nil {
			return
		}
		r.Header.Set("Authorization", authorization)
		r.Header.Set("Date", date)
		r.Header.Set("x-oss-content-sha256", "UNSIGNED-PAYLOAD")
		if target, err := signature.SplitTarget(r, bucketHost); err == nil {
			if claim, failure := signature.ReadOSS(r, target); failure == nil && claim.Verify(secretKey) == nil {
				t.Errorf("verifies: %q %q", path, authorization)
			}
		}
		if claim, failure := signature.ReadRPC(r, r.URL.Query(), nil); failure == nil && claim.Verify(secretKey) == nil {
			t.Errorf("verifies: %q %q", path, authorization)
		}
	})
}
