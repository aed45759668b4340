package signature_test

import (
	"bufio"
	"bytes"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/signature"
)

const (
	accessKey = "LTAIrandomAK"
	secretKey = "randomSecretKey"
	signedBy  = 10000 // requests of each SDK
)

// capture keeps the request a client sends, as a server would read it, and
// answers with success. No network is involved.
type capture struct {
	t    *testing.T
	last *http.Request
	body []byte
	form url.Values
}

func (c *capture) RoundTrip(r *http.Request) (*http.Response, error) {
	c.receive(r)
	return &http.Response{
		StatusCode: http.StatusOK,
		Header:     http.Header{"Content-Type": {"application/json"}, "X-Oss-Request-Id": {"5C3D9175B6FC201293AD0000"}},
		Body:       io.NopCloser(strings.NewReader(`{"RequestId":"r"}`)),
		Request:    r,
	}, nil
}

// Call makes capture a client of the newer RPC SDKs.
func (c *capture) Call(r *http.Request, _ *http.Transport) (*http.Response, error) {
	return c.RoundTrip(r)
}

func (c *capture) receive(r *http.Request) {
	c.t.Helper()
	var wire bytes.Buffer
	if err := r.Write(&wire); err != nil {
		c.t.Fatalf("write request: %v", err)
	}
	received, err := http.ReadRequest(bufio.NewReader(&wire))
	if err != nil {
		c.t.Fatalf("read request: %v", err)
	}
	if c.body, err = io.ReadAll(received.Body); err != nil {
		c.t.Fatal(err)
	}
	c.form = nil
	if strings.HasPrefix(received.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		if c.form, err = url.ParseQuery(string(c.body)); err != nil {
			c.t.Fatal(err)
		}
	}
	c.last = received
}

func seeded(n uint64) *rand.Rand { return rand.New(rand.NewPCG(n, 20260310)) }

var textPieces = []string{
	"a", "Z", "0", "/", "//", ".", "..", "/../", "%", "%2F", "+", " ", "&", "=", "?", "#", "~", "*", "'", "(", "!", "@", ":", ";", ",",
	"\"", "\\", "^", "|", "<", "{", "é", "世界", "_", "-", "acl", "\t", "\n", "\x7f",
}

func randomText(r *rand.Rand) string {
	var b strings.Builder
	for range 1 + r.IntN(8) {
		b.WriteString(textPieces[r.IntN(len(textPieces))])
	}
	return b.String()
}

// randomHeader is a value that travels unchanged in a header.
func randomHeader(r *rand.Rand) string {
	var b strings.Builder
	b.WriteByte('v')
	for range r.IntN(12) {
		b.WriteByte(byte(' ' + r.IntN(95)))
	}
	b.WriteByte('w')
	return b.String()
}

var queryNames = []string{
	"acl", "replication", "comp", "policy", "versionId", "rule-id", "prefix", "list-type", "x-oss-process",
	"continuation-token", "response-content-type", "max-keys", "restore", "tagging",
}

func randomQuery(r *rand.Rand) map[string]string {
	query := map[string]string{}
	for range r.IntN(4) {
		value := ""
		if r.IntN(3) > 0 {
			value = randomText(r)
		}
		query[queryNames[r.IntN(len(queryNames))]] = value
	}
	return query
}

func randomOSSHeaders(r *rand.Rand) map[string]string {
	headers := map[string]string{}
	for _, name := range []string{"x-oss-meta-a", "X-Oss-Meta-B", "Content-Type", "Content-MD5", "x-oss-tagging"} {
		if r.IntN(2) == 0 {
			headers[name] = randomHeader(r)
		}
	}
	return headers
}

func one[T any](r *rand.Rand, choices ...T) T { return choices[r.IntN(len(choices))] }

// refusedOSS says how a request is refused; empty if it is accepted.
func refusedOSS(r *http.Request) string {
	target, err := signature.SplitTarget(r, bucketHost)
	if err != nil {
		return err.Error()
	}
	claim, f := signature.ReadOSS(r, target)
	return refused(claim, f)
}

func refused(claim signature.Claim, f *signature.Failure) string {
	if f == nil && claim.Credential.Scheme != signature.Anonymous && claim.Credential.AccessKeyID != accessKey {
		return "unknown key"
	}
	if f == nil {
		f = claim.Verify(secretKey)
	}
	if f == nil {
		f = signature.CheckTime(claim.Credential, time.Now())
	}
	if f == nil {
		return ""
	}
	return f.Code + "\n" + f.StringToSign + "\n" + f.CanonicalRequest
}

// flip changes one byte of text.
func flip(r *rand.Rand, text string) string {
	b := []byte(text)
	b[r.IntN(len(b))] ^= 1
	return string(b)
}

// flips lists changes of one byte each, one for every signed part.
type flips []func(*rand.Rand)

func (all *flips) header(r *http.Request, signed func(lower string) bool) {
	for name, values := range r.Header {
		if values[0] != "" && signed(strings.ToLower(name)) {
			*all = append(*all, func(rnd *rand.Rand) { r.Header[name] = []string{flip(rnd, values[0])} })
		}
	}
}

func (all *flips) values(values url.Values, signed func(name string) bool, done func()) {
	for name, list := range values {
		if !signed(name) {
			continue
		}
		if list[0] != "" {
			*all = append(*all, func(rnd *rand.Rand) { values[name] = []string{flip(rnd, list[0])}; done() })
		}
		*all = append(*all, func(rnd *rand.Rand) {
			delete(values, name)
			renamed := flip(rnd, name)
			values[renamed] = append(values[renamed], list[0])
			done()
		})
	}
}

// changeOSS changes one byte in a signed part of an OSS request.
func changeOSS(rnd *rand.Rand, r *http.Request, scheme signature.Scheme) {
	v1 := scheme == signature.OSSV1Header || scheme == signature.OSSV1Query
	all := flips{func(rnd *rand.Rand) { r.Method = flip(rnd, r.Method) }}
	if key := strings.TrimLeft(r.URL.Path, "/"); key != "" {
		start := len(r.URL.Path) - len(key)
		all = append(all, func(rnd *rand.Rand) {
			path := r.URL.Path[:start] + flip(rnd, key)
			r.URL.RawPath = (&url.URL{Path: path}).EscapedPath()
			r.URL.Path = path
		})
	}
	usesDate := r.Header.Get("Authorization") != "" && (v1 || r.Header.Get("x-oss-date") == "")
	all.header(r, func(lower string) bool {
		return strings.HasPrefix(lower, "x-oss-") || lower == "content-type" || lower == "content-md5" || lower == "authorization" ||
			lower == "date" && usesDate
	})
	query := r.URL.Query()
	all.values(query, func(name string) bool {
		unsigned := name == "rule-id" || name == "prefix" || name == "list-type" || name == "max-keys"
		return !v1 || !unsigned
	}, func() { r.URL.RawQuery = query.Encode() })
	all[rnd.IntN(len(all))](rnd)
}

// changeRPC changes one byte in a signed part of an RPC request and returns the
// body to go with it.
func changeRPC(rnd *rand.Rand, r *http.Request, form url.Values, body []byte) []byte {
	all := flips{func(rnd *rand.Rand) { r.Method = flip(rnd, r.Method) }}
	query := r.URL.Query()
	everything := func(string) bool { return true }
	all.values(query, everything, func() { r.URL.RawQuery = query.Encode() })
	if r.Header.Get("Authorization") == "" {
		all.values(form, everything, func() {})
	} else {
		all = append(all, func(rnd *rand.Rand) { r.Host = flip(rnd, r.Host) })
		all.header(r, func(lower string) bool { return strings.HasPrefix(lower, "x-acs-") || lower == "authorization" })
		if len(body) > 0 {
			all = append(all, func(rnd *rand.Rand) { body = []byte(flip(rnd, string(body))) })
		}
	}
	all[rnd.IntN(len(all))](rnd)
	return body
}

// mustVerifyOSS checks a captured request and one altered copy of it.
func mustVerifyOSS(t *testing.T, rnd *rand.Rand, r *http.Request, want signature.Scheme) {
	t.Helper()
	if why := refusedOSS(r); why != "" {
		t.Fatalf("%s %s %v refused: %s", r.Method, r.RequestURI, r.Header, why)
	}
	if got := readOSS(t, r).Credential.Scheme; got != want {
		t.Fatalf("scheme %v, want %v", got, want)
	}
	altered := r.Clone(t.Context())
	changeOSS(rnd, altered, want)
	if refusedOSS(altered) == "" {
		t.Fatalf("altered request verifies\n%s %s %v\n%s %s %v", r.Method, r.URL, r.Header, altered.Method, altered.URL, altered.Header)
	}
}

func mustVerifyRPC(t *testing.T, rnd *rand.Rand, c *capture, want signature.Scheme) {
	t.Helper()
	claim, f := signature.ReadRPC(c.last, c.form, c.body)
	if why := refused(claim, f); why != "" {
		t.Fatalf("%s %s %v refused: %s", c.last.Method, c.last.URL, c.last.Header, why)
	}
	if claim.Credential.Scheme != want {
		t.Fatalf("scheme %v, want %v", claim.Credential.Scheme, want)
	}
	altered := c.last.Clone(t.Context())
	form := url.Values(http.Header(c.form).Clone())
	body := changeRPC(rnd, altered, form, bytes.Clone(c.body))
	if claim, f = signature.ReadRPC(altered, form, body); refused(claim, f) == "" {
		t.Fatalf("altered request verifies\n%s %s %v %q\n%s %s %v %q", c.last.Method, c.last.URL, c.last.Header, c.form,
			altered.Method, altered.URL, altered.Header, form)
	}
}
