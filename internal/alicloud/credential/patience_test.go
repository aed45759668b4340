package credential_test

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud/credential"
)

// A server of credentials is asked again as every service is, within its wish.
func TestURI_isAskedAgainUnderTheOneRetryPolicy(t *testing.T) {
	t.Parallel()
	const jitter = 100 * time.Millisecond // half of the first span
	for name, tc := range map[string]struct {
		status int
		header map[string]string
		body   string
		waits  []time.Duration
	}{
		"429 with a wish":     {http.StatusTooManyRequests, map[string]string{"Retry-After": "7"}, "", []time.Duration{7*time.Second + jitter}},
		"429":                 {http.StatusTooManyRequests, nil, "", []time.Duration{jitter}},
		"throttled by a code": {http.StatusBadRequest, nil, `{"Code":"Throttling.User"}`, []time.Duration{jitter}},
		"500":                 {http.StatusInternalServerError, nil, "", []time.Duration{jitter}},
		"too much of a wish":  {http.StatusServiceUnavailable, map[string]string{"Retry-After": "3600"}, "", nil},
		"refused":             {http.StatusForbidden, nil, "", nil},
		"refused with a wish": {http.StatusForbidden, map[string]string{"Retry-After": "7"}, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c clock
			var calls atomic.Int64
			var waits []time.Duration
			cfg := config(t, &c, func(w http.ResponseWriter, _ *http.Request) {
				if calls.Add(1) > 1 {
					_, _ = io.WriteString(w, session(&c, "STS.uri"))
					return
				}
				for header, value := range tc.header {
					w.Header().Set(header, value)
				}
				w.WriteHeader(tc.status)
				_, _ = io.WriteString(w, tc.body)
			})
			cfg.Random = func() float64 { return 0.5 }
			cfg.Sleep = func(ctx context.Context, d time.Duration) error { waits = append(waits, d); return ctx.Err() }
			source, err := credential.URI(cfg, "http://keys.test/")
			if err != nil {
				t.Fatal(err)
			}
			_, err = source.Credentials(t.Context())
			if (err == nil) != (len(tc.waits) > 0) || int(calls.Load()) != 1+len(tc.waits) {
				t.Errorf("%d requests, %v", calls.Load(), err)
			}
			if len(waits) != len(tc.waits) || len(waits) > 0 && waits[0] != tc.waits[0] {
				t.Errorf("waited %v, want %v", waits, tc.waits)
			}
		})
	}
}

// A certificate that nobody vouches for does not get better.
func TestURI_untrustedCertificateIsTriedOnce(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it tells of the handshake that is to fail
	server.StartTLS()
	t.Cleanup(server.Close)
	logged := 0
	source, err := credential.URI(alicloud.Config{
		Transport: &http.Transport{},
		Sleep:     func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		Log:       func(context.Context, alicloud.Call) { logged++ },
	}, server.URL)
	if err != nil {
		t.Fatal(err)
	}
	_, err = source.Credentials(t.Context())
	refused(t, err, "certificate")
	if logged != 1 {
		t.Errorf("%d attempts", logged)
	}
}
