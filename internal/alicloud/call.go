package alicloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// call names what is being done, for errors and logs.
type call struct {
	service, operation, object string
}

// send performs one attempt through the given transport, which belongs to that attempt alone.
type send func(via *exchange, as Credentials) error

// onceKey marks a context whose calls are not repeated.
type onceKey struct{}

// Once returns a context whose calls are sent a single time. It is for writes of a whole document that others write,
// too: a repetition would carry what was read before the first attempt.
func Once(ctx context.Context) context.Context { return context.WithValue(ctx, onceKey{}, true) }

func isOnce(ctx context.Context) bool {
	once, _ := ctx.Value(onceKey{}).(bool)
	return once
}

// perform runs a call under the one retry policy of this package. A nil error comes with an answer of status 2xx.
func (c *Client) perform(ctx context.Context, what call, once send) (*exchange, error) {
	unclear := false
	for n := 1; ; n++ {
		x, failure := c.attempt(ctx, what, n, once)
		if failure == nil {
			return x, nil
		}
		unclear = unclear || mayHaveServed(x, failure)
		failure.Attempts, failure.Unclear = n, unclear
		wait, again := c.policy.after(failure, n, x.header)
		if wait > maxServerDelay && !again {
			failure.Message = fmt.Sprintf("%s (the service asks to wait for %s)", failure.Message, wait)
		}
		if ctx.Err() != nil || isOnce(ctx) || !again {
			return nil, failure
		}
		if err := c.sleep(ctx, wait); err != nil {
			failure.cause = errors.Join(err, failure.cause)
			failure.Message = fmt.Sprintf("gave up waiting to try again after %s: %s", failure.Code, failure.Message)
			failure.Code = CodeCanceled
			return nil, failure
		}
	}
}

// mayHaveServed says whether the service may have carried out an attempt that failed. What was never sent, and what the
// service refused, is clear; throttling is a refusal under any status.
func mayHaveServed(x *exchange, failure *Error) bool {
	switch {
	case !x.sent || throttled(failure):
		return false
	case x.status == 0:
		return !dialFailed(failure) && !hopeless(failure.cause)
	}
	return x.succeeded() || x.status >= http.StatusInternalServerError
}

// attempt sends once, within the time allowed for it and in a slot of its service.
func (c *Client) attempt(ctx context.Context, what call, n int, once send) (*exchange, *Error) {
	x := &exchange{base: c.transport, header: http.Header{}}
	limit := c.limits[what.service]
	slot, err := limit.enter(ctx)
	if err != nil {
		return x, c.failure(ctx, what, x, err, Credentials{})
	}
	var failure *Error
	defer func() { limit.leave(slot, failure != nil && throttled(failure)) }()
	as, err := c.credentials.Credentials(ctx)
	if err != nil {
		failure = c.failure(ctx, what, x, err, as)
		if failure.Code != CodeCanceled {
			failure.Code = CodeCredentials
			errors.As(err, &failure.opening)
		}
		return x, failure
	}
	own, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	x.ctx = own

	started := c.now()
	err = guarded(func() error { return once(x, as) })
	if x.err != nil || !x.succeeded() || err != nil {
		failure = c.failure(ctx, what, x, err, as)
	}
	logged := Call{
		Service: what.service, Operation: what.operation, Object: what.object,
		Attempt: n, Status: x.status, RequestID: x.requestID(), Duration: c.now().Sub(started),
	}
	if failure != nil {
		logged.Code, logged.RequestID = failure.Code, failure.RequestID
	}
	c.log(ctx, logged)
	return x, failure
}

// guarded turns a panic of an SDK into an error. The RPC SDK panics on error bodies whose members are no strings.
func guarded(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the SDK could not handle the answer: %v", r)
		}
	}()
	return f()
}

// failure builds the error of one attempt from the raw answer, or from err where there is none.
func (c *Client) failure(ctx context.Context, what call, x *exchange, err error, as Credentials) *Error {
	f := &Error{
		Operation: what.operation, Object: what.object, Service: what.service, AccountID: c.knownAccount(),
		Endpoint: c.endpoints[what.service].url(), HTTPStatus: x.status,
	}
	scrub := newScrubber()
	switch {
	case x.status != 0 && !x.succeeded():
		a := x.explain()
		f.Code, f.Message, f.RequestID, f.Host, f.EC = a.Code, scrub.clean(a.Message, as), a.RequestID, a.Host, a.EC
		if x.status >= http.StatusInternalServerError && statesAbsence(f.Code) {
			// A service that fails states nothing, whatever code it sends along.
			f.Code, f.Message = fmt.Sprintf("HTTP%d", x.status), f.Code+": "+f.Message
		}
		return f
	case ctx.Err() != nil:
		f.Code, f.cause = CodeCanceled, ctx.Err()
	case errors.Is(err, context.DeadlineExceeded) || timedOut(err):
		f.Code, f.cause = CodeTimeout, scrub.cause(err, as)
	case x.err != nil:
		f.Code, f.cause = CodeConnection, scrub.cause(x.err, as)
	case x.status == 0:
		f.Code, f.cause = CodeInvalidRequest, scrub.cause(err, as)
	default:
		f.Code, f.cause, f.RequestID = CodeInvalidResponse, scrub.cause(err, as), x.requestID()
		if len(x.body) == 0 {
			f.Code = CodeEmptyResponse
		}
	}
	if f.cause != nil {
		f.Message = f.cause.Error()
	}
	return f
}

func timedOut(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}

// refused is the error of a call that is wrong before it is sent.
func (c *Client) refused(what call, cause error) *Error {
	return &Error{
		Operation: what.operation, Object: what.object, Service: what.service, AccountID: c.knownAccount(),
		Endpoint: c.endpoints[what.service].url(), Code: CodeInvalidRequest, Message: cause.Error(), cause: cause,
	}
}
