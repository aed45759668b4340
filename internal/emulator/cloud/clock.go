package cloud

import (
	"sync"
	"time"
)

// Clock is the service clock: it drives rule life cycles, replication and
// propagation. Tests move it; authentication never looks at it.
type Clock struct {
	mu    sync.Mutex
	wall  func() time.Time
	start time.Time // wall time at which base was valid
	base  time.Time
	speed float64
}

// NewClock returns a clock that starts at now() and runs speed times as fast as
// wall time. Speed 0 stands still until Advance is called. A nil wall means
// time.Now.
func NewClock(wall func() time.Time, speed float64) *Clock {
	if wall == nil {
		wall = time.Now
	}
	now := wall()
	return &Clock{wall: wall, start: now, base: now, speed: speed}
}

// Now is the current service time, UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nowLocked()
}

// Advance moves the service clock forward by d.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.base, c.start = c.nowLocked().Add(d), c.wall()
}

// Set moves the service clock to t.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.base, c.start = t, c.wall()
}

// Speed reports how many service seconds pass in one wall second.
func (c *Clock) Speed() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.speed
}

// SetSpeed changes the pace from now on.
func (c *Clock) SetSpeed(speed float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.base, c.start, c.speed = c.nowLocked(), c.wall(), speed
}

func (c *Clock) nowLocked() time.Time {
	passed := c.wall().Sub(c.start)
	return c.base.Add(time.Duration(float64(passed) * c.speed)).UTC()
}
