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
	return p.exchanged(cfg, Profile.cloudSSOLogin)
}

func (p Profile) cloudSSOLogin() (*login, error) {
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
	return &login{p, p.set.AccessTokenExpire, question{
		service: "CloudSSO", operation: "CreateCloudCredential", method: http.MethodPost,
		address: signIn.Scheme + "://" + signIn.Host + "/cloud-credentials",
		header:  bearerHeader(p.set.AccessToken), body: body,
	}, func(body []byte) (alicloud.Session, error) {
		var answer struct{ CloudCredential json.RawMessage }
		if json.Unmarshal(body, &answer) != nil || len(answer.CloudCredential) == 0 {
			return alicloud.Session{}, errors.New("the answer has no CloudCredential")
		}
		return sessionFrom(answer.CloudCredential)
	}}, nil
}

// oauth exchanges the access token of an OAuth login for sessions. The refresh token is left to the CLI: using it makes
// it invalid, and the new one would have to be written to a file that is not ours.
func (p Profile) oauth(cfg alicloud.Config) (alicloud.CredentialSource, error) {
	return p.exchanged(cfg, Profile.oauthLogin)
}

func (p Profile) oauthLogin() (*login, error) {
	if err := p.need("oauth_access_token", p.set.OAuthAccessToken); err != nil {
		return nil, err
	}
	host := map[string]string{"CN": "oauth.aliyun.com", "INTL": "oauth.alibabacloud.com"}[strings.ToUpper(p.set.OAuthSite)]
	if host == "" {
		return nil, p.fault("its oauth_site_type is neither CN nor INTL")
	}
	return &login{p, p.set.OAuthAccessTokenExpire, question{
		service: "OAuth", operation: "Exchange", method: http.MethodPost, address: "https://" + host + "/v1/exchange",
		header: bearerHeader(p.set.OAuthAccessToken),
	}, sessionFrom}, nil
}

func bearerHeader(token string) map[string]string {
	return map[string]string{"Authorization": "Bearer " + token, "Content-Type": "application/json", "Accept": "application/json"}
}

// login is what a profile's file holds of a login in a browser.
type login struct {
	of     Profile
	expire int64 // when it ends, in seconds since 1970; 0 where the file does not say
	ask    question
	read   func([]byte) (alicloud.Session, error)
}

// exchanged is a source of the sessions for a login. One that is over is refused at once. Later, when a session has to
// be renewed, the file is read again: somebody may have logged in again meanwhile.
func (p Profile) exchanged(cfg alicloud.Config, loginOf func(Profile) (*login, error)) (alicloud.CredentialSource, error) {
	cfg = completed(cfg)
	held, err := loginOf(p)
	if err == nil {
		err = held.lasting(cfg.Now)
	}
	if err != nil {
		return nil, err
	}
	server := newFetcher(cfg)
	return NewRenewing(func(ctx context.Context) (alicloud.Session, error) {
		used := held
		if held.lasting(cfg.Now) != nil {
			again, err := p.loggedInAgain(loginOf)
			if err != nil {
				return alicloud.Session{}, err
			}
			used = again
		}
		if err := used.lasting(cfg.Now); err != nil {
			return alicloud.Session{}, err
		}
		return used.exchange(ctx, server)
	}, cfg.Now), nil
}

// loggedInAgain is the login that the profile's file holds now.
func (p Profile) loggedInAgain(loginOf func(Profile) (*login, error)) (*login, error) {
	profiles, err := ReadProfiles(p.in.file)
	if err != nil {
		return nil, err
	}
	profile, err := profiles.Named(p.set.Name)
	if err != nil {
		return nil, err
	}
	return loginOf(profile)
}

func (l *login) exchange(ctx context.Context, server fetcher) (alicloud.Session, error) {
	body, err := server.fetch(ctx, l.ask)
	if err != nil {
		return alicloud.Session{}, fmt.Errorf("%s: %s gave no credentials: %w; %s", l.of, l.ask.shown(), err, l.of.again())
	}
	session, err := l.read(body)
	if err != nil {
		return alicloud.Session{}, fmt.Errorf("%s: %s: %w; %s", l.of, l.ask.shown(), err, l.of.again())
	}
	return session, nil
}

// lasting is an error once the login is over.
func (l *login) lasting(now func() time.Time) error {
	if end := time.Unix(l.expire, 0); l.expire != 0 && !end.After(now()) {
		return l.of.fault(fmt.Sprintf("its login ended at %s; %s", end.UTC().Format(time.RFC3339), l.of.again()))
	}
	return nil
}

// again says how to log in again.
func (p Profile) again() string {
	return fmt.Sprintf("log in again with \"aliyun configure --profile %s\"", p.set.Name)
}
