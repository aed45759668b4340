package alicloud

import (
	"context"
	"sync"
	"time"
)

// freshKey marks a context whose reads must reach the service.
type freshKey struct{}

// Fresh returns a context whose reads are neither served from an earlier read nor joined to one under way. Their
// results still serve later readers.
func Fresh(ctx context.Context) context.Context {
	return context.WithValue(ctx, freshKey{}, true)
}

func isFresh(ctx context.Context) bool {
	fresh, _ := ctx.Value(freshKey{}).(bool)
	return fresh
}

// sinceKey marks a context whose reads must have begun after a moment.
type sinceKey struct{}

// Since returns a context whose reads are served by any call that began after the moment t of the client's clock, also
// by somebody else's. Those who poll the same thing pass the end of their last look: then they look together, and each
// look is news to all of them.
func Since(ctx context.Context, t time.Time) context.Context {
	return context.WithValue(ctx, sinceKey{}, t)
}

// tooEarly says whether a call began before what the reader asks for.
func tooEarly(ctx context.Context, e *entry) bool {
	since, asked := ctx.Value(sinceKey{}).(time.Time)
	return asked && !e.started.After(since)
}

// readKey names what was read: the kind of document and the object it belongs to.
type readKey struct {
	kind, object string
}

// cache lets readers of the same thing share one call and its result.
//
// An entry is in the map from the start of its call. Forgetting a key takes the entry out, so a call that began
// before a write can finish for those who joined it, but nobody finds its result later.
type cache struct {
	now      func() time.Time
	lifetime time.Duration // 0: for ever

	mu      sync.Mutex
	entries map[readKey]*entry
}

type entry struct {
	started time.Time
	done    chan struct{}      // closed after value and err are set
	cancel  context.CancelFunc // nil after done; guarded by cache.mu
	waiting int                // readers of a call under way; guarded by cache.mu
	value   any
	err     error
}

func newCache(now func() time.Time, lifetime time.Duration) *cache {
	return &cache{now: now, lifetime: lifetime, entries: map[readKey]*entry{}}
}

// forget drops what is known under the keys.
func (c *cache) forget(keys ...readKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range keys {
		delete(c.entries, k)
	}
}

// peek returns a finished, successful result without any call.
func (c *cache) peek(key readKey) (any, bool) {
	c.mu.Lock()
	e := c.entries[key]
	c.mu.Unlock()
	if e == nil {
		return nil, false
	}
	select {
	case <-e.done:
		return e.value, e.err == nil
	default:
		return nil, false
	}
}

// read returns a result that is still alive, joins a call under way, or starts one. The call runs on a context of its
// own that ends when its last reader has left, so that one cancelled reader does not take the result from the others.
func (c *cache) read(ctx context.Context, key readKey, fetch func(ctx context.Context) (any, error)) (any, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c.mu.Lock()
	e := c.entries[key]
	if e == nil || isFresh(ctx) || tooEarly(ctx, e) || c.expired(e) {
		e = c.start(ctx, key, fetch)
	}
	e.waiting++
	c.mu.Unlock()

	select {
	case <-e.done:
		return e.value, e.err
	case <-ctx.Done():
		c.leave(key, e)
		return nil, ctx.Err()
	}
}

// expired says whether an entry is too old to be served, counted from the start of its call.
func (c *cache) expired(e *entry) bool {
	return c.lifetime > 0 && c.now().Sub(e.started) >= c.lifetime
}

// start begins a call. The caller holds the lock.
func (c *cache) start(ctx context.Context, key readKey, fetch func(ctx context.Context) (any, error)) *entry {
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	e := &entry{started: c.now(), done: make(chan struct{}), cancel: cancel}
	c.entries[key] = e
	go func() {
		defer cancel()
		value, err := fetch(own)
		c.finish(key, e, value, err)
	}()
	return e
}

// finish hands the outcome to the readers. A failure leaves the map unless another call has taken its place; that a bucket
// is another account's stays, because a rule's destination always is, and one backup bucket has many sources. Cancel goes,
// because it holds the context of the first reader with everything that belongs to his request.
func (c *cache) finish(key readKey, e *entry, value any, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e.value, e.err, e.cancel = value, err, nil
	if err != nil && !IsForeignBucket(err) && c.entries[key] == e {
		delete(c.entries, key)
	}
	close(e.done)
}

// leave takes one reader away from a call and stops the call when nobody waits for it any more. The entry leaves the
// map first, so that no new reader joins a call that is about to be cancelled.
func (c *cache) leave(key readKey, e *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e.waiting--
	if e.waiting > 0 {
		return
	}
	select {
	case <-e.done:
		return
	default:
	}
	if c.entries[key] == e {
		delete(c.entries, key)
	}
	e.cancel()
}

// shared is cache.read with a type. The value is the same for all readers: the caller copies what can be modified.
func shared[T any](ctx context.Context, c *cache, key readKey, fetch func(ctx context.Context) (T, error)) (T, error) {
	value, err := c.read(ctx, key, func(ctx context.Context) (any, error) { return fetch(ctx) })
	if err != nil {
		var none T
		return none, err
	}
	return value.(T), nil //nolint:forcetypeassert // each kind of key has one type
}

// write runs a change and forgets the keys before and after it: before, so that a reader who comes during the write
// does not get what it replaces; after, so that a read which overlapped the write is not kept.
func (c *cache) write(change func() error, keys ...readKey) error {
	c.forget(keys...)
	defer c.forget(keys...)
	return change()
}
