package provider_test

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// passing lets every request through a function on its way to the cloud.
func (c *testCloud) passing(through func(*http.Request)) {
	cloud := c.Server
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		through(r)
		cloud.ServeHTTP(w, r)
	}))
	c.t.Cleanup(front.Close)
	c.URL = front.URL
}

// TestList_looksAtMoreTogetherAsItGoesOn answers none of 64 lists of rules, from the 81st on, before all of them have
// been asked for.
func TestList_looksAtMoreTogetherAsItGoesOn(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, crowdedWithRules)
	var asked atomic.Int64
	together := make(chan struct{})
	cloud.passing(func(r *http.Request) {
		if !r.URL.Query().Has("replication") {
			return
		}
		n := asked.Add(1)
		if n == 10+10+20+40+64 {
			close(together)
		}
		if n > 10+10+20+40 {
			select {
			case <-together:
			case <-time.After(10 * time.Second):
				t.Errorf("list of rules no. %d is asked for alone", n)
			}
		}
	})
	if found := cloud.speakForSource().listUntil("srr_rule", nil, 0, false, 0); len(found) != 60 {
		t.Errorf("%d results", len(found))
	}
}

// TestRules_areAskedForWhileBucketsAreListed holds the second page of buckets back until the rules of one on the first
// have been asked for.
func TestRules_areAskedForWhileBucketsAreListed(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, crowdedWithRules)
	asked := make(chan struct{})
	var first sync.Once
	var pages atomic.Int64
	cloud.passing(func(r *http.Request) {
		switch query := r.URL.Query(); {
		case query.Has("replication"):
			first.Do(func() { close(asked) })
		case query.Get("marker") != "":
			pages.Add(1)
			select {
			case <-asked:
			case <-time.After(10 * time.Second):
				t.Error("no rules are asked for before all buckets are known")
			}
		}
	})
	cloud.terraform().write("data \"srr_rules\" \"all\" {}\n\noutput \"n\" {\n  value = length(data.srr_rules.all.rules)\n}\n").apply().ok()
	if pages.Load() == 0 {
		t.Error("there is one page of buckets only")
	}
}
