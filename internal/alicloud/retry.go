package alicloud

import (
	"crypto/x509"
	"errors"
	"math"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	firstDelay       = 200 * time.Millisecond
	maxDelay         = 10 * time.Second
	maxServerDelay   = 60 * time.Second
	dialRetries      = 4
	throttleMultiple = 3
)

// retryPolicy decides whether and when a failed attempt is repeated.
type retryPolicy struct {
	maxRetries int
	random     func() float64
	now        func() time.Time
}

// allows says whether attempt number n (from 1), which failed with e, may be followed by another one. Throttling is
// the service asking for patience, so it gets more attempts; a host that cannot be dialled is most likely misspelt or
// blocked, so it gets fewer.
func (p retryPolicy) allows(e *Error, n int) bool {
	switch {
	case throttled(e):
		return n <= throttleMultiple*p.maxRetries
	case !transient(e):
		return false
	case dialFailed(e):
		return n <= min(dialRetries, p.maxRetries)
	default:
		return n <= p.maxRetries
	}
}

// transient says whether the same request may succeed later: server errors, time-outs and broken connections. Every
// other 4xx is final.
func transient(e *Error) bool {
	switch {
	case e.Code == CodeTimeout:
		return true
	case e.Code == CodeConnection:
		return !hopeless(e.cause)
	case e.HTTPStatus == http.StatusRequestTimeout:
		return true
	}
	return e.HTTPStatus >= 500 || e.Code == "ServiceUnavailable" || e.Code == "SerivceUnavailableTemporary"
}

// IsPassing says whether the same call may succeed later: throttling, server errors, time-outs and broken connections.
func IsPassing(err error) bool {
	var e *Error
	return errors.As(err, &e) && (throttled(e) || transient(e))
}

// hopeless recognises connection errors that no repetition heals: certificates, and a plain-text server behind https.
func hopeless(err error) bool {
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	return errors.As(err, &authority) || errors.As(err, &host) || errors.As(err, &invalid) ||
		(err != nil && strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"))
}

func dialFailed(e *Error) bool {
	var op *net.OpError
	return e.Code == CodeConnection && errors.As(e.cause, &op) && op.Op == "dial"
}

// after says whether attempt number n (from 1), which failed with e, may be followed by another one, and how long to
// wait before: full jitter over an exponentially growing span, and never less than what the service asked for. A
// service that asks for more than maxServerDelay is not asked again: to do so earlier would be against its wish.
func (p retryPolicy) after(e *Error, n int, header http.Header) (wait time.Duration, again bool) {
	asked := p.asked(header)
	if !p.allows(e, n) || asked > maxServerDelay {
		return asked, false
	}
	span := float64(firstDelay) * math.Pow(2, float64(min(n-1, 20)))
	return asked + time.Duration(p.random()*math.Min(span, float64(maxDelay))), true
}

// asked reads Retry-After (seconds or a date, RFC 9110) and x-oss-qos-delay-time (milliseconds).
func (p retryPolicy) asked(header http.Header) time.Duration {
	const most = math.MaxInt64 / int64(time.Second) // what a Duration holds
	var asked time.Duration
	if text := header.Get("Retry-After"); text != "" {
		if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
			asked = time.Duration(min(seconds, most)) * time.Second
		} else if at, err := http.ParseTime(text); err == nil {
			asked = at.Sub(p.now())
		}
	}
	if ms, err := strconv.ParseInt(header.Get("X-Oss-Qos-Delay-Time"), 10, 64); err == nil {
		asked = max(asked, time.Duration(min(ms, most))*time.Millisecond)
	}
	return max(asked, 0)
}

// Patience is the retry policy of this package for requests that no Client sends.
type Patience struct{ policy retryPolicy }

// NewPatience allows up to retries repetitions, and no more than cfg.MaxRetries says. Of cfg the clock and the jitter
// count, too.
func NewPatience(cfg Config, retries int) Patience {
	cfg = cfg.withDefaults()
	return Patience{retryPolicy{maxRetries: min(retries, max(cfg.MaxRetries, 0)), random: cfg.Random, now: cfg.Now}}
}

// After says whether attempt number n (from 1) may be followed by another one, and after which wait. Code is the
// server's, CodeTimeout or CodeConnection; status is 0 and header nil where no answer came, for the reason err.
func (p Patience) After(n int, code string, status int, header http.Header, err error) (wait time.Duration, again bool) {
	return p.policy.after(&Error{Code: code, HTTPStatus: status, cause: err}, n, header)
}
