package provider_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"
)

// together answers none of its calls before all of them have been asked for.
type together struct {
	t      *testing.T
	reads  []string
	first  []sync.Once
	all    sync.WaitGroup
	opened chan struct{}
}

func newTogether(t *testing.T, reads ...string) *together {
	h := &together{t: t, reads: reads, first: make([]sync.Once, len(reads)), opened: make(chan struct{})}
	h.all.Add(len(reads))
	go func() { h.all.Wait(); close(h.opened) }()
	return h
}

// hold waits for the other calls if the action is one of them.
func (h *together) hold(action string) {
	i := slices.Index(h.reads, action)
	if i < 0 {
		return
	}
	h.first[i].Do(h.all.Done)
	select {
	case <-h.opened:
	case <-time.After(10 * time.Second):
		h.t.Errorf("%s is asked for before another read, which waits for the answer", action)
	}
}

// held tells whether all the calls came, so that the test has tested something.
func (h *together) held() bool {
	select {
	case <-h.opened:
		return true
	case <-time.After(time.Second):
		return false
	}
}

// TestRole_isReadAtOnce: neither what a creation looks at before its first write, nor
// what a refresh reads, waits for another answer.
func TestRole_isReadAtOnce(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	var mu sync.Mutex
	var holding *together
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		now := holding
		mu.Unlock()
		now.hold(r.URL.Query().Get("Action"))
		cloud.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	cloud.URL = front.URL
	d := cloud.terraform().write(roleConfig(`source_buckets = ["orders"]`))
	step := func(what string, reads []string, do func()) {
		mu.Lock()
		holding = newTogether(t, reads...)
		mu.Unlock()
		do()
		if !holding.held() {
			t.Errorf("%s does not make the calls %v", what, reads)
		}
	}
	step("the creation", []string{"GetRole", "GetPolicy"}, func() { d.apply().ok() })
	step("a refresh", []string{"GetRole", "ListPoliciesForRole", "GetPolicy"}, func() { d.plan().empty() })
}
