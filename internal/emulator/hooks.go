package emulator

import "sync"

// hookList holds what tests want to happen before or after a call.
type hookList struct {
	mu    sync.Mutex
	hooks []hook
}

type hook struct {
	match Fault
	run   func()
}

func (l *hookList) add(match Fault, run func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hooks = append(l.hooks, hook{match, run})
}

// call runs the first hook that matches, once and outside the lock, so that it
// may call the cloud itself.
func (l *hookList) call(c Call) {
	if h, found := l.take(c); found {
		h.run()
	}
}

func (l *hookList) take(c Call) (hook, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.hooks {
		h := &l.hooks[i]
		if !h.match.matches(c) {
			continue
		}
		if h.match.Skip > 0 {
			h.match.Skip--
			continue
		}
		taken := *h
		l.hooks = append(l.hooks[:i], l.hooks[i+1:]...)
		return taken, true
	}
	return hook{}, false
}
