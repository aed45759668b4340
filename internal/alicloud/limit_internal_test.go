package alicloud

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

// rush has n calls enter at once and returns those that got a slot.
func rush(ctx context.Context, l *limiter, n int) (entered chan int) {
	entered = make(chan int, n)
	for range n {
		go func() {
			if cuts, err := l.enter(ctx); err == nil {
				entered <- cuts
			}
		}()
	}
	return entered
}

func TestLimiterFollowsWhatTheServiceTakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		l := newLimiter(8)
		entered := rush(ctx, l, 40)
		steps := []struct {
			name           string
			leave, refused int // the first calls to leave are refused
			inside         int // how many hold a slot afterwards
		}{
			{"as many as allowed", 0, 0, 8},
			{"each answer lets one in", 3, 0, 8},
			{"one burst halves once, however many it refuses", 8, 8, 4},
			{"calls of the halved time are heard again", 1, 1, 3}, // the bound is 2; three are still under way
			{"two more answers, and nobody comes in their place but one", 2, 0, 2},
			{"a round of answers raises the bound by one", 2, 0, 3},
		}
		for _, step := range steps {
			for i := range step.leave {
				l.leave(<-entered, i < step.refused)
				synctest.Wait()
			}
			synctest.Wait()
			if got := len(entered); got != step.inside {
				t.Fatalf("%s: %d calls hold a slot, want %d (bound %v)", step.name, got, step.inside, l.bound)
			}
		}
		cancel()
		synctest.Wait()
	})
}

func TestLimiterGoesDownToOneAndUpAgain(t *testing.T) {
	l := newLimiter(4)
	for range 10 {
		cuts, err := l.enter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		l.leave(cuts, true)
	}
	if l.bound != 1 {
		t.Fatalf("after ten refusals the bound is %v", l.bound)
	}
	for range 20 {
		cuts, _ := l.enter(t.Context())
		l.leave(cuts, false)
	}
	if l.bound != 4 {
		t.Errorf("after twenty answers the bound is %v", l.bound)
	}
}

func TestLimiterForgetsWhoLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(1)
		cuts, err := l.enter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan error, 1)
		go func() { _, err := l.enter(ctx); gone <- err }()
		synctest.Wait()
		patient := rush(t.Context(), l, 1)
		synctest.Wait()
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		l.leave(cuts, false)
		synctest.Wait()
		if len(patient) != 1 || l.running != 1 {
			t.Errorf("%d in, %d running", len(patient), l.running)
		}
		// The slot that is handed over to a caller who leaves at that moment is passed on.
		turn := make(chan struct{})
		l.waiting = append(l.waiting, make(chan struct{}))
		l.stepBack(turn)
		if l.running != 1 || len(l.waiting) != 0 {
			t.Errorf("%d running, %d waiting", l.running, len(l.waiting))
		}
	})
}
