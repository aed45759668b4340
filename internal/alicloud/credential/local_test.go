package credential_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud/credential"
)

// redirect sends every request to a test server, whatever host it names, as a proxy does.
type redirect struct{ to string }

func (r redirect) RoundTrip(req *http.Request) (*http.Response, error) {
	own := req.Clone(req.Context())
	own.Host, own.URL.Scheme, own.URL.Host = req.URL.Host, "http", strings.TrimPrefix(r.to, "http://")
	return http.DefaultTransport.RoundTrip(own)
}

// config is a configuration whose requests all reach the handler and that never really waits.
func config(t *testing.T, c *clock, handler http.HandlerFunc) alicloud.Config {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return alicloud.Config{
		Region: "cn-hangzhou", Transport: redirect{server.URL}, Now: c.now, UserAgent: "test",
		Endpoints: alicloud.Endpoints{STS: "http://sts.test"},
		Sleep:     func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
}

func session(c *clock, key string) string {
	return fmt.Sprintf(`{"Code":"Success","AccessKeyId":%q,"AccessKeySecret":%q,"SecurityToken":"t","Expiration":%q}`,
		key, secret, c.now().Add(time.Hour).Format("2006-01-02T15:04:05Z"))
}

// metadata is the metadata server of an instance with the role "worker".
func metadata(c *clock, opened *atomic.Int64) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		const roles = "/latest/meta-data/ram/security-credentials/"
		switch {
		case r.Host != "100.100.100.200":
			w.WriteHeader(http.StatusBadGateway)
		case r.Method == http.MethodPut && r.URL.Path == "/latest/api/token" && r.Header.Get("X-aliyun-ecs-metadata-token-ttl-seconds") != "":
			_, _ = io.WriteString(w, "metadata-token")
		case r.Header.Get("X-aliyun-ecs-metadata-token") != "metadata-token":
			w.WriteHeader(http.StatusForbidden)
		case r.URL.Path == roles:
			_, _ = io.WriteString(w, "worker\n")
		case r.URL.Path == roles+"worker":
			_, _ = io.WriteString(w, session(c, fmt.Sprintf("STS.%d", opened.Add(1))))
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}
}

func TestInstanceRole_namedOrFoundAndRenewed(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"worker", ""} {
		var c clock
		var opened atomic.Int64
		source := credential.InstanceRole(config(t, &c, metadata(&c, &opened)), name)
		if first, again := keyOf(t, source), keyOf(t, source); first != "STS.1" || again != "STS.1" {
			t.Errorf("%q: %s, then %s", name, first, again)
		}
		c.advance(59*time.Minute + 45*time.Second)
		if got := keyOf(t, source); got != "STS.2" {
			t.Errorf("%q: %s near the end", name, got)
		}
	}
}

func TestInstanceRole_failures(t *testing.T) {
	t.Parallel()
	var c clock
	var opened atomic.Int64
	ok := metadata(&c, &opened)
	answering := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut {
				ok(w, r)
				return
			}
			_, _ = io.WriteString(w, body)
		}
	}
	for name, f := range map[string]struct {
		role    string
		handler http.HandlerFunc
		want    string
	}{
		"another role":   {"boss", ok, `no role "boss" is attached to it: HTTP status 404`},
		"no instance":    {"worker", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }, "exists on ECS instances only, gave no token: HTTP status 503"},
		"not successful": {"worker", answering(`{"Code":"Failed","AccessKeySecret":"` + secret + `"}`), `the code "Failed"`},
		"no JSON":        {"worker", answering("<html>" + secret), "not the JSON"},
		"half a key":     {"worker", answering(`{"AccessKeySecret":"` + secret + `"}`), "no AccessKeyId"},
		"no expiration":  {"worker", answering(`{"AccessKeyId":"a","AccessKeySecret":"` + secret + `","SecurityToken":"b"}`), "no Expiration"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := credential.InstanceRole(config(t, &c, f.handler), f.role).Credentials(t.Context())
			refused(t, err, f.want, "of this ECS instance")
		})
	}
}

func TestURI(t *testing.T) {
	t.Parallel()
	var c clock
	var calls atomic.Int64
	cfg := config(t, &c, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Query().Get("key") != secret:
			w.WriteHeader(http.StatusForbidden)
		case calls.Add(1) == 1:
			w.WriteHeader(http.StatusInternalServerError)
		default:
			_, _ = io.WriteString(w, session(&c, "STS.uri"))
		}
	})
	source, err := credential.URI(cfg, "http://keys.test/path?key="+secret)
	if err != nil {
		t.Fatal(err)
	}
	if got := keyOf(t, source); got != "STS.uri" {
		t.Errorf("after one server error: %s", got)
	}
	source, err = credential.URI(cfg, "http://keys.test/path?other="+secret)
	if err != nil {
		t.Fatal(err)
	}
	_, err = source.Credentials(t.Context())
	refused(t, err, "http://keys.test/path gave no credentials", "403")
	for _, address := range []string{"keys.test/" + secret, "ftp://keys.test/" + secret, "http://" + secret + "\x7f"} {
		_, err := credential.URI(cfg, address)
		refused(t, err, "not an http or https URL")
	}
}

func TestURI_unreachableServerIsTriedThreeTimes(t *testing.T) {
	t.Parallel()
	var c clock
	cfg := config(t, &c, nil)
	var calls atomic.Int64
	cfg.Transport = roundTrip(func(*http.Request) (*http.Response, error) {
		calls.Add(1)
		return nil, io.ErrUnexpectedEOF
	})
	source, err := credential.URI(cfg, "http://user:"+secret+"@keys.test/?"+secret)
	if err != nil {
		t.Fatal(err)
	}
	_, err = source.Credentials(t.Context())
	refused(t, err, "http://keys.test/", "unexpected EOF")
	if n := calls.Load(); n != 3 {
		t.Errorf("%d attempts", n)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
