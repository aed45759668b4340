package emulator

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// callThrough sends one request through a fault and reports what the client saw and
// whether the service carried the call out.
func callThrough(t *testing.T, fault Fault) (status int, body string, done bool, transport error) {
	t.Helper()
	var carriedOut atomic.Bool
	serve := func(w http.ResponseWriter) {
		carriedOut.Store(true)
		w.Header().Set("X-Made", "yes")
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, "made")
	}
	refuse := func(w http.ResponseWriter, e *cloud.Error) {
		w.WriteHeader(e.Status)
		fmt.Fprint(w, e.Code)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := serveWithFault(w, r, fault, serve, refuse); err != nil {
			t.Errorf("serveWithFault: %v", err)
		}
	}))
	defer server.Close()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := server.Client().Do(request)
	if err != nil {
		return 0, "", carriedOut.Load(), err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(raw), carriedOut.Load(), nil
}

func TestServeWithFault(t *testing.T) {
	for _, c := range []struct {
		fault  Fault
		status int
		body   string
		cut    bool
		done   bool
	}{
		{Fault{}, 201, "made", false, true},
		{Fault{Kind: FaultDelay, Delay: time.Millisecond}, 201, "made", false, true},
		{Fault{Kind: FaultError, Status: 503, Code: "Busy"}, 503, "Busy", false, false},
		{Fault{Kind: FaultEmpty}, 200, "", false, false},
		{Fault{Kind: FaultMalformed}, 200, "<{", false, false},
		{Fault{Kind: FaultReset}, 0, "", true, false},
		{Fault{Kind: FaultLostResponse}, 0, "", true, true},
		{Fault{Kind: FaultLateResponse, Delay: time.Millisecond}, 201, "made", false, true},
	} {
		t.Run(string(c.fault.Kind), func(t *testing.T) {
			status, body, done, transport := callThrough(t, c.fault)
			if status != c.status || body != c.body || (transport != nil) != c.cut || done != c.done {
				t.Errorf("client saw %d %q (error %v), carried out %v", status, body, transport, done)
			}
		})
	}
}
