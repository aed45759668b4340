package emulator

import (
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/signature"
)

const (
	standardRequestLog = 100_000
	nonceMemory        = 1_000_000
)

// Emulator is one cloud. It is an http.Handler and safe for concurrent use.
type Emulator struct {
	clock    *cloud.Clock
	skew     atomic.Int64 // nanoseconds between wall time and authentication time
	latency  time.Duration
	limits   Limits
	nonces   *signature.Nonces
	faults   faultList
	requests *requestLog
	before   hookList
	after    hookList
	stale    staleReads
	metadata metadataTokens

	mu      sync.RWMutex // guards which services are current
	current *services
}

// New returns a running cloud. Its replication works on every request and
// whenever Replicate is called; a Server calls it all the time.
func New(o Options) (*Emulator, error) {
	if o.RequestLog <= 0 {
		o.RequestLog = standardRequestLog
	}
	e := &Emulator{
		clock: cloud.NewClock(nil, o.Speed), latency: o.Latency, limits: o.Limits.orStandard(), nonces: signature.NewNonces(nonceMemory),
		requests: newRequestLog(o.RequestLog),
	}
	world := o.World
	if world == nil {
		standard := DefaultWorld()
		world = &standard
	}
	if err := e.SetWorld(*world); err != nil {
		return nil, err
	}
	return e, nil
}

// now is the time that authentication compares with.
func (e *Emulator) now() time.Time { return time.Now().Add(time.Duration(e.skew.Load())) }

func (e *Emulator) services() *services {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.current
}

// SetWorld replaces everything in the cloud, and sets the service clock if the
// world has a time. A world that makes no sense changes nothing.
func (e *Emulator) SetWorld(w World) error {
	before := e.clock.Now()
	if !w.Time.IsZero() {
		e.clock.Set(w.Time)
	}
	next, err := newServices(w, e.clock, e.now)
	if err != nil {
		e.clock.Set(before)
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.current = next
	return nil
}

// World is the state of the cloud as of now.
func (e *Emulator) World() World {
	s := e.services()
	s.oss.Replicate()
	return s.world(e.clock)
}

// Advance moves the service clock and lets replication catch up.
func (e *Emulator) Advance(d time.Duration) {
	e.clock.Advance(d)
	e.Replicate()
}

// Replicate lets replication catch up with the service clock.
func (e *Emulator) Replicate() { e.services().oss.Replicate() }

// Clock is the service clock.
func (e *Emulator) Clock() *cloud.Clock { return e.clock }

// SetSkew moves the time that authentication compares with away from wall time.
func (e *Emulator) SetSkew(d time.Duration) { e.skew.Store(int64(d)) }

// Inject arms a fault for the next matching calls.
func (e *Emulator) Inject(f Fault) error { return e.faults.arm(f) }

// Faults lists what is still armed.
func (e *Emulator) Faults() []Fault { return e.faults.list() }

// ClearFaults disarms all faults.
func (e *Emulator) ClearFaults() { e.faults.clear() }

// Requests returns the logged requests numbered above sequence; 0 returns all
// that are remembered.
func (e *Emulator) Requests(sequence int64) []Request { return e.requests.since(sequence) }

// ClearRequests forgets the log; numbering goes on.
func (e *Emulator) ClearRequests() { e.requests.clear() }

// BeforeNext runs change once, before the next call that matches is carried out:
// a way to change the world between a client's read and its write. The match
// fields of the fault are used, its kind is not.
func (e *Emulator) BeforeNext(match Fault, change func()) { e.before.add(match, change) }

// AfterNext runs a function once, after the next call that matches was carried
// out and before it is answered. A call that a fault keeps from being carried out
// is not counted.
func (e *Emulator) AfterNext(match Fault, what func()) { e.after.add(match, what) }

// ServeHTTP implements http.Handler.
func (e *Emulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if isMetadata(r) {
		e.serveMetadata(w, r)
		return
	}
	if isControl(r) {
		e.serveControl(w, r)
		return
	}
	if isRPC(r) {
		e.serveRPC(w, r)
		return
	}
	e.serveOSS(w, r)
}
