package credential

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

const (
	fetchAttempts = 3
	fetchTimeout  = 10 * time.Second
	fetchPause    = 300 * time.Millisecond
	// maxAnswer bounds what is read of an answer; a set of credentials takes about 1 KiB.
	maxAnswer = 1 << 20
)

// fetcher asks local servers for credentials. Its errors name no more of a URL than host and path, since the rest may
// authorise whoever knows it.
type fetcher struct {
	transport http.RoundTripper
	sleep     func(ctx context.Context, d time.Duration) error
	userAgent string
}

func newFetcher(cfg alicloud.Config) fetcher {
	f := fetcher{transport: cfg.Transport, sleep: cfg.Sleep, userAgent: cfg.UserAgent}
	if f.transport == nil {
		f.transport = &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, IdleConnTimeout: time.Minute}
	}
	if f.sleep == nil {
		f.sleep = pause
	}
	return f
}

// pause waits for d or the end of ctx, whichever comes first.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// statusError is an answer other than 200.
type statusError int

// Error names the status.
func (s statusError) Error() string {
	return fmt.Sprintf("HTTP status %d (%s)", int(s), http.StatusText(int(s)))
}

// fetch returns the body of an answer of status 200. Broken connections and server errors are tried again.
func (f fetcher) fetch(ctx context.Context, method, address string, header map[string]string) ([]byte, error) {
	for n := 1; ; n++ {
		body, err := f.once(ctx, method, address, header)
		var status statusError
		final := errors.As(err, &status) && status < 500
		if err == nil || final || n == fetchAttempts || ctx.Err() != nil {
			return body, err
		}
		if err := f.sleep(ctx, time.Duration(n)*fetchPause); err != nil {
			return nil, err
		}
	}
}

func (f fetcher) once(ctx context.Context, method, address string, header map[string]string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return nil, errors.New("it is not a URL")
	}
	request.Header.Set("User-Agent", f.userAgent)
	for name, value := range header {
		request.Header.Set(name, value)
	}
	client := http.Client{Transport: f.transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return nil, withoutURL(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, statusError(response.StatusCode)
	}
	return io.ReadAll(io.LimitReader(response.Body, maxAnswer))
}

func withoutURL(err error) error {
	var withURL *url.Error
	if errors.As(err, &withURL) {
		return withURL.Err
	}
	return err
}

// sessionFrom reads the answer that the metadata server and credential URIs have in common (ECS "Instance RAM role"
// page, 2026-03). Code is left out by some servers. The error quotes nothing but the code.
func sessionFrom(body []byte) (alicloud.Session, error) {
	var answer struct {
		Code            string
		AccessKeyID     string `json:"AccessKeyId"`
		AccessKeySecret string
		SecurityToken   string
		Expiration      string
	}
	if json.Unmarshal(body, &answer) != nil {
		return alicloud.Session{}, errors.New("the answer is not the JSON of a set of credentials")
	}
	if answer.Code != "" && answer.Code != "Success" {
		return alicloud.Session{}, fmt.Errorf("the answer has the code %q instead of Success", answer.Code)
	}
	for _, member := range []struct{ name, value string }{
		{"AccessKeyId", answer.AccessKeyID}, {"AccessKeySecret", answer.AccessKeySecret}, {"SecurityToken", answer.SecurityToken},
	} {
		if member.value == "" {
			return alicloud.Session{}, errors.New("the answer has no " + member.name)
		}
	}
	expiration, err := time.Parse(time.RFC3339, answer.Expiration)
	if err != nil {
		return alicloud.Session{}, errors.New("the answer has no Expiration that can be read")
	}
	return alicloud.Session{
		Credentials: alicloud.Credentials{
			AccessKeyID: answer.AccessKeyID, AccessKeySecret: answer.AccessKeySecret, SecurityToken: answer.SecurityToken,
		},
		Expiration: expiration,
	}, nil
}
