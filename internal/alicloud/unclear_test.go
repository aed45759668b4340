package alicloud_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// Only an attempt that was sent and not refused may have been carried out, and one of several is enough.
func TestUnclear(t *testing.T) {
	t.Parallel()
	exists := reply(409, `{"Code":"EntityAlreadyExists.Role","Message":"m"}`)
	for name, tc := range map[string]struct {
		answers []http.HandlerFunc
		want    bool
	}{
		"refused":                {[]http.HandlerFunc{exists}, false},
		"throttled by RAM":       {[]http.HandlerFunc{reply(400, `{"Code":"Throttling.User"}`), exists}, false},
		"throttled with a 503":   {[]http.HandlerFunc{reply(503, `{"Code":"QpsLimitExceeded"}`), exists}, false},
		"429":                    {[]http.HandlerFunc{reply(429, ``), exists}, false},
		"server error":           {[]http.HandlerFunc{reply(500, `{"Code":"InternalError"}`), exists}, true},
		"connection lost":        {[]http.HandlerFunc{reset, exists}, true},
		"lost, throttled":        {[]http.HandlerFunc{reset, reply(429, ``), exists}, true},
		"success without a body": {[]http.HandlerFunc{reply(200, ``)}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, script(tc.answers...))
			_, err := s.client(t).CreateRole(t.Context(), alicloud.Role{Name: "oss-srr"})
			if e := asError(t, err); e.Unclear != tc.want || e.Attempts != len(tc.answers) {
				t.Errorf("unclear is %t after %d attempts: %v", e.Unclear, e.Attempts, err)
			}
		})
	}
}

func TestUnclear_notWithoutAConnectionOrInTime(t *testing.T) {
	t.Parallel()
	s := newServer(t, reply(200, roleBody))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.client(t).CreateRole(ended, alicloud.Role{Name: "oss-srr"})
	if e := asError(t, err); e.Unclear || e.Code != alicloud.CodeCanceled {
		t.Errorf("never sent: %+v", e)
	}
	running, interrupt := context.WithCancel(t.Context())
	s = newServer(t, reply(200, roleBody))
	s.Close()
	_, err = s.client(t).CreateRole(running, alicloud.Role{Name: "oss-srr"})
	if e := asError(t, err); e.Unclear || e.Code != alicloud.CodeConnection {
		t.Errorf("nobody listened: %+v", e)
	}
	s = newServer(t, func(_ http.ResponseWriter, r *http.Request) { interrupt(); <-r.Context().Done() })
	_, err = s.client(t).CreateRole(running, alicloud.Role{Name: "oss-srr"})
	if e := asError(t, err); !e.Unclear || e.Code != alicloud.CodeCanceled {
		t.Errorf("interrupted on the way: %+v", e)
	}
}
