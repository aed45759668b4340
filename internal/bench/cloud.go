package bench

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// cloud is an emulated cloud with a latency that can be changed between two runs. It knows how many calls it had in
// flight at once.
type cloud struct {
	url     string
	made    *emulator.Emulator
	server  *http.Server
	latency atomic.Int64
	running atomic.Int64
	most    atomic.Int64
}

func startCloud(ctx context.Context) (*cloud, error) {
	made, err := emulator.New(emulator.Options{})
	if err != nil {
		return nil, err
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &cloud{url: "http://" + listener.Addr().String(), made: made}
	c.server = &http.Server{Handler: c, ReadHeaderTimeout: 20 * time.Second}
	go func() { _ = c.server.Serve(listener) }() // returns when closed
	return c, nil
}

func (c *cloud) close() error {
	if err := c.server.Close(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// ServeHTTP implements http.Handler: the latency, then the call.
func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := c.running.Add(1)
	defer c.running.Add(-1)
	for old := c.most.Load(); now > old && !c.most.CompareAndSwap(old, now); old = c.most.Load() {
		continue
	}
	if latency := time.Duration(c.latency.Load()); latency > 0 {
		timer := time.NewTimer(latency)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
			return
		}
	}
	c.made.ServeHTTP(w, r)
}

// begin forgets what was counted.
func (c *cloud) begin(latency time.Duration) {
	c.latency.Store(int64(latency))
	c.most.Store(0)
	c.made.ClearRequests()
}

// calls counts the requests since begin by operation, also refused ones.
func (c *cloud) calls() map[string]int {
	counts := map[string]int{}
	for _, r := range c.made.Requests(0) {
		counts[r.Operation]++
	}
	return counts
}
