package credential

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// The metadata server of ECS in its token mode (ECS "View instance metadata" page, 2026-03). A token serves one round of
// questions, so that none is kept that may end: the shortest life is a second, the longest six hours.
const (
	metadataName  = "ECS metadata"
	metadataLife  = "300" // seconds, more than all attempts of a round take
	metadataHost  = "http://100.100.100.200"
	metadataToken = metadataHost + "/latest/api/token"
	metadataRoles = metadataHost + "/latest/meta-data/ram/security-credentials/"
)

// InstanceRole is a source of the sessions of the RAM role that is attached to this ECS instance. The metadata server
// is only asked in token mode, which a forged request cannot use. Without a name it says itself which role there is.
// Of cfg the transport, the clock, the log and the user agent count.
func InstanceRole(cfg alicloud.Config, name string) alicloud.CredentialSource {
	local := newFetcher(cfg)
	return NewRenewing(func(ctx context.Context) (alicloud.Session, error) {
		session, err := local.instanceSession(ctx, name)
		if err != nil {
			return alicloud.Session{}, fmt.Errorf("cannot use the RAM role %q of this ECS instance: %w", name, err)
		}
		return session, nil
	}, cfg.Now)
}

func (f fetcher) instanceSession(ctx context.Context, role string) (alicloud.Session, error) {
	token, err := f.fetch(ctx, question{
		service: metadataName, operation: "GetToken", method: http.MethodPut, address: metadataToken,
		header: map[string]string{"X-aliyun-ecs-metadata-token-ttl-seconds": metadataLife},
	})
	if err != nil {
		return alicloud.Session{}, fmt.Errorf("the metadata server 100.100.100.200, which exists on ECS instances only, gave no token: %w", err)
	}
	header := map[string]string{"X-aliyun-ecs-metadata-token": strings.TrimSpace(string(token))}
	if role == "" {
		names, err := f.fetch(ctx, question{service: metadataName, operation: "GetRoleName", method: http.MethodGet, address: metadataRoles, header: header})
		if err != nil {
			return alicloud.Session{}, fmt.Errorf("the metadata server names no role of this instance: %w", err)
		}
		role, _, _ = strings.Cut(strings.TrimSpace(string(names)), "\n")
	}
	body, err := f.fetch(ctx, question{
		service: metadataName, operation: "GetCredentials", method: http.MethodGet, address: metadataRoles + url.PathEscape(role), header: header,
	})
	var refused refusal
	switch {
	case errors.As(err, &refused) && refused.status == http.StatusNotFound:
		return alicloud.Session{}, fmt.Errorf("no role %q is attached to it: %w", role, err)
	case err != nil:
		return alicloud.Session{}, fmt.Errorf("the metadata server gave no credentials: %w", err)
	}
	return sessionFrom(body)
}

// URI is a source of what an HTTP server gives to whoever may reach it, as the CLI's mode CredentialsURI. Of cfg the
// transport, the clock, the log and the user agent count. An address that is no http(s) URL is an error.
func URI(cfg alicloud.Config, address string) (alicloud.CredentialSource, error) {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" || (parsed.Scheme != "http" && parsed.Scheme != "https") {
		return nil, errors.New("the credentials URI is not an http or https URL")
	}
	local := newFetcher(cfg)
	keys := question{service: "credentials URI", operation: "GetCredentials", method: http.MethodGet, address: address}
	shown := keys.shown()
	return NewRenewing(func(ctx context.Context) (alicloud.Session, error) {
		body, err := local.fetch(ctx, keys)
		if err != nil {
			return alicloud.Session{}, fmt.Errorf("the credentials URI %s gave no credentials: %w", shown, err)
		}
		session, err := sessionFrom(body)
		if err != nil {
			return alicloud.Session{}, fmt.Errorf("the credentials URI %s: %w", shown, err)
		}
		return session, nil
	}, cfg.Now), nil
}
