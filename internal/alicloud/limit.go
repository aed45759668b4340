package alicloud

import (
	"context"
	"slices"
	"sync"
)

// limiter bounds the calls in flight to one service, in the order in which they came. The bound follows what the
// service takes: a throttled call halves it, calls that are answered raise it again by about one for each round of
// them, as TCP does with what is on its way (RFC 5681, 3.1). No clock is involved: how long to wait is decided
// elsewhere.
type limiter struct {
	most int

	mu      sync.Mutex
	bound   float64
	running int
	waiting []chan struct{} // closed when the slot is handed over
	cuts    int             // how often the bound was halved
}

func newLimiter(most int) *limiter { return &limiter{most: most, bound: float64(most)} }

// enter waits for a slot. The number belongs to the caller's leave.
func (l *limiter) enter(ctx context.Context) (cuts int, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	l.mu.Lock()
	if len(l.waiting) == 0 && l.hasRoom() {
		defer l.mu.Unlock()
		l.running++
		return l.cuts, nil
	}
	turn := make(chan struct{})
	l.waiting = append(l.waiting, turn)
	l.mu.Unlock()

	select {
	case <-turn:
	case <-ctx.Done():
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := ctx.Err(); err != nil {
		l.stepBack(turn)
		return 0, err
	}
	return l.cuts, nil
}

// stepBack leaves the line, or passes on the slot that was handed over at the same moment.
func (l *limiter) stepBack(turn chan struct{}) {
	if i := slices.Index(l.waiting, turn); i >= 0 {
		l.waiting = slices.Delete(l.waiting, i, i+1)
		return
	}
	l.running--
	l.handOver()
}

// leave gives the slot back. Calls that were under way when the bound was halved say nothing new: all of them may be
// refused for what one burst did.
func (l *limiter) leave(cuts int, refused bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running--
	switch {
	case !refused:
		l.bound = min(l.bound+1/l.bound, float64(l.most))
	case cuts == l.cuts:
		l.bound = max(l.bound/2, 1)
		l.cuts++
	}
	l.handOver()
}

func (l *limiter) hasRoom() bool { return l.running < int(l.bound) }

func (l *limiter) handOver() {
	for len(l.waiting) > 0 && l.hasRoom() {
		close(l.waiting[0])
		l.waiting = l.waiting[1:]
		l.running++
	}
}
