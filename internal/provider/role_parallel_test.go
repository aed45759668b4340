package provider_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestRole_isReadAtOnce answers none of the reads of a role before all of them have
// been asked for.
func TestRole_isReadAtOnce(t *testing.T) {
	t.Parallel()
	reads := []string{"GetRole", "ListPoliciesForRole", "GetPolicy"}
	var holding atomic.Bool
	var all sync.WaitGroup
	all.Add(len(reads))
	open, first := make(chan struct{}), make([]sync.Once, len(reads))
	go func() { all.Wait(); close(open) }()
	cloud := newCloud(t)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		action := r.URL.Query().Get("Action")
		if i := slices.Index(reads, action); i >= 0 && holding.Load() {
			first[i].Do(all.Done)
			select {
			case <-open:
			case <-time.After(10 * time.Second):
				t.Errorf("%s is asked for before another read, which waits for the answer", action)
			}
		}
		cloud.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	cloud.URL = front.URL
	d := cloud.terraform().write(roleConfig(`source_buckets = ["orders"]`))
	d.apply().ok()
	holding.Store(true)
	d.plan().empty()
}
