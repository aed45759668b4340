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
