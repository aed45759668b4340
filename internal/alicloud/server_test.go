package alicloud_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

const (
	testKeyID  = "LTAItestkey"
	testSecret = "s3cr3t/with+odd=characters"
	testToken  = "tok3n/with+odd=characters"
)

// recorded is one request as the server saw it.
type recorded struct {
	method, path, query, body string
	header                    http.Header
	action                    string
}

// server is a cloud of which each test writes the answers.
type server struct {
	*httptest.Server
	mu       sync.Mutex
	requests []recorded
	waits    []time.Duration
	calls    []alicloud.Call
}

func newServer(t *testing.T, answer http.HandlerFunc) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		s.requests = append(s.requests, recorded{
			method: r.Method, path: r.URL.Path, query: r.URL.RawQuery, body: string(body),
			header: r.Header.Clone(), action: r.URL.Query().Get("Action"),
		})
		s.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) seen() []recorded {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]recorded(nil), s.requests...)
}

// client returns a client of the server that never really waits.
func (s *server) client(t *testing.T, adjust ...func(*alicloud.Config)) *alicloud.Client {
	t.Helper()
	cfg := alicloud.Config{
		Region:      "cn-hangzhou",
		Credentials: alicloud.StaticCredentials{AccessKeyID: testKeyID, AccessKeySecret: testSecret},
		Endpoints:   alicloud.Endpoints{OSS: s.URL, RAM: s.URL, KMS: s.URL, STS: s.URL},
		Sleep: func(ctx context.Context, d time.Duration) error {
			s.mu.Lock()
			s.waits = append(s.waits, d)
			s.mu.Unlock()
			return ctx.Err()
		},
		Random: func() float64 { return 0.5 },
		Log: func(_ context.Context, c alicloud.Call) {
			s.mu.Lock()
			s.calls = append(s.calls, c)
			s.mu.Unlock()
		},
	}
	for _, f := range adjust {
		f(&cfg)
	}
	c, err := alicloud.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// script answers each request with the next step and repeats the last one.
func script(steps ...http.HandlerFunc) http.HandlerFunc {
	var mu sync.Mutex
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		step := steps[0]
		if len(steps) > 1 {
			steps = steps[1:]
		}
		mu.Unlock()
		step(w, r)
	}
}

func reply(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Oss-Request-Id", "5C3D9175B6FC201293AD0000")
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

const roleBody = `{"RequestId":"R-1","Role":{"RoleId":"301234567890123456","RoleName":"oss-srr","Arn":"acs:ram::1000000000000001:role/oss-srr","MaxSessionDuration":3600}}`
