package oss

import (
	"testing"
	"time"
)

func TestSettlement_holdsUntilSomethingMayHaveChanged(t *testing.T) {
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	later := func(d time.Duration) settlement { return settlement{valid: true, outside: 7, at: at, due: at.Add(d)} }
	blocked := settlement{valid: true, outside: 7, at: at, blocked: true}
	untraced := blocked
	untraced.untraced = true
	for name, c := range map[string]struct {
		left    settlement
		passed  time.Duration
		outside uint64
		want    bool
	}{
		"nothing happened":               {later(time.Hour), time.Minute, 7, true},
		"nothing is ever due":            {settlement{valid: true, outside: 7, at: at}, 1000 * time.Hour, 7, true},
		"no pass yet":                    {settlement{}, 0, 0, false},
		"a rule is due":                  {later(time.Hour), time.Hour, 7, false},
		"a permission changed":           {later(time.Hour), time.Minute, 8, false},
		"the clock was set back":         {later(time.Hour), -time.Minute, 7, false},
		"refused a moment ago":           {blocked, retryBlocked - 1, 7, true},
		"refused a while ago":            {blocked, retryBlocked, 7, false},
		"refused, permissions not known": {untraced, 0, 7, false},
	} {
		if got := c.left.holds(at.Add(c.passed), c.outside); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestSettlement_awaitsTheNextTransitionOnly(t *testing.T) {
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	left := settlement{at: at}
	for _, seconds := range []int{-5, 0, 9, 3, 7} {
		left.await(at.Add(time.Duration(seconds) * time.Second))
	}
	if want := at.Add(3 * time.Second); !left.due.Equal(want) {
		t.Errorf("due at %v, want %v", left.due, want)
	}
}
