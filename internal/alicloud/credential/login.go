package credential

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// The SDK of Alibaba Cloud (credentials-go, providers CloudSSO and OAuth, v1.4.14) exchanges logins, too, and is where
// the requests below are taken from. It knows no context, has a transport of its own, quotes whole answers in errors
// and is not safe for concurrent use.

// cloudSSO exchanges the access token of a CloudSSO login for sessions.
func (p Profile) cloudSSO(cfg alicloud.Config) (alicloud.CredentialSource, error) {
	if err := p.need("cloud_sso_sign_in_url", p.set.SignInURL, "cloud_sso_account_id", p.set.SSOAccountID,
		"cloud_sso_access_config", p.set.SSOAccessConfig, "access_token", p.set.AccessToken); err != nil {
		return nil, err
	}
	signIn, err := url.Parse(p.set.SignInURL)
	if err != nil || signIn.Host == "" || (signIn.Scheme != "http" && signIn.Scheme != "https") {
		return nil, p.fault("its cloud_sso_sign_in_url is not an http or https URL")
	}
	body, err := json.Marshal(map[string]string{"AccountId": p.set.SSOAccountID, "AccessConfigurationId": p.set.SSOAccessConfig})
	if err != nil {
		return nil, p.fault(err.Error())
	}
	return p.exchanged(cfg, p.set.AccessTokenExpire, question{
		service: "CloudSSO", operation: "CreateCloudCredential", method: http.MethodPost,
		address: signIn.Scheme + "://" + signIn.Host + "/cloud-credentials",
		header:  bearerHeader(p.set.AccessToken), body: body,
	}, func(body []byte) (alicloud.Session, error) {
		var answer struct{ CloudCredential json.RawMessage }
		if json.Unmarshal(body, &answer) != nil || len(answer.CloudCredential) == 0 {
			return alicloud.Session{}, errors.New("the answer has no CloudCredential")
		}
		return sessionFrom(answer.CloudCredential)
	})
}

// oauth exchanges the access token of an OAuth login for sessions. The refresh token is left to the CLI: using it makes
// it invalid, and the new one would have to be written to a file that is not ours.
func (p Profile) oauth(cfg alicloud.Config) (alicloud.CredentialSource, error) {
	if err := p.need("oauth_access_token", p.set.OAuthAccessToken); err != nil {
		return nil, err
	}
	host := map[string]string{"CN": "oauth.aliyun.com", "INTL": "oauth.alibabacloud.com"}[strings.ToUpper(p.set.OAuthSite)]
	if host == "" {
		return nil, p.fault("its oauth_site_type is neither CN nor INTL")
	}
	return p.exchanged(cfg, p.set.OAuthAccessTokenExpire, question{
		service: "OAuth", operation: "Exchange", method: http.MethodPost, address: "https://" + host + "/v1/exchange",
		header: bearerHeader(p.set.OAuthAccessToken),
	}, sessionFrom)
}

func bearerHeader(token string) map[string]string {
	return map[string]string{"Authorization": "Bearer " + token, "Content-Type": "application/json", "Accept": "application/json"}
}

// exchanged is a source of the sessions for a login that ends at expire, in seconds since 1970. A login that is over is
// refused at once, and later when a session would have to be renewed with it.
func (p Profile) exchanged(cfg alicloud.Config, expire int64, q question, read func([]byte) (alicloud.Session, error)) (alicloud.CredentialSource, error) {
	cfg = completed(cfg)
	if err := p.loggedIn(expire, cfg.Now); err != nil {
		return nil, err
	}
	server := newFetcher(cfg)
	return NewRenewing(func(ctx context.Context) (alicloud.Session, error) {
		if err := p.loggedIn(expire, cfg.Now); err != nil {
			return alicloud.Session{}, err
		}
		body, err := server.fetch(ctx, q)
		if err != nil {
			return alicloud.Session{}, fmt.Errorf("%s: %s gave no credentials: %w; %s", p, q.shown(), err, p.again())
		}
		session, err := read(body)
		if err != nil {
			return alicloud.Session{}, fmt.Errorf("%s: %s: %w; %s", p, q.shown(), err, p.again())
		}
		return session, nil
	}, cfg.Now), nil
}

func (p Profile) loggedIn(expire int64, now func() time.Time) error {
	if end := time.Unix(expire, 0); !end.After(now()) {
		return p.fault(fmt.Sprintf("its login ended at %s; %s", end.UTC().Format(time.RFC3339), p.again()))
	}
	return nil
}

// again says how to log in again.
func (p Profile) again() string {
	return fmt.Sprintf("log in again with \"aliyun configure --profile %s\"", p.set.Name)
}
