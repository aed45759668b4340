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

// The metadata server of ECS in its token mode (ECS "View instance metadata" page, 2026-03).
const (
	metadataHost  = "http://100.100.100.200"
	metadataToken = metadataHost + "/latest/api/token"
	metadataRoles = metadataHost + "/latest/meta-data/ram/security-credentials/"
)

// InstanceRole is a source of the sessions of the RAM role that is attached to this ECS instance. The metadata server
// is only asked in token mode, which a forged request cannot use. Without a name it says itself which role there is.
// Of cfg the transport, the clock and the user agent count.
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
	token, err := f.fetch(ctx, http.MethodPut, metadataToken, map[string]string{"X-aliyun-ecs-metadata-token-ttl-seconds": "21600"})
	if err != nil {
		return alicloud.Session{}, fmt.Errorf("the metadata server 100.100.100.200, which exists on ECS instances only, gave no token: %w", err)
	}
	header := map[string]string{"X-aliyun-ecs-metadata-token": strings.TrimSpace(string(token))}
	if role == "" {
		names, err := f.fetch(ctx, http.MethodGet, metadataRoles, header)
		if err != nil {
			return alicloud.Session{}, fmt.Errorf("the metadata server names no role of this instance: %w", err)
		}
		role, _, _ = strings.Cut(strings.TrimSpace(string(names)), "\n")
	}
	body, err := f.fetch(ctx, http.MethodGet, metadataRoles+url.PathEscape(role), header)
	var status statusError
	switch {
	case errors.As(err, &status) && status == http.StatusNotFound:
		return alicloud.Session{}, fmt.Errorf("no role %q is attached to it: %w", role, err)
	case err != nil:
		return alicloud.Session{}, fmt.Errorf("the metadata server gave no credentials: %w", err)
	}
	return sessionFrom(body)
}

// URI is a source of what an HTTP server gives to whoever may reach it, as the CLI's mode CredentialsURI. Of cfg the
// transport, the clock and the user agent count. An address that is no http(s) URL is an error.
func URI(cfg alicloud.Config, address string) (alicloud.CredentialSource, error) {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" || (parsed.Scheme != "http" && parsed.Scheme != "https") {
		return nil, errors.New("the credentials URI is not an http or https URL")
	}
	shown := parsed.Scheme + "://" + parsed.Host + parsed.EscapedPath()
	local := newFetcher(cfg)
	return NewRenewing(func(ctx context.Context) (alicloud.Session, error) {
		body, err := local.fetch(ctx, http.MethodGet, address, nil)
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
