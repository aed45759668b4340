package provider

import (
	"context"
	"time"
)

// roleSettling is how long a change of a role or policy may take to show
// everywhere. RAM publishes no figure ("Resilience in RAM" page); a minute is
// what the OSS test suites and the official provider allow for.
const roleSettling = time.Minute

// retryFunc repeats a step while it fails in a way that passes by itself.
type retryFunc func(ctx context.Context, passing func(error) bool, step func() error) error

// retrying returns a retryFunc that gives up after roleSettling, with waits that double
// from 250 milliseconds to 5 seconds, or when waiting ends. The last error is
// returned as it is.
func retrying(sleep func(context.Context, time.Duration) error) retryFunc {
	const first, longest = 250 * time.Millisecond, 5 * time.Second
	return func(ctx context.Context, passing func(error) bool, step func() error) error {
		var waited time.Duration
		for wait := first; ; wait = min(2*wait, longest) {
			err := step()
			if err == nil || !passing(err) || waited >= roleSettling {
				return err
			}
			if sleepErr := sleep(waitsOf(ctx), wait); sleepErr != nil {
				return err
			}
			waited += wait
		}
	}
}

func sleepContext(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// never is a retryFunc that repeats nothing.
func never(_ context.Context, _ func(error) bool, step func() error) error { return step() }
