package alicloud

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

// Names of the services, as they appear in errors and logs.
const (
	serviceOSS = "OSS"
	serviceRAM = "RAM"
	serviceSTS = "STS"
	serviceKMS = "KMS"
)

// Client speaks for one account in one region. It is safe for concurrent use.
type Client struct {
	region      string
	credentials CredentialSource
	endpoints   map[string]endpoint
	limits      map[string]*limiter
	transport   http.RoundTripper
	userAgent   string
	policy      retryPolicy
	now         func() time.Time
	sleep       func(ctx context.Context, d time.Duration) error
	log         func(ctx context.Context, c Call)
	reads       *cache
	identity    *cache
}

// New checks the configuration and returns a client. It makes no call: a wrong key shows at the first one.
func New(cfg Config) (*Client, error) {
	if cfg.Credentials == nil {
		return nil, errors.New("no credentials are configured")
	}
	if !validRegion(cfg.Region) {
		return nil, fmt.Errorf("%q is not a region id such as cn-hangzhou", cfg.Region)
	}
	if cfg.MaxConcurrent < 0 {
		return nil, fmt.Errorf("the number of concurrent calls cannot be negative: %d", cfg.MaxConcurrent)
	}
	endpoints, err := resolveEndpoints(cfg.Region, cfg.Endpoints)
	if err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	c := &Client{
		region:      cfg.Region,
		credentials: cfg.Credentials,
		endpoints:   endpoints,
		limits:      map[string]*limiter{},
		transport:   cfg.Transport,
		userAgent:   cfg.UserAgent,
		policy:      retryPolicy{maxRetries: max(cfg.MaxRetries, 0), random: cfg.Random, now: cfg.Now},
		now:         cfg.Now,
		sleep:       cfg.Sleep,
		log:         cfg.Log,
		reads:       newCache(cfg.Now, ReadLifetime),
		identity:    newCache(cfg.Now, 0),
	}
	for service := range endpoints {
		c.limits[service] = newLimiter(cfg.MaxConcurrent)
	}
	return c, nil
}

// Region returns the region id the client was made for.
func (c *Client) Region() string { return c.region }

func (cfg Config) withDefaults() Config {
	if cfg.MaxRetries == 0 {
		cfg.MaxRetries = DefaultMaxRetries
	}
	if cfg.MaxConcurrent == 0 {
		cfg.MaxConcurrent = DefaultMaxConcurrent
	}
	if cfg.Transport == nil {
		cfg.Transport = newTransport(cfg.MaxConcurrent)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Sleep == nil {
		cfg.Sleep = sleepUntil
	}
	if cfg.Random == nil {
		cfg.Random = rand.Float64
	}
	if cfg.Log == nil {
		cfg.Log = func(context.Context, Call) {}
	}
	return cfg
}

// sleepUntil waits for d or the end of ctx, whichever comes first.
func sleepUntil(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
