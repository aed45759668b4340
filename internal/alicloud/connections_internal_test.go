package alicloud

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// Every bucket has a host of its own: a plan of hundreds of buckets and the apply after it use the same connections.
func TestConnectionsToManyBucketsAreKept(t *testing.T) {
	const buckets = 300
	s := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(s.Close)
	transport := newTransport(64)
	t.Cleanup(transport.CloseIdleConnections)
	var dialed atomic.Int32
	transport.Proxy = nil
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		dialed.Add(1)
		return new(net.Dialer).DialContext(ctx, network, s.Listener.Addr().String())
	}
	for range 2 {
		for i := range buckets {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("http://bucket-%d.oss.test/", i), nil)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := transport.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, answer.Body)
			_ = answer.Body.Close()
		}
	}
	if n := dialed.Load(); n != buckets {
		t.Errorf("%d connections for %d buckets", n, buckets)
	}
}
