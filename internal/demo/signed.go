package demo

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // what the service's signatures are made with
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

const (
	ossAlgorithm = "OSS4-HMAC-SHA256"
	ossTime      = "20060102T150405Z"
	rpcTime      = "2006-01-02T15:04:05Z"
	ramVersion   = "2015-05-01"
	kmsVersion   = "2016-01-20"
	unsigned     = "UNSIGNED-PAYLOAD"
	maxSaid      = 300 // bytes of an error answer that are shown
	callTime     = 10 * time.Second
)

// administrator calls the cloud with one account's key, without any SDK and
// without the provider's own clients: what the demo claims is seen from outside.
type administrator struct {
	url string
	key emulator.KeyPair
}

// answer is what the cloud said to a request.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// oss sends a request signed with OSS signature V4 in the header (OSS page
// "Include a V4 signature in the Authorization header", 2026-03). The path is
// "bucket/key", query is "" or one bare sub-resource such as "policy".
func (a administrator) oss(ctx context.Context, method, path, query string, body []byte, header map[string]string) (answer, error) {
	target := a.url + "/" + (&url.URL{Path: path}).EscapedPath()
	if query != "" {
		target += "?" + query
	}
	request, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	now := time.Now().UTC()
	request.Header.Set("x-oss-date", now.Format(ossTime))
	request.Header.Set("x-oss-content-sha256", unsigned)
	resource := path
	if !strings.Contains(path, "/") {
		resource += "/"
	}
	canonical := strings.Join([]string{method, "/" + resource, query, signedHeaders(request.Header), "", unsigned}, "\n")
	scope := []string{now.Format("20060102"), emulator.Region, "oss", "aliyun_v4_request"}
	text := strings.Join([]string{ossAlgorithm, now.Format(ossTime), strings.Join(scope, "/"), hexSum(canonical)}, "\n")
	key := []byte("aliyun_v4" + a.key.Secret)
	for _, part := range scope {
		key = sum(sha256.New, key, part)
	}
	request.Header.Set("Authorization", fmt.Sprintf("%s Credential=%s/%s,Signature=%s",
		ossAlgorithm, a.key.ID, strings.Join(scope, "/"), hex.EncodeToString(sum(sha256.New, key, text))))
	return send(request)
}

// signedHeaders lists them in the order of their names, in which "a-b" follows "a".
func signedHeaders(header http.Header) string {
	lines := map[string]string{}
	for name := range header {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-oss-") || lower == "content-type" {
			lines[lower] = lower + ":" + header.Get(name) + "\n"
		}
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(lines)) {
		b.WriteString(lines[name])
	}
	return b.String()
}

// rpc calls RAM or KMS, which differ in their version, with RPC signature V1 (RAM
// page "Request syntax and signature method of RPC", 2026-03), and reads the
// answer's JSON into an object, which may be nil.
func (a administrator) rpc(ctx context.Context, version, action string, into any, parameters map[string]string) error {
	values := url.Values{}
	for name, value := range parameters {
		values.Set(name, value)
	}
	for name, value := range map[string]string{
		"Action": action, "Version": version, "Format": "JSON", "AccessKeyId": a.key.ID, "SignatureMethod": "HMAC-SHA1",
		"SignatureVersion": "1.0", "SignatureNonce": rand.Text(), "Timestamp": time.Now().UTC().Format(rpcTime),
	} {
		values.Set(name, value)
	}
	canonical := strings.ReplaceAll(values.Encode(), "+", "%20") // sorted by name
	text := http.MethodGet + "&%2F&" + strings.ReplaceAll(url.QueryEscape(canonical), "+", "%20")
	values.Set("Signature", base64.StdEncoding.EncodeToString(sum(sha1.New, []byte(a.key.Secret+"&"), text)))
	got, err := get(ctx, a.url+"/?"+values.Encode())
	if err != nil {
		return err
	}
	if err := got.expect(action, http.StatusOK); err != nil || into == nil {
		return err
	}
	return json.Unmarshal(got.body, into)
}

// expect is an error unless the status is one of those.
func (a answer) expect(what string, statuses ...int) error {
	if slices.Contains(statuses, a.status) {
		return nil
	}
	said := oneLine(string(a.body))
	return fmt.Errorf("%s answers status %d: %s", what, a.status, said[:min(len(said), maxSaid)])
}

// control reads JSON from the emulator's control plane.
func control(ctx context.Context, cloud, path string, into any) error {
	got, err := get(ctx, cloud+"/-/"+path)
	if err != nil {
		return err
	}
	if err := got.expect("control plane "+path, http.StatusOK); err != nil {
		return err
	}
	return json.Unmarshal(got.body, into)
}

func get(ctx context.Context, address string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return answer{}, err
	}
	return send(request)
}

func send(request *http.Request) (answer, error) {
	response, err := (&http.Client{Timeout: callTime}).Do(request)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, body}, err
}

func sum(algorithm func() hash.Hash, key []byte, text string) []byte {
	mac := hmac.New(algorithm, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

func hexSum(text string) string {
	digest := sha256.Sum256([]byte(text))
	return hex.EncodeToString(digest[:])
}
