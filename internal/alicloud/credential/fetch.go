package credential

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

const (
	// fetchRetries are fewer than those of a call, since a server of credentials that does not answer is most often not there.
	fetchRetries = 2
	fetchTimeout = 10 * time.Second
	// maxAnswer bounds what is read of an answer; a set of credentials takes about 1 KiB.
	maxAnswer = 1 << 20
)

// fetcher asks servers for credentials. Its errors and its log name no more of a URL than host and path, since the rest
// may authorise whoever knows it.
type fetcher struct {
	transport http.RoundTripper
	sleep     func(ctx context.Context, d time.Duration) error
	now       func() time.Time
	log       func(ctx context.Context, c alicloud.Call)
	userAgent string
	patience  alicloud.Patience
}

func newFetcher(cfg alicloud.Config) fetcher {
	cfg = completed(cfg)
	return fetcher{
		transport: cfg.Transport, sleep: cfg.Sleep, now: cfg.Now, log: cfg.Log, userAgent: cfg.UserAgent,
		patience: alicloud.NewPatience(cfg, fetchRetries),
	}
}

// completed puts what a source needs in the place of what is missing.
func completed(cfg alicloud.Config) alicloud.Config {
	if cfg.Transport == nil {
		cfg.Transport = &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, IdleConnTimeout: time.Minute}
	}
	if cfg.Sleep == nil {
		cfg.Sleep = pause
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = func(context.Context, alicloud.Call) {}
	}
	return cfg
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

// question is one thing to ask a server.
type question struct {
	// service and operation name it in the log.
	service, operation string
	method, address    string
	header             map[string]string
	body               []byte
}

// shown is the address without what may be secret in it.
func (q question) shown() string {
	parsed, err := url.Parse(q.address)
	if err != nil {
		return ""
	}
	return parsed.Scheme + "://" + parsed.Host + parsed.EscapedPath()
}

// refusal is an answer other than 200.
type refusal struct {
	status int
	code   string // "" where the answer names none
	header http.Header
}

// Error names status and code.
func (r refusal) Error() string {
	text := fmt.Sprintf("HTTP status %d (%s)", r.status, http.StatusText(r.status))
	if r.code != "" {
		text += ", code " + r.code
	}
	return text
}

// fetch returns the body of an answer of status 200. What fails in passing is tried again under the retry policy of all
// calls, if less often.
func (f fetcher) fetch(ctx context.Context, q question) ([]byte, error) {
	for n := 1; ; n++ {
		body, call, err := f.logged(ctx, q, n)
		var refused refusal
		errors.As(err, &refused)
		wait, again := f.patience.After(n, call.Code, refused.status, refused.header, err)
		if err == nil || !again || ctx.Err() != nil {
			return body, err
		}
		if err := f.sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// logged asks once and tells the log of it.
func (f fetcher) logged(ctx context.Context, q question, attempt int) ([]byte, alicloud.Call, error) {
	started := f.now()
	body, err := f.once(ctx, q)
	call := alicloud.Call{
		Service: q.service, Operation: q.operation, Object: q.shown(),
		Attempt: attempt, Status: http.StatusOK, Duration: f.now().Sub(started),
	}
	var refused refusal
	switch {
	case errors.As(err, &refused):
		call.Status, call.Code = refused.status, firstOf(refused.code, fmt.Sprintf("HTTP%d", refused.status))
	case err != nil:
		call.Status, call.Code = 0, codeOf(ctx, err)
	}
	f.log(ctx, call)
	return body, call, err
}

// codeOf names a failure that is no answer.
func codeOf(ctx context.Context, err error) string {
	switch {
	case ctx.Err() != nil:
		return alicloud.CodeCanceled
	case errors.Is(err, context.DeadlineExceeded):
		return alicloud.CodeTimeout
	}
	return alicloud.CodeConnection
}

func firstOf(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func (f fetcher) once(ctx context.Context, q question) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, q.method, q.address, bytes.NewReader(q.body))
	if err != nil {
		return nil, errors.New("it is not a URL")
	}
	request.Header.Set("User-Agent", f.userAgent)
	for name, value := range q.header {
		request.Header.Set(name, value)
	}
	client := http.Client{Transport: f.transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return nil, withoutURL(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if response.StatusCode != http.StatusOK {
		return nil, refusal{response.StatusCode, namedCode(body), response.Header}
	}
	return body, err
}

// namedCode is the error code that an answer names, "" where there is none. Servers spell the member differently. Of an
// answer nothing else is told, as it may repeat what was sent.
func namedCode(body []byte) string {
	var answer struct{ Code, ErrorCode, Error string }
	if json.Unmarshal(body, &answer) != nil {
		return ""
	}
	code := firstOf(answer.Code, firstOf(answer.ErrorCode, answer.Error))
	if !regexp.MustCompile(`^[A-Za-z][A-Za-z._]{0,60}$`).MatchString(code) {
		return ""
	}
	return code
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
		return alicloud.Session{}, fmt.Errorf("the answer has the code %q instead of Success", firstOf(namedCode(body), "(not shown: it looks like none)"))
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
