package emulator

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// answer is a response that is held back until it is known whether the client
// may have it.
type answer struct {
	header http.Header
	body   bytes.Buffer
	status int
}

func newAnswer() *answer { return &answer{header: http.Header{}} }

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter; the first status counts.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

// Write implements http.ResponseWriter.
func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}

func (a *answer) sendTo(w http.ResponseWriter) error {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	w.WriteHeader(a.status)
	_, err := w.Write(a.body.Bytes())
	return err
}

// serveWithFault carries out a call, or not, as the fault says. refuse renders
// an error in the language of the service. It reports the status that the
// client saw, 0 for a cut connection.
func serveWithFault(w http.ResponseWriter, r *http.Request, fault Fault, serve func(http.ResponseWriter), refuse func(http.ResponseWriter, *cloud.Error)) (int, error) {
	held := newAnswer()
	switch fault.Kind {
	case FaultReset:
		return 0, cut(w)
	case FaultLostResponse:
		serve(held)
		return 0, cut(w)
	case FaultError:
		refuse(held, &cloud.Error{Status: fault.Status, Code: fault.Code, Message: faultMessage(fault)})
	case FaultEmpty:
		held.WriteHeader(http.StatusOK)
	case FaultMalformed:
		if _, err := held.Write([]byte("<{")); err != nil {
			return 0, err
		}
	case FaultDelay:
		if err := pause(r.Context(), fault.Delay); err != nil {
			return 0, err
		}
		serve(held)
	case FaultLateResponse:
		serve(held)
		if err := pause(r.Context(), fault.Delay); err != nil {
			return 0, err
		}
	default:
		serve(held)
	}
	return held.status, held.sendTo(w)
}

func faultMessage(f Fault) string {
	if f.Message != "" {
		return f.Message
	}
	return "Injected by the emulator's fault list."
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// cut ends the connection with a TCP reset, so that the client sees a
// connection error and not an empty answer.
func cut(w http.ResponseWriter) error {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return err
	}
	if tcp, ok := connection.(*net.TCPConn); ok {
		if err := tcp.SetLinger(0); err != nil {
			return errors.Join(err, connection.Close())
		}
	}
	return connection.Close()
}
