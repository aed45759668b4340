package provider

import (
	"context"
	"errors"
	"time"
)

// interruptGrace is how long a look at what a call has left may go on after an interrupt: people wait for the end.
const interruptGrace = 3 * time.Second

// pastInterrupt is ctx without its end, for the time limit and no longer than interruptGrace after an interrupt. That
// ctx has run out of time is no interrupt.
func pastInterrupt(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	forget := context.AfterFunc(ctx, func() {
		if errors.Is(ctx.Err(), context.Canceled) && sleepContext(after, interruptGrace) == nil {
			cancel()
		}
	})
	return after, func() { forget(); cancel() }
}

// waitsKey leads to the context that ends the waits within another one.
type waitsKey struct{}

// toTheEnd is ctx without its end, for the time limit: what has begun is finished or taken back, also after an interrupt.
// Only the waits of retrying end then, after interruptGrace.
func toTheEnd(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	waits, stopWaiting := pastInterrupt(ctx, limit)
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	return context.WithValue(after, waitsKey{}, waits), func() { cancel(); stopWaiting() }
}

// waitsOf is the context that ends the waits within ctx.
func waitsOf(ctx context.Context) context.Context {
	if waits, ok := ctx.Value(waitsKey{}).(context.Context); ok {
		return waits
	}
	return ctx
}
