package alicloud_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

func reset(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

func TestWhatIsRetried(t *testing.T) {
	for name, tc := range map[string]struct {
		first   http.HandlerFunc
		retried bool
	}{
		"throttled by RAM":        {reply(400, `{"Code":"Throttling.User","Message":"m"}`), true},
		"throttled by KMS":        {reply(400, `{"Code":"Rejected.Throttling","Message":"m"}`), true},
		"429":                     {reply(429, ``), true},
		"500":                     {reply(500, `{"Code":"InternalError","Message":"m"}`), true},
		"503":                     {reply(503, ossError("MetaOperationQpsLimitExceeded", "m")), true},
		"502 of a proxy":          {reply(502, `<html>`), true},
		"408":                     {reply(408, ossError("RequestTimeout", "m")), true},
		"connection reset":        {reset, true},
		"403":                     {reply(403, `{"Code":"NoPermission","Message":"m"}`), false},
		"403 of OSS":              {reply(403, ossError("AccessDenied", "m")), false},
		"404":                     {reply(404, `{"Code":"EntityNotExist.Role","Message":"m"}`), false},
		"409":                     {reply(409, `{"Code":"EntityAlreadyExists.Role","Message":"m"}`), false},
		"400":                     {reply(400, `{"Code":"InvalidParameter","Message":"m"}`), false},
		"empty success, no retry": {reply(200, ``), false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, script(tc.first, reply(200, roleBody)))
			_, err := s.client(t).GetRole(t.Context(), "oss-srr")
			want := 1
			if tc.retried {
				want = 2
			}
			if n := len(s.seen()); n != want || (err == nil) != tc.retried || len(s.waits) != want-1 {
				t.Errorf("%d requests, %d waits, error %v", n, len(s.waits), err)
			}
		})
	}
}

func TestEveryAttemptIsSignedAnewAndLogged(t *testing.T) {
	s := newServer(t, script(reply(503, `{"RequestId":"A","Code":"ServiceUnavailable","Message":"m"}`), reply(200, roleBody)))
	if _, err := s.client(t).GetRole(t.Context(), "oss-srr"); err != nil {
		t.Fatal(err)
	}
	requests := s.seen()
	if requests[0].query == requests[1].query {
		t.Error("the second attempt repeats nonce and signature of the first")
	}
	if len(s.calls) != 2 {
		t.Fatalf("%d log lines", len(s.calls))
	}
	first, last := s.calls[0], s.calls[1]
	if first.Code != "ServiceUnavailable" || first.Status != 503 || first.RequestID != "A" || first.Attempt != 1 || first.Operation != "GetRole" || first.Service != "RAM" || first.Object != "role oss-srr" {
		t.Errorf("%+v", first)
	}
	if last.Code != "" || last.Status != 200 || last.Attempt != 2 || last.RequestID == "" {
		t.Errorf("%+v", last)
	}
}

func TestBackOffGrowsIsCappedAndEnds(t *testing.T) {
	s := newServer(t, reply(500, `{"Code":"InternalError","Message":"m"}`))
	_, err := s.client(t).GetRole(t.Context(), "oss-srr")
	if e := asError(t, err); e.Attempts != alicloud.DefaultMaxRetries+1 || !strings.Contains(err.Error(), "attempts 11") {
		t.Errorf("%+v", e)
	}
	// Jitter is fixed to one half: 100 ms, 200 ms … up to half of 10 s.
	for i, milliseconds := range []int64{100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000, 5000} {
		if want := time.Duration(milliseconds) * time.Millisecond; s.waits[i] != want {
			t.Errorf("wait %d is %s, want %s", i, s.waits[i], want)
		}
	}
	s = newServer(t, reply(500, ``))
	_, err = s.client(t, func(cfg *alicloud.Config) { cfg.MaxRetries = -1 }).GetRole(t.Context(), "oss-srr")
	if err == nil || len(s.seen()) != 1 {
		t.Errorf("%d requests without retries, %v", len(s.seen()), err)
	}
}

func TestTwentyRejectionsAreOutwaited(t *testing.T) {
	steps := make([]http.HandlerFunc, 0, 21)
	for range 20 {
		steps = append(steps, reply(400, `{"Code":"Throttling.User","Message":"m"}`))
	}
	s := newServer(t, script(append(steps, reply(200, roleBody))...))
	if _, err := s.client(t).GetRole(t.Context(), "oss-srr"); err != nil || len(s.seen()) != 21 {
		t.Errorf("%d requests, %v", len(s.seen()), err)
	}
}

func TestServersWishForPatience(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		header, value string
		want          time.Duration
	}{
		"seconds":      {"Retry-After", "7", 7 * time.Second},
		"date":         {"Retry-After", now.Add(9 * time.Second).Format(http.TimeFormat), 9 * time.Second},
		"past date":    {"Retry-After", now.Add(-time.Hour).Format(http.TimeFormat), 0},
		"milliseconds": {"x-oss-qos-delay-time", "1500", 1500 * time.Millisecond},
		"a minute":     {"Retry-After", "60", time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, script(reply(503, ``, tc.header, tc.value), reply(200, roleBody)))
			c := s.client(t, func(cfg *alicloud.Config) { cfg.Now = func() time.Time { return now } })
			if _, err := c.GetRole(t.Context(), "oss-srr"); err != nil {
				t.Fatal(err)
			}
			if want := tc.want + 100*time.Millisecond; s.waits[0] != want {
				t.Errorf("waited %s, want %s", s.waits[0], want)
			}
		})
	}
}

// A service that asks for more patience than a run has is not asked again before.
func TestServersWishForTooMuchPatienceEndsTheCall(t *testing.T) {
	for header, values := range map[string][]string{"Retry-After": {"61", "999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"}, "x-oss-qos-delay-time": {"60001"}} {
		for _, value := range values {
			s := newServer(t, reply(503, `{"Code":"ServiceUnavailable","Message":"m"}`, header, value))
			_, err := s.client(t).GetRole(t.Context(), "oss-srr")
			if !alicloud.HasCode(err, "ServiceUnavailable") || !strings.Contains(err.Error(), "asks to wait for") {
				t.Errorf("%s: %v", value, err)
			}
			if len(s.seen()) != 1 || len(s.waits) != 0 {
				t.Errorf("%s: %d requests, waits %v", value, len(s.seen()), s.waits)
			}
		}
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	s := newServer(t, reply(503, `{"Code":"ServiceUnavailable","Message":"m"}`))
	ctx, cancel := context.WithCancel(t.Context())
	c := s.client(t, func(cfg *alicloud.Config) {
		cfg.Sleep = func(ctx context.Context, _ time.Duration) error {
			cancel()
			<-ctx.Done()
			return ctx.Err()
		}
	})
	err := c.DeleteRole(ctx, "oss-srr")
	if !errors.Is(err, context.Canceled) || !alicloud.IsCanceled(err) || !strings.Contains(err.Error(), "ServiceUnavailable") {
		t.Errorf("got %v, want an interruption that tells what went before", err)
	}
	if len(s.seen()) != 1 {
		t.Errorf("%d requests", len(s.seen()))
	}
}

func TestConcurrencyIsBounded(t *testing.T) {
	var running, most atomic.Int32
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		n := running.Add(1)
		defer running.Add(-1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
			continue
		}
		time.Sleep(2 * time.Millisecond) // widens the overlap; the bound holds without it
		reply(200, roleBody)(w, r)
	})
	c := s.client(t, func(cfg *alicloud.Config) { cfg.MaxConcurrent = 3 })
	var wg sync.WaitGroup
	for range 24 {
		wg.Go(func() {
			if _, err := c.GetRole(alicloud.Fresh(t.Context()), "oss-srr"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := most.Load(); n > 3 || n < 2 {
		t.Errorf("%d calls at once, want at most 3 and some overlap", n)
	}
}

type failingSource struct{ err error }

func (f failingSource) Credentials(context.Context) (alicloud.Credentials, error) {
	return alicloud.Credentials{}, f.err
}

func TestMissingCredentials(t *testing.T) {
	s := newServer(t, reply(200, roleBody))
	for _, source := range []alicloud.CredentialSource{
		alicloud.StaticCredentials{},
		alicloud.StaticCredentials{AccessKeyID: "x"},
		alicloud.StaticCredentials{AccessKeySecret: "x"},
		failingSource{errors.New("metadata server is silent")},
	} {
		c := s.client(t, func(cfg *alicloud.Config) { cfg.Credentials = source })
		if _, err := c.GetRole(t.Context(), "r"); !alicloud.HasCode(err, alicloud.CodeCredentials) {
			t.Errorf("%T: %v", source, err)
		}
	}
	if len(s.seen()) != 0 {
		t.Error("something was sent without credentials")
	}
}
