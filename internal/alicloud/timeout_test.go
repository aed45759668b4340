package alicloud_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// silent is a transport whose first requests are never answered: it waits for
// the end of the time that the request has, or says at once that it is over.
type silent struct {
	unanswered int64
	then       http.RoundTripper
	calls      *atomic.Int64
	allowed    *atomic.Int64 // the time that a request had, in nanoseconds
}

func (s silent) RoundTrip(r *http.Request) (*http.Response, error) {
	if end, bounded := r.Context().Deadline(); bounded {
		s.allowed.Store(int64(time.Until(end)))
	}
	if s.calls.Add(1) <= s.unanswered {
		return nil, context.DeadlineExceeded
	}
	return s.then.RoundTrip(r)
}

func TestUnansweredRequestsAreGivenUpAndRepeated(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		unanswered int64
		calls      int64
		code       string
	}{
		"once":   {1, 2, ""},
		"always": {1000, 11, alicloud.CodeTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, reply(200, roleBody))
			var calls, allowed atomic.Int64
			client := s.client(t, func(cfg *alicloud.Config) {
				cfg.Transport = silent{c.unanswered, http.DefaultTransport, &calls, &allowed}
				cfg.MaxRetries = 0
			})
			_, err := client.GetRole(t.Context(), "srr-orders")
			var failure *alicloud.Error
			switch {
			case c.code == "" && err != nil:
				t.Error(err)
			case c.code != "" && (!errors.As(err, &failure) || failure.Code != c.code || !strings.Contains(failure.NextStep(), "network")):
				t.Errorf("%v", err)
			}
			if calls.Load() != c.calls {
				t.Errorf("%d attempts, want %d", calls.Load(), c.calls)
			}
			if had := time.Duration(allowed.Load()); had <= 0 || had > 30*time.Second {
				t.Errorf("a request has %s", had)
			}
		})
	}
}
