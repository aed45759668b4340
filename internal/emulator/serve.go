package emulator

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// exchangeOf is one call on its way through hooks, faults and the log.
type exchangeOf struct {
	call   Call
	id     string
	agent  string // what the client calls itself
	serve  func(http.ResponseWriter, *services) (code string)
	refuse func(http.ResponseWriter, *cloud.Error)
}

// carryOut runs an authenticated call and logs it.
func (e *Emulator) carryOut(w http.ResponseWriter, r *http.Request, x exchangeOf) {
	entry := Request{Call: x.call, Time: time.Now(), ID: x.id, UserAgent: x.agent}
	defer func() {
		entry.Duration = time.Since(entry.Time)
		e.requests.add(entry)
	}()
	if e.latency > 0 && pause(r.Context(), e.latency) != nil {
		return
	}
	e.before.call(x.call)
	fault, hit := e.faults.take(x.call)
	if hit {
		entry.Fault = string(fault.Kind)
	}
	if fault.Kind == FaultError {
		entry.Code = fault.Code
	}
	now := e.services()
	view := e.stale.view(x.call, now) // before the fault below, whose reads are those after this call
	if fault.Kind == FaultStale {
		if err := e.keepPast(x.call, now, fault); err != nil {
			x.refuse(w, cloud.Errorf(http.StatusInternalServerError, "InternalError", "%v", err))
			return
		}
	}
	serve := func(w http.ResponseWriter) {
		entry.Stale = view != now && x.differs(view, now)
		entry.Code = x.serve(w, view)
		e.after.call(x.call)
	}
	entry.Status, _ = serveWithFault(w, r, fault, serve, x.refuse) // a client that hung up is nobody's error
}

// differs says whether a read is answered differently by two states.
func (x exchangeOf) differs(a, b *services) bool {
	one, other := newAnswer(), newAnswer()
	x.serve(one, a)
	x.serve(other, b)
	return one.status != other.status || !bytes.Equal(one.body.Bytes(), other.body.Bytes())
}

// keepPast copies the world for the reads that a stale fault lets see it.
func (e *Emulator) keepPast(c Call, now *services, f Fault) error {
	past, err := newServices(now.world(e.clock), e.clock, e.now)
	if err != nil {
		return err
	}
	reads, life := f.Reads, f.Delay
	if reads == 0 {
		reads = -1 // as many as fit into the time
	}
	if life == 0 {
		life = time.Hour
	}
	e.stale.keep(c, past, reads, life)
	return nil
}

// refuseUnknown answers and logs a call that was not authenticated.
func (e *Emulator) refuseUnknown(w http.ResponseWriter, x exchangeOf, refusal *cloud.Error) {
	x.refuse(w, refusal)
	e.requests.add(Request{Call: x.call, Time: time.Now(), ID: x.id, UserAgent: x.agent, Status: refusal.Status, Code: refusal.Code})
}

// oversized refuses a request whose line and headers are too long. No public
// source shows the code; status and meaning are those of RFC 6585.
func oversized(r *http.Request) *cloud.Error {
	size := len(r.RequestURI)
	for name, values := range r.Header {
		for _, value := range values {
			size += len(name) + len(value) + len(": \r\n")
		}
	}
	if size <= maxHeader {
		return nil
	}
	return cloud.Errorf(http.StatusRequestHeaderFieldsTooLarge, "RequestHeaderTooLarge",
		"The request line and headers have %d bytes, which is more than %d.", size, maxHeader)
}

// requestID is 24 hex digits for OSS; the RPC gateway formats it as a UUID.
func requestID() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // never fails
	return strings.ToUpper(hex.EncodeToString(raw[:]))
}
