package alicloud

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

const (
	// DefaultMaxRetries is how often a failed call is repeated when Config.MaxRetries is zero.
	DefaultMaxRetries = 10
	// DefaultMaxConcurrent is how many calls to one service run at once, at most, when Config.MaxConcurrent is zero. It
	// leaves room for what a CLI with -parallelism=50 asks for; throttling lowers it by itself.
	DefaultMaxConcurrent = 64
	// ReadLifetime is how long a shared read may be served again while this client writes nothing.
	ReadLifetime = 60 * time.Second

	attemptTimeout = 30 * time.Second
	// idleConnections is how many connections wait for their next request. Every bucket has a host of its own.
	idleConnections = 1024
)

// Config says which account a Client speaks for and how. Region and Credentials are required.
type Config struct {
	// Region is a region id such as "cn-hangzhou", without "oss-".
	Region string
	// Credentials is asked once per attempt, so that a session renewed during a long run is used at once.
	Credentials CredentialSource
	// Endpoints overrides the default host of a service.
	Endpoints Endpoints
	// MaxRetries bounds the repetitions of one call: 0 means DefaultMaxRetries, a negative number means none.
	MaxRetries int
	// UserAgent is appended to what the SDKs say of themselves (RPC) or sent as it is (OSS).
	UserAgent string
	// Transport carries the requests. Nil means a keep-alive transport that honours HTTP_PROXY, HTTPS_PROXY and NO_PROXY.
	Transport http.RoundTripper
	// Now, Sleep and Random replace the clock, the waiting and the source of jitter (in [0,1)). Nil means the real ones.
	Now    func() time.Time
	Sleep  func(ctx context.Context, d time.Duration) error
	Random func() float64
	// Log is told of every attempt, from the goroutine that made it. It never receives a secret.
	Log func(ctx context.Context, c Call)
	// MaxConcurrent bounds the calls in flight to each service: 0 means DefaultMaxConcurrent. Fewer run while a service
	// throttles.
	MaxConcurrent int
}

// Endpoints are hosts, "host:port" or URLs without a path; https is assumed where there is no scheme.
// An empty one means the public endpoint of the region; RAM has one for all regions, STS for many.
type Endpoints struct {
	OSS, RAM, KMS, STS string
}

// Call describes one attempt of one call, for a log.
type Call struct {
	Service   string
	Operation string
	Object    string
	// Attempt counts from 1.
	Attempt int
	// Status is the HTTP status, 0 when there was no answer.
	Status int
	// Code is the error code, empty after success.
	Code      string
	RequestID string
	Duration  time.Duration
}

// Credentials is an access key with the session token that belongs to it, if any.
type Credentials struct {
	AccessKeyID     string
	AccessKeySecret string
	SecurityToken   string
}

// CredentialSource yields the credentials to sign with. It must be safe for concurrent use; renewing them in time is
// its business.
type CredentialSource interface {
	Credentials(ctx context.Context) (Credentials, error)
}

// StaticCredentials is a CredentialSource that never changes.
type StaticCredentials Credentials

// Credentials returns the fixed credentials, or an error when one half of the key is missing.
func (s StaticCredentials) Credentials(context.Context) (Credentials, error) {
	switch {
	case s.AccessKeyID == "" && s.AccessKeySecret == "":
		return Credentials{}, fmt.Errorf("no access key and no secret key are given")
	case s.AccessKeyID == "":
		return Credentials{}, fmt.Errorf("a secret key is given without an access key")
	case s.AccessKeySecret == "":
		return Credentials{}, fmt.Errorf("an access key is given without a secret key")
	}
	return Credentials(s), nil
}

// String names the key but not the secret, so that printing the value by accident leaks nothing.
func (s StaticCredentials) String() string { return Credentials(s).String() }

// GoString does for %#v what String does for %v.
func (s StaticCredentials) GoString() string { return Credentials(s).String() }

// String names the type only: neither secret nor token belongs in text.
func (c Credentials) String() string { return "alicloud.Credentials(redacted)" }

// GoString does for %#v what String does for %v.
func (c Credentials) GoString() string { return c.String() }

// endpoint is where a service answers.
type endpoint struct {
	scheme, host string
}

func (e endpoint) url() string { return e.scheme + "://" + e.host }

func parseEndpoint(service, given, fallback string) (endpoint, error) {
	text := strings.TrimSpace(given)
	if text == "" {
		text = fallback
	}
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || (u.Scheme != "http" && u.Scheme != "https") ||
		(u.Path != "" && u.Path != "/") || u.RawQuery != "" || u.Fragment != "" {
		return endpoint{}, fmt.Errorf("the %s endpoint must be a host, host:port or an http(s) URL without path, query or user", service)
	}
	return endpoint{scheme: u.Scheme, host: u.Host}, nil
}

// validRegion keeps a region from smuggling another host into a default endpoint.
func validRegion(region string) bool {
	return regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`).MatchString(region)
}

func resolveEndpoints(region string, given Endpoints) (map[string]endpoint, error) {
	resolved := map[string]endpoint{}
	for _, s := range []struct{ service, given, fallback string }{
		{serviceOSS, given.OSS, ossHost(region)},
		{serviceRAM, given.RAM, "ram.aliyuncs.com"},
		{serviceSTS, given.STS, STSHost(region)},
		{serviceKMS, given.KMS, "kms." + region + ".aliyuncs.com"},
	} {
		e, err := parseEndpoint(s.service, s.given, s.fallback)
		if err != nil {
			return nil, err
		}
		resolved[s.service] = e
	}
	return resolved, nil
}

// newTransport is the transport of a client that was given none. It provides what the RPC SDK configures only on an
// *http.Transport of its own: proxies, a connect time-out and TLS settings.
func newTransport(maxConcurrent int) *http.Transport {
	dialer := &net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           dialer.DialContext,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:   10 * time.Second,
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          idleConnections,
		MaxIdleConnsPerHost:   maxConcurrent,
		MaxConnsPerHost:       maxConcurrent, // else requests that wait for a connection dial more than they use
		IdleConnTimeout:       60 * time.Second,
		ResponseHeaderTimeout: attemptTimeout,
	}
}
