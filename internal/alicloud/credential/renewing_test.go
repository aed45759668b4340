package credential_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud/credential"
)

// clock is a time that tests move.
type clock struct{ offset atomic.Int64 }

func (c *clock) now() time.Time {
	return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(c.offset.Load()))
}
func (c *clock) advance(d time.Duration) { c.offset.Add(int64(d)) }

// hourly opens sessions of one hour and numbers their keys from 1.
func hourly(c *clock, opened *atomic.Int64) func(context.Context) (alicloud.Session, error) {
	return func(context.Context) (alicloud.Session, error) {
		key := fmt.Sprintf("STS.%d", opened.Add(1))
		return alicloud.Session{
			Credentials: alicloud.Credentials{AccessKeyID: key, AccessKeySecret: "x", SecurityToken: "t"},
			Expiration:  c.now().Add(time.Hour),
		}, nil
	}
}

func keyOf(t *testing.T, source alicloud.CredentialSource) string {
	t.Helper()
	got, err := source.Credentials(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return got.AccessKeyID
}

// The call that comes three minutes before the end starts the renewal, the next one has the new session.
func TestRenewing_renewsThreeMinutesBeforeTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c clock
		var opened atomic.Int64
		source := credential.NewRenewing(hourly(&c, &opened), c.now)
		for _, step := range []struct {
			wait        time.Duration
			first, then string
		}{
			{0, "STS.1", "STS.1"},
			{57*time.Minute - time.Second, "STS.1", "STS.1"},
			{time.Second, "STS.1", "STS.2"},
			{56 * time.Minute, "STS.2", "STS.2"},
			{time.Minute, "STS.2", "STS.3"},
			{time.Hour - 30*time.Second, "STS.4", "STS.4"},
			{2 * time.Hour, "STS.5", "STS.5"},
		} {
			c.advance(step.wait)
			for _, want := range []string{step.first, step.then} {
				if got := keyOf(t, source); got != want {
					t.Errorf("after another %s: %s, want %s", step.wait, got, want)
				}
				synctest.Wait()
			}
		}
	})
}

// While a renewal hangs, calls go on with what is left of the session; the ones that come in its last half minute wait
// for that renewal.
func TestRenewing_waitsOnlyWhenTheSessionIsOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c clock
		var opened atomic.Int64
		gate := make(chan struct{}, 1)
		open := hourly(&c, &opened)
		source := credential.NewRenewing(func(ctx context.Context) (alicloud.Session, error) {
			select {
			case <-gate:
				return open(ctx)
			case <-ctx.Done():
				return alicloud.Session{}, ctx.Err()
			}
		}, c.now)
		gate <- struct{}{}
		keyOf(t, source)
		c.advance(57 * time.Minute)
		for range 5 {
			short, end := context.WithCancel(t.Context())
			if got, err := source.Credentials(short); err != nil || got.AccessKeyID != "STS.1" {
				t.Errorf("with %s left: %s, %v", time.Hour-time.Duration(c.offset.Load()), got.AccessKeyID, err)
			}
			end()
			synctest.Wait()
			c.advance(28 * time.Second)
		}
		c.advance(10 * time.Second)
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if got := keyOf(t, source); got != "STS.2" {
					t.Errorf("in the last half minute: %s", got)
				}
			})
		}
		synctest.Wait()
		gate <- struct{}{}
		all.Wait()
		if n := opened.Load(); n != 2 {
			t.Errorf("%d sessions were opened", n)
		}
	})
}

// A service that cannot renew is not asked by every call.
func TestRenewing_pausesAfterAFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c clock
		var opened, tried atomic.Int64
		open := hourly(&c, &opened)
		source := credential.NewRenewing(func(ctx context.Context) (alicloud.Session, error) {
			if tried.Add(1) > 1 {
				return alicloud.Session{}, errors.New("broken")
			}
			return open(ctx)
		}, c.now)
		keyOf(t, source)
		c.advance(57 * time.Minute)
		for _, want := range []int64{2, 2, 2, 3, 3, 3, 4} { // every 5 seconds
			if got := keyOf(t, source); got != "STS.1" {
				t.Errorf("a session that is worth using is thrown away: %s", got)
			}
			synctest.Wait()
			if n := tried.Load(); n != want {
				t.Errorf("%d attempts, want %d", n, want)
			}
			c.advance(5 * time.Second)
		}
	})
}

func TestRenewing_concurrentCallersShareOneAttempt(t *testing.T) {
	t.Parallel()
	var c clock
	var opened atomic.Int64
	gate := make(chan struct{})
	open := hourly(&c, &opened)
	source := credential.NewRenewing(func(ctx context.Context) (alicloud.Session, error) {
		<-gate
		return open(ctx)
	}, c.now)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if got, err := source.Credentials(t.Context()); err != nil || got.AccessKeyID != "STS.1" {
				t.Errorf("%s, %v", got.AccessKeyID, err)
			}
		})
	}
	close(gate)
	all.Wait()
	if n := opened.Load(); n != 1 {
		t.Errorf("%d sessions were opened", n)
	}
}

func TestRenewing_failure(t *testing.T) {
	t.Parallel()
	var c clock
	var opened atomic.Int64
	var failing atomic.Bool
	broken := errors.New("broken")
	open := hourly(&c, &opened)
	source := credential.NewRenewing(func(ctx context.Context) (alicloud.Session, error) {
		if failing.Load() {
			return alicloud.Session{}, broken
		}
		return open(ctx)
	}, c.now)

	failing.Store(true)
	if _, err := source.Credentials(t.Context()); !errors.Is(err, broken) {
		t.Errorf("the first attempt: %v", err)
	}
	failing.Store(false)
	if got := keyOf(t, source); got != "STS.1" {
		t.Errorf("a failure is kept: %s", got)
	}
	failing.Store(true)
	c.advance(60*time.Minute - 20*time.Second)
	if got := keyOf(t, source); got != "STS.1" {
		t.Errorf("a session with twenty seconds left is thrown away: %s", got)
	}
	c.advance(20 * time.Second)
	if _, err := source.Credentials(t.Context()); !errors.Is(err, broken) {
		t.Errorf("after the end: %v", err)
	}
}

func TestRenewing_refusesWhatIsOverOrIncomplete(t *testing.T) {
	t.Parallel()
	var c clock
	for want, session := range map[string]alicloud.Session{
		"expired at 2026-03-01T12:00:00Z": {Credentials: alicloud.Credentials{AccessKeyID: "a", AccessKeySecret: secret}, Expiration: c.now()},
		"no complete access key":          {Credentials: alicloud.Credentials{AccessKeySecret: secret}, Expiration: c.now().Add(time.Hour)},
	} {
		source := credential.NewRenewing(func(context.Context) (alicloud.Session, error) { return session, nil }, c.now)
		_, err := source.Credentials(t.Context())
		refused(t, err, want)
	}
}

func TestRenewing_cancelledCallerLeavesTheOthers(t *testing.T) {
	t.Parallel()
	var c clock
	var opened atomic.Int64
	entered, gate := make(chan struct{}), make(chan struct{})
	open := hourly(&c, &opened)
	source := credential.NewRenewing(func(ctx context.Context) (alicloud.Session, error) {
		close(entered)
		select {
		case <-gate:
			return open(ctx)
		case <-ctx.Done():
			return alicloud.Session{}, ctx.Err()
		}
	}, c.now)
	ctx, cancel := context.WithCancel(t.Context())
	left, stayed := make(chan error), make(chan error)
	go func() { _, err := source.Credentials(ctx); left <- err }()
	<-entered
	staying := &counted{Context: t.Context(), asked: make(chan struct{})}
	go func() { _, err := source.Credentials(staying); stayed <- err }()
	<-staying.asked
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("the cancelled caller got %v", err)
	}
	close(gate)
	if err := <-stayed; err != nil {
		t.Errorf("the other caller got %v", err)
	}
}

// counted tells when somebody starts to wait for its end.
type counted struct {
	context.Context
	once  sync.Once
	asked chan struct{}
}

func (c *counted) Done() <-chan struct{} {
	c.once.Do(func() { close(c.asked) })
	return c.Context.Done()
}
