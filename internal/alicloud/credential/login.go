package credential

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/aliyun/credentials-go/credentials/providers"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// login is a source that exchanges what a browser login left behind, through the SDK, which keeps the session and
// renews it but is not safe for concurrent use.
type login struct {
	mu       sync.Mutex
	provider providers.CredentialsProvider
	secrets  []string
	what     string
}

// Credentials exchanges the login for a session where the last one is about to end.
func (l *login) Credentials(ctx context.Context) (alicloud.Credentials, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return alicloud.Credentials{}, err
	}
	got, err := l.provider.GetCredentials()
	if err != nil {
		return alicloud.Credentials{}, fmt.Errorf("%s: %w; log in again with \"aliyun configure\"", l.what, l.cleaned(err))
	}
	return alicloud.Credentials{AccessKeyID: got.AccessKeyId, AccessKeySecret: got.AccessKeySecret, SecurityToken: got.SecurityToken}, nil
}

// cleaned keeps the first line of what the SDK says, without the tokens of the login. It quotes whole answers, of which
// nothing is kept when they hold a part of a session.
func (l *login) cleaned(err error) error {
	text, _, _ := strings.Cut(withoutURL(err).Error(), "\n")
	lower := strings.ToLower(text)
	if strings.Contains(lower, "accesskeysecret") || strings.Contains(lower, "securitytoken") {
		return errors.New("the answer is not a complete set of credentials")
	}
	for _, secret := range l.secrets {
		text = strings.ReplaceAll(text, secret, "[redacted]")
	}
	return errors.New(text)
}

// cloudSSO exchanges the access token of a CloudSSO login.
func (p Profile) cloudSSO(now func() time.Time) (alicloud.CredentialSource, error) {
	if err := p.need("cloud_sso_sign_in_url", p.set.SignInURL, "cloud_sso_account_id", p.set.SSOAccountID,
		"cloud_sso_access_config", p.set.SSOAccessConfig, "access_token", p.set.AccessToken); err != nil {
		return nil, err
	}
	if err := p.loggedIn(p.set.AccessTokenExpire, now); err != nil {
		return nil, err
	}
	provider, err := providers.NewCloudSSOCredentialsProviderBuilder().
		WithSignInUrl(p.set.SignInURL).WithAccountId(p.set.SSOAccountID).WithAccessConfig(p.set.SSOAccessConfig).
		WithAccessToken(p.set.AccessToken).WithAccessTokenExpire(p.set.AccessTokenExpire).Build()
	if err != nil {
		return nil, p.fault(err.Error())
	}
	return &login{provider: provider, secrets: []string{p.set.AccessToken}, what: p.String()}, nil
}

// oauth exchanges the access token of an OAuth login. The refresh token is left to the CLI: using it makes it invalid,
// and the new one would have to be written to a file that is not ours.
func (p Profile) oauth(now func() time.Time) (alicloud.CredentialSource, error) {
	if err := p.need("oauth_access_token", p.set.OAuthAccessToken); err != nil {
		return nil, err
	}
	if err := p.loggedIn(p.set.OAuthAccessTokenExpire, now); err != nil {
		return nil, err
	}
	var signIn, client string
	switch strings.ToUpper(p.set.OAuthSite) {
	case "CN":
		signIn, client = "https://oauth.aliyun.com", "4038181954557748008"
	case "INTL":
		signIn, client = "https://oauth.alibabacloud.com", "4103531455503354461"
	default:
		return nil, p.fault("its oauth_site_type is neither CN nor INTL")
	}
	provider, err := providers.NewOAuthCredentialsProviderBuilder().WithSignInUrl(signIn).WithClientId(client).
		WithAccessToken(p.set.OAuthAccessToken).WithAccessTokenExpire(p.set.OAuthAccessTokenExpire).Build()
	if err != nil {
		return nil, p.fault(err.Error())
	}
	return &login{provider: provider, secrets: []string{p.set.OAuthAccessToken}, what: p.String()}, nil
}

// loggedIn refuses a login that ended; expire is in seconds since 1970.
func (p Profile) loggedIn(expire int64, now func() time.Time) error {
	if now == nil {
		now = time.Now
	}
	if end := time.Unix(expire, 0); !end.After(now()) {
		return p.fault(fmt.Sprintf("its login ended at %s; log in again with \"aliyun configure --profile %s\"",
			end.UTC().Format(time.RFC3339), p.set.Name))
	}
	return nil
}
