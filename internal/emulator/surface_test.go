package emulator_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// ask sends a request exactly as it is written, path and host included.
func ask(t *testing.T, server *emulator.Server, method, host, target, body string) (status int, text string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, server.URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.URL.Opaque = target
	request.Host = host
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatalf("%s %s for %s: %v", method, target, host, err)
	}
	raw, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(raw)
}

// Outside /-/ nobody gets or changes anything without a signature, whatever the
// method, the host and the way in which the path is written.
func TestSurface_strangersGetErrorsOnly(t *testing.T) {
	server := start(t, 0)
	before := snapshotOf(t, server)
	targets := []string{
		"/", "/orders", "/orders/", "/orders/2026/first.json", "/orders/?policy", "/orders-backup/?policy", "/orders/?replication&comp=add", "/orders/?acl",
		"/?Action=GetCallerIdentity&Version=2015-04-01", "/?Action=CreateRole&Version=2015-05-01&RoleName=x", "/?Action=GetKeyPolicy&Version=2016-01-20",
		"/orders/../-/world", "/orders/..%2f-%2fworld", "/.%2e/-/world", "//-/world", "/-%2fworld", "/orders/%00", "/orders\\..\\-\\world", "/latest/meta-data/",
		"/orders/2026/first.json?OSSAccessKeyId=LTAIemulatorSource&Expires=99999999999&Signature=AAAA",
		"/orders/2026/first.json?x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-credential=LTAIemulatorSource&x-oss-signature=00",
	}
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECTED"} {
		for _, host := range []string{"127.0.0.1", "localhost", "orders.localhost", "orders.oss-cn-hangzhou.aliyuncs.com", "ram.aliyuncs.com", "100.100.100.200", "evil.example"} {
			for _, target := range targets {
				status, text := ask(t, server, method, host, target, "body")
				if status < 400 {
					t.Errorf("%s %s for %s: %d %s", method, target, host, status, text)
				}
				for _, leak := range []string{`"order"`, "emulator-source-secret", "access_keys", "reports/*", "kms default key policy"} {
					if strings.Contains(text, leak) {
						t.Errorf("%s %s for %s shows %s: %s", method, target, host, leak, text)
					}
				}
			}
		}
	}
	if after := snapshotOf(t, server); after != before {
		t.Error("strangers changed the world")
	}
}

// snapshotOf is the world as JSON without its clock.
func snapshotOf(t *testing.T, server *emulator.Server) string {
	t.Helper()
	_, text := ask(t, server, http.MethodGet, "127.0.0.1", "/-/world", "")
	_, rest, found := strings.Cut(text, `"switches"`)
	if !found {
		t.Fatalf("the world is %s", text)
	}
	return rest
}

// The control plane answers this machine and nobody who only claims a name of it:
// a page of the Internet can make a browser resolve its own name to 127.0.0.1.
func TestSurface_controlPlaneAnswersThisMachineOnly(t *testing.T) {
	server := start(t, 0)
	for host, allowed := range map[string]bool{
		"localhost": true, "localhost:80": true, "127.0.0.1": true, "127.0.0.1:8089": true, "[::1]:8089": true,
		"evil.example": false, "evil.example:8089": false, "127.0.0.1.evil.example": false, "localhost.evil.example": false, "localhost.": false,
		"evil.localhost": false, "orders.oss-cn-hangzhou.aliyuncs.com": false, "ram.aliyuncs.com": false, "xn--lcalhost-54a": false, "0x7f.1.evil": false,
	} {
		for _, target := range []string{"/-/world", "/-/requests", "/-/", "/-/credentials/1000000000000001/builder"} {
			status, text := ask(t, server, http.MethodGet, host, target, "")
			refused := status == http.StatusForbidden || strings.Contains(text, "<Error>")
			if refused == allowed {
				t.Errorf("%s for %s: %d %s", target, host, status, text)
			}
		}
		if status, _ := ask(t, server, http.MethodDelete, host, "/-/requests", ""); (status == http.StatusOK) != allowed {
			t.Errorf("DELETE for %s: %d", host, status)
		}
	}
}

// Request lines and headers end somewhere, and a refused request leaves the next one alone.
func TestSurface_limits(t *testing.T) {
	server := start(t, 0)
	long := strings.Repeat("a", 300<<10)
	for name, target := range map[string]string{"query": "/orders/?policy&x=" + long, "path": "/orders/" + long} {
		if status, _ := ask(t, server, http.MethodGet, "127.0.0.1", target, ""); status != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("a long %s: %d", name, status)
		}
	}
	var dialer net.Dialer
	connection, err := dialer.DialContext(t.Context(), "tcp", strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	if _, err := connection.Write([]byte("\x16\x03\x01 no HTTP at all\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	if raw, err := io.ReadAll(connection); err != nil || !strings.HasPrefix(string(raw), "HTTP/1.1 400") {
		t.Errorf("%v %q", err, raw)
	}
	if status, _ := ask(t, server, http.MethodGet, "127.0.0.1", "/-/clock", ""); status != http.StatusOK {
		t.Errorf("afterwards: %d", status)
	}
}
