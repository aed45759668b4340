package signature

import (
	"net/http"
	"strconv"
	"time"
)

// MaxSkew is how far the signing time may lie from the server's, either side
// (OSS "RequestTimeTooSkewed" and RPC "Request structure" pages, 2026-03).
const MaxSkew = 15 * time.Minute

// maxPresign is the longest life of an OSS V4 presigned URL in seconds (OSS
// "Include a V4 signature in a URL" page, 2026-03).
const maxPresign = 604800

const (
	v4Time  = "20060102T150405Z"
	v4Day   = "20060102"
	rpcTime = "2006-01-02T15:04:05Z"
)

// CheckTime checks the times of a credential against the server's wall clock:
// skew of at most MaxSkew, end of a presigned URL, and the day in a V4 scope,
// which must be the UTC day of the signing time. It returns nil if all hold.
func CheckTime(c Credential, now time.Time) *Failure {
	switch c.Scheme {
	case OSSV1Header:
		return checkSkew(c, now)
	case OSSV4Header:
		if f := checkScopeDay(c); f != nil {
			return f
		}
		return checkSkew(c, now)
	case OSSV1Query:
		return checkExpiry(c, now)
	case OSSV4Query:
		if f := checkScopeDay(c); f != nil {
			return f
		}
		// A URL may be old, but it cannot come from the future.
		if c.SignedAt.Sub(now) > MaxSkew {
			return skewed(c.SignedAt, now)
		}
		return checkExpiry(c, now)
	case RPCV1, RPCV3:
		if now.Sub(c.SignedAt).Abs() > MaxSkew {
			return timestampExpired()
		}
	case Anonymous: // no time to check
	}
	return nil
}

func checkSkew(c Credential, now time.Time) *Failure {
	if now.Sub(c.SignedAt).Abs() > MaxSkew {
		return skewed(c.SignedAt, now)
	}
	return nil
}

func checkExpiry(c Credential, now time.Time) *Failure {
	if now.After(c.Expires) {
		return expired()
	}
	return nil
}

func checkScopeDay(c Credential) *Failure {
	if c.SignedAt.UTC().Format(v4Day) != c.ScopeDate {
		return invalidArgument("The date in the credential scope does not match the date of the request.", "Credential", c.ScopeDate)
	}
	return nil
}

// parseOSSTime reads the two forms in use: RFC 1123 in Date, and the basic ISO
// form in x-oss-date.
func parseOSSTime(value string) (time.Time, bool) {
	if t, err := time.Parse(v4Time, value); err == nil {
		return t, true
	}
	t, err := http.ParseTime(value)
	return t, err == nil
}

func parseSeconds(value string) (int64, bool) {
	n, err := strconv.ParseInt(value, 10, 64)
	return n, err == nil && n >= 0 && value[0] != '+'
}
