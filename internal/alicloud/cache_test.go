package alicloud_test

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"sync"
	"testing"
	"time"
	"weak"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// gate holds the answers to one action back until the test lets them go.
type gate struct {
	arrived chan struct{}
	open    chan struct{}
}

func newGate() gate { return gate{arrived: make(chan struct{}, 64), open: make(chan struct{}, 64)} }

func (g gate) hold(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		g.arrived <- struct{}{}
		select {
		case <-g.open:
			next(w, r)
		case <-r.Context().Done():
		}
	}
}

func roleCalled(description string) http.HandlerFunc {
	return reply(200, `{"RequestId":"R","Role":{"RoleId":"3","RoleName":"r","Description":"`+description+`"}}`)
}

func TestConcurrentReadsJoin(t *testing.T) {
	g := newGate()
	s := newServer(t, g.hold(roleCalled("one")))
	c := s.client(t)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if role, err := c.GetRole(t.Context(), "R"); err != nil || role.Description != "one" {
				t.Errorf("%+v %v", role, err)
			}
		})
	}
	<-g.arrived
	close(g.open)
	wg.Wait()
	if _, err := c.GetRole(t.Context(), "r"); err != nil {
		t.Error(err)
	}
	if n := len(s.seen()); n != 1 {
		t.Errorf("%d calls for one role in two spellings, want 1", n)
	}
}

func TestReadsAgeAndCanBeFresh(t *testing.T) {
	var mu sync.Mutex
	now := time.Now()
	advance := func(d time.Duration) { mu.Lock(); now = now.Add(d); mu.Unlock() }
	s := newServer(t, roleCalled("x"))
	c := s.client(t, func(cfg *alicloud.Config) {
		cfg.Now = func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	})
	for i, step := range []struct {
		after time.Duration
		ctx   context.Context
		calls int
	}{
		{0, t.Context(), 1},
		{59 * time.Second, t.Context(), 1},
		{time.Second, t.Context(), 2},
		{0, alicloud.Fresh(t.Context()), 3},
		{59 * time.Second, t.Context(), 3},
	} {
		advance(step.after)
		if _, err := c.GetRole(step.ctx, "r"); err != nil || len(s.seen()) != step.calls {
			t.Errorf("step %d: %d calls, want %d (%v)", i, len(s.seen()), step.calls, err)
		}
	}
}

// Those who poll the same thing one after the other share each call that is news to all of them.
func TestReadsSinceAMoment(t *testing.T) {
	begin := time.Now()
	now := begin
	s := newServer(t, roleCalled("x"))
	c := s.client(t, func(cfg *alicloud.Config) { cfg.Now = func() time.Time { return now } })
	for i, step := range []struct{ at, since, calls int }{
		{at: 0, since: -1, calls: 1},
		{at: 1, since: -1, calls: 1},
		{at: 1, since: 0, calls: 2}, // its own last look
		{at: 2, since: 0, calls: 2}, // another's, and news
		{at: 3, since: 1, calls: 3},
		{at: 4, since: 2, calls: 3},
	} {
		now = begin.Add(time.Duration(step.at) * time.Second)
		ctx := alicloud.Since(t.Context(), begin.Add(time.Duration(step.since)*time.Second))
		if _, err := c.GetRole(ctx, "r"); err != nil || len(s.seen()) != step.calls {
			t.Errorf("step %d: %d calls, want %d (%v)", i, len(s.seen()), step.calls, err)
		}
	}
}

func TestEveryWriteEndsWhatItChanges(t *testing.T) {
	ok := func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Query().Get("Action") {
		case "":
			if r.Method == http.MethodGet {
				reply(200, `<ReplicationConfiguration><Rule><ID>a</ID></Rule></ReplicationConfiguration>`)(w, r)
				return
			}
			reply(200, ``)(w, r)
		default:
			reply(200, `{"RequestId":"R","Policy":{"PolicyName":"p"},"Role":{"RoleId":"3","RoleName":"r"},"PolicyVersion":{"VersionId":"v2"}}`)(w, r)
		}
	}
	keyPolicy := reply(200, `{"RequestId":"R","Policy":"{}"}`)
	for name, tc := range map[string]struct {
		answer      http.HandlerFunc
		read, write func(ctx context.Context, c *alicloud.Client) error
	}{
		"rules, put": {
			ok, func(ctx context.Context, c *alicloud.Client) error { return second(c.Rules(ctx, "orders")) },
			func(ctx context.Context, c *alicloud.Client) error {
				return second(c.PutRule(ctx, "orders", alicloud.Rule{ID: "b", Action: "PUT"}))
			},
		},
		"rules, delete": {
			ok, func(ctx context.Context, c *alicloud.Client) error { return second(c.Rules(ctx, "orders")) },
			func(ctx context.Context, c *alicloud.Client) error { return c.DeleteRule(ctx, "orders", "b") },
		},
		"bucket policy, put": {
			ok, func(ctx context.Context, c *alicloud.Client) error { return second(c.BucketPolicy(ctx, "orders")) },
			func(ctx context.Context, c *alicloud.Client) error {
				return c.PutBucketPolicy(ctx, "orders", []byte("{}"))
			},
		},
		"bucket policy, delete": {
			ok, func(ctx context.Context, c *alicloud.Client) error { return second(c.BucketPolicy(ctx, "orders")) },
			func(ctx context.Context, c *alicloud.Client) error { return c.DeleteBucketPolicy(ctx, "orders") },
		},
		"role, update": {
			ok, func(ctx context.Context, c *alicloud.Client) error { return second(c.GetRole(ctx, "r")) },
			func(ctx context.Context, c *alicloud.Client) error {
				return second(c.UpdateRole(ctx, "R", alicloud.RoleUpdate{Description: "d"}))
			},
		},
		"role's policies, attach": {
			ok, func(ctx context.Context, c *alicloud.Client) error { return second(c.ListPoliciesForRole(ctx, "r")) },
			func(ctx context.Context, c *alicloud.Client) error {
				return c.AttachPolicyToRole(ctx, alicloud.PolicyCustom, "p", "r")
			},
		},
		"policy's entities, detach": {
			ok,
			func(ctx context.Context, c *alicloud.Client) error {
				return second(c.ListEntitiesForPolicy(ctx, alicloud.PolicyCustom, "p"))
			},
			func(ctx context.Context, c *alicloud.Client) error {
				return c.DetachPolicyFromRole(ctx, alicloud.PolicyCustom, "p", "r")
			},
		},
		"policy, new version": {
			ok, func(ctx context.Context, c *alicloud.Client) error {
				return second(c.GetPolicy(ctx, alicloud.PolicyCustom, "p"))
			},
			func(ctx context.Context, c *alicloud.Client) error {
				return second(c.CreatePolicyVersion(ctx, "p", "{}", true, true))
			},
		},
		"policy versions, default": {
			ok,
			func(ctx context.Context, c *alicloud.Client) error {
				return second(c.ListPolicyVersions(ctx, alicloud.PolicyCustom, "p"))
			},
			func(ctx context.Context, c *alicloud.Client) error { return c.SetDefaultPolicyVersion(ctx, "p", "v1") },
		},
		"key policy, set": {
			keyPolicy, func(ctx context.Context, c *alicloud.Client) error { return second(c.KeyPolicy(ctx, "key-1")) },
			func(ctx context.Context, c *alicloud.Client) error {
				return c.SetKeyPolicy(ctx, "key-1", []byte("{}"))
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, tc.answer)
			c := s.client(t)
			for i, do := range []func(context.Context, *alicloud.Client) error{tc.read, tc.read, tc.write, tc.read} {
				if err := do(t.Context(), c); err != nil {
					t.Fatal(i, err)
				}
			}
			if n := len(s.seen()); n != 3 {
				t.Errorf("%d calls for read, read, write, read; want 3", n)
			}
		})
	}
}

// A read that was under way when a write began may show the state before it. It must not be served after the write.
func TestAReadOvertakenByAWriteIsNotKept(t *testing.T) {
	for _, began := range []string{"before the write", "during the write"} {
		t.Run(began, func(t *testing.T) {
			reads, writes := newGate(), newGate()
			answers := script(reads.hold(roleCalled("old")), roleCalled("new"))
			update := writes.hold(roleCalled("new"))
			s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Query().Get("Action") == "UpdateRole" {
					update(w, r)
					return
				}
				answers(w, r)
			})
			c := s.client(t)
			slow, written := make(chan string, 1), make(chan error, 1)
			read := func() {
				role, _ := c.GetRole(t.Context(), "r")
				slow <- role.Description
			}
			write := func() {
				written <- second(c.UpdateRole(t.Context(), "r", alicloud.RoleUpdate{Description: "new"}))
			}
			if began == "before the write" {
				go read()
				<-reads.arrived
				go write()
				<-writes.arrived
			} else {
				go write()
				<-writes.arrived
				go read()
				<-reads.arrived
			}
			writes.open <- struct{}{}
			if err := <-written; err != nil {
				t.Fatal(err)
			}
			reads.open <- struct{}{}
			if got := <-slow; got != "old" {
				t.Fatalf("the overtaken reader got %q", got)
			}
			if role, err := c.GetRole(t.Context(), "r"); err != nil || role.Description != "new" {
				t.Errorf("after the write a reader got %q, %v", role.Description, err)
			}
		})
	}
}

func TestACancelledReaderDoesNotSpoilTheOthers(t *testing.T) {
	g := newGate()
	s := newServer(t, g.hold(roleCalled("x")))
	// A reader that finds a call under way looks at the clock to judge its age: the sign that it is joining.
	looked := make(chan struct{}, 64)
	c := s.client(t, func(cfg *alicloud.Config) {
		cfg.Now = func() time.Time {
			looked <- struct{}{}
			return time.Now()
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	first, other := make(chan error, 1), make(chan error, 1)
	go func() { first <- second(c.GetRole(ctx, "r")) }()
	<-g.arrived
	for len(looked) > 0 {
		<-looked
	}
	go func() { other <- second(c.GetRole(t.Context(), "r")) }()
	<-looked
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) || !alicloud.IsCanceled(err) {
		t.Errorf("the cancelled reader got %v", err)
	}
	g.open <- struct{}{}
	if err := <-other; err != nil {
		t.Errorf("the other reader got %v", err)
	}
	if n := len(s.seen()); n != 1 {
		t.Errorf("%d calls, want the shared one", n)
	}
}

func TestACallNobodyWaitsForIsStoppedAndForgotten(t *testing.T) {
	g := newGate()
	stopped := make(chan struct{})
	s := newServer(t, script(func(_ http.ResponseWriter, r *http.Request) {
		g.arrived <- struct{}{}
		<-r.Context().Done()
		close(stopped)
	}, roleCalled("x")))
	c := s.client(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- second(c.GetRole(ctx, "r")) }()
	<-g.arrived
	cancel()
	if err := <-done; err == nil {
		t.Error("the reader that left got an answer")
	}
	select {
	case <-stopped:
	case <-time.After(5 * time.Second):
		t.Fatal("the abandoned call goes on")
	}
	if _, err := c.GetRole(t.Context(), "r"); err != nil {
		t.Errorf("the next reader got %v", err)
	}
}

func TestFailuresAreNotKept(t *testing.T) {
	s := newServer(t, script(reply(404, `{"Code":"EntityNotExist.Role","Message":"m"}`), roleCalled("x")))
	c := s.client(t)
	if _, err := c.GetRole(t.Context(), "r"); !alicloud.IsNotFound(err) {
		t.Fatal(err)
	}
	if _, err := c.GetRole(t.Context(), "r"); err != nil {
		t.Error(err)
	}
}

func TestAKeptReadIsNotServedWhileAWriteIsUnderWay(t *testing.T) {
	g := newGate()
	update, answers := g.hold(roleCalled("new")), script(roleCalled("old"), roleCalled("new"))
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("Action") == "UpdateRole" {
			update(w, r)
			return
		}
		answers(w, r)
	})
	c := s.client(t)
	if _, err := c.GetRole(t.Context(), "r"); err != nil {
		t.Fatal(err)
	}
	written := make(chan error, 1)
	go func() { written <- second(c.UpdateRole(t.Context(), "r", alicloud.RoleUpdate{Description: "new"})) }()
	<-g.arrived
	if role, err := c.GetRole(t.Context(), "r"); err != nil || role.Description != "new" {
		t.Errorf("during the write a reader got %q, %v", role.Description, err)
	}
	g.open <- struct{}{}
	if err := <-written; err != nil {
		t.Error(err)
	}
}

// What a request carries, loggers above all, is larger than what it reads.
func TestAKeptReadKeepsNothingOfItsRequest(t *testing.T) {
	s := newServer(t, roleCalled("x"))
	c := s.client(t)
	type carried [1 << 16]byte
	type key struct{}
	read := func() weak.Pointer[carried] {
		with := new(carried)
		if err := second(c.GetRole(context.WithValue(t.Context(), key{}, with), "r")); err != nil {
			t.Fatal(err)
		}
		return weak.Make(with)
	}
	left := read()
	for range 10 { // the connection's goroutines may still end
		runtime.GC()
		if left.Value() == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if left.Value() != nil {
		t.Error("the request's context is still there")
	}
	if err := second(c.GetRole(t.Context(), "r")); err != nil || len(s.seen()) != 1 {
		t.Errorf("%d calls, %v: the read was not kept", len(s.seen()), err)
	}
}
