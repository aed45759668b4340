package alicloud_test

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// together lets the first n requests go only when all of them are there, and notes how many are there at once later.
type together struct {
	arrived         sync.WaitGroup
	first           atomic.Int32
	n               int32
	refuse, answer  http.HandlerFunc
	running, atOnce atomic.Int32
}

func newTogether(n int32, refuse, answer http.HandlerFunc) *together {
	all := &together{n: n, refuse: refuse, answer: answer}
	all.arrived.Add(int(n))
	return all
}

func (a *together) serve(w http.ResponseWriter, r *http.Request) {
	if a.first.Add(1) <= a.n {
		a.arrived.Done()
		a.arrived.Wait()
		a.refuse(w, r)
		return
	}
	now := a.running.Add(1)
	defer a.running.Add(-1)
	for old := a.atOnce.Load(); now > old && !a.atOnce.CompareAndSwap(old, now); old = a.atOnce.Load() {
		continue
	}
	time.Sleep(2 * time.Millisecond) // widens the overlap; the bound holds without it
	a.answer(w, r)
}

func TestThrottlingLowersTheConcurrency(t *testing.T) {
	const most = 16
	all := newTogether(most, reply(400, `{"Code":"Throttling.User","Message":"m"}`), reply(200, roleBody))
	s := newServer(t, all.serve)
	c := s.client(t, func(cfg *alicloud.Config) { cfg.MaxConcurrent = most })
	var wg sync.WaitGroup
	for range most {
		wg.Go(func() {
			if _, err := c.GetRole(alicloud.Fresh(t.Context()), "oss-srr"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	// Sixteen answers raise the bound of eight by less than two.
	if n := all.atOnce.Load(); n > most/2+2 {
		t.Errorf("after a burst of %d was refused, %d calls ran at once", most, n)
	}
}

// The RPC SDK wants a client for every call, OSS buckets share a host here: connections are reused all the same.
func TestConnectionsAreReused(t *testing.T) {
	const most = 8
	var connections sync.Map
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		connections.Store(r.RemoteAddr, true)
		if r.URL.Query().Get("Action") != "" {
			reply(200, roleBody)(w, r)
			return
		}
		reply(200, `<ReplicationConfiguration><Rule><ID>a</ID></Rule></ReplicationConfiguration>`)(w, r)
	})
	c := s.client(t, func(cfg *alicloud.Config) { cfg.MaxConcurrent = most })
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			if _, err := c.GetRole(alicloud.Fresh(t.Context()), "oss-srr"); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			if _, err := c.Rules(alicloud.Fresh(t.Context()), "orders"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	opened := 0
	connections.Range(func(any, any) bool { opened++; return true })
	if opened > most || len(s.seen()) != 200 {
		t.Errorf("%d connections for %d calls, at most %d at once", opened, len(s.seen()), most)
	}
}
