package alicloud

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/sts"
)

// DefaultSession is how long a session lasts for which no duration is asked (STS AssumeRole page, 2026-03).
const DefaultSession = time.Hour

// Session is a set of temporary credentials.
type Session struct {
	Credentials Credentials
	// Expiration is when the service stops accepting them, by the clock of this machine as far as that is known.
	Expiration time.Time
}

// AssumeRole says which role to become and how.
type AssumeRole struct {
	// RoleARN is "acs:ram::<uid>:role/<name>".
	RoleARN string
	// SessionName appears in the caller's ARN: 2 to 64 letters, digits, dots, at signs, hyphens or underscores.
	SessionName string
	// Duration of the session, from 15 minutes to what the role allows. Zero means DefaultSession.
	Duration time.Duration
	// Policy narrows what the session may do; empty means all that the role may.
	Policy string
	// ExternalID is the word that the role's trust policy may ask for.
	ExternalID string
}

// AssumeRoleWithOIDC says which role to become for a token of an OIDC provider.
type AssumeRoleWithOIDC struct {
	// AssumeRole holds the role; its ExternalID is not used.
	AssumeRole
	// ProviderARN is "acs:ram::<uid>:oidc-provider/<name>".
	ProviderARN string
	// Token is the provider's signed token.
	Token string
}

func (a AssumeRole) seconds() int {
	if a.Duration == 0 {
		return int(DefaultSession / time.Second)
	}
	return int(a.Duration / time.Second)
}

// AssumeRole opens a session of a role with the client's own credentials (STS AssumeRole). The service refuses an
// account owner's key, a role whose trust policy does not name the caller, and a duration beyond the role's maximum.
func (c *Client) AssumeRole(ctx context.Context, as AssumeRole) (Session, error) {
	started := c.now()
	r, err := rpc(ctx, c, serviceSTS, assumed(as), sts.CreateAssumeRoleRequest, sts.CreateAssumeRoleResponse,
		func(q *sts.AssumeRoleRequest) {
			q.RoleArn, q.RoleSessionName, q.DurationSeconds = as.RoleARN, as.SessionName, positive(as.seconds())
			q.Policy, q.ExternalId = as.Policy, as.ExternalID
		})
	if err != nil {
		return Session{}, err
	}
	session, err := c.session("AssumeRole", assumed(as), r.RequestId, r.Credentials)
	return session.endingBy(started, as), err
}

// AssumeRoleWithOIDC opens a session of a role for an OIDC token (STS AssumeRoleWithOIDC). The call is not signed and
// the client's credentials are not asked for.
func (c *Client) AssumeRoleWithOIDC(ctx context.Context, as AssumeRoleWithOIDC) (Session, error) {
	started := c.now()
	// The token stands where errors are cleaned of the caller's session token.
	own := *c
	own.credentials = bearer(as.Token)
	what := call{service: serviceSTS, operation: "AssumeRoleWithOIDC", object: assumed(as.AssumeRole)}
	via, err := own.perform(ctx, what, func(via *exchange, _ Credentials) error { return own.sendOIDC(via, as) })
	if err != nil {
		return Session{}, err
	}
	var answer struct {
		RequestID   string `json:"RequestId"`
		Credentials sts.Credentials
	}
	if json.Unmarshal(via.body, &answer) != nil {
		return Session{}, c.incomplete(serviceSTS, what.operation, what.object, via.requestID(), "JSON object")
	}
	session, err := c.session(what.operation, what.object, answer.RequestID, answer.Credentials)
	return session.endingBy(started, as.AssumeRole), err
}

// endingBy lets a session end, by the clock of this machine, no later than its duration after it was asked for. The
// service's clock may be ahead, and its Expiration is then a time at which the session is long over.
func (s Session) endingBy(started time.Time, as AssumeRole) Session {
	if end := started.Add(time.Duration(as.seconds()) * time.Second); s.Expiration.After(end) {
		s.Expiration = end
	}
	return s
}

// sendOIDC keeps the token out of the URL, where proxies log it.
func (c *Client) sendOIDC(via *exchange, as AssumeRoleWithOIDC) error {
	query := url.Values{
		"Action": {"AssumeRoleWithOIDC"}, "Version": {"2015-04-01"}, "Format": {"JSON"},
		"Timestamp": {c.now().UTC().Format("2006-01-02T15:04:05Z")},
	}
	form := url.Values{
		"RoleArn": {as.RoleARN}, "RoleSessionName": {as.SessionName}, "DurationSeconds": {strconv.Itoa(as.seconds())},
		"OIDCProviderArn": {as.ProviderARN}, "OIDCToken": {as.Token},
	}
	if as.Policy != "" {
		form.Set("Policy", as.Policy)
	}
	request, err := http.NewRequestWithContext(via.ctx, http.MethodPost,
		c.endpoints[serviceSTS].url()+"/?"+query.Encode(), strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("User-Agent", c.userAgent)
	response, err := (&http.Client{Transport: via}).Do(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

// session checks that an answer holds everything that later calls need.
func (c *Client) session(operation, object, requestID string, got sts.Credentials) (Session, error) {
	expiration, err := time.Parse(time.RFC3339, got.Expiration)
	switch {
	case got.AccessKeyId == "", got.AccessKeySecret == "", got.SecurityToken == "":
		return Session{}, c.incomplete(serviceSTS, operation, object, requestID, "complete key")
	case err != nil:
		return Session{}, c.incomplete(serviceSTS, operation, object, requestID, "expiration")
	}
	return Session{
		Credentials: Credentials{AccessKeyID: got.AccessKeyId, AccessKeySecret: got.AccessKeySecret, SecurityToken: got.SecurityToken},
		Expiration:  expiration,
	}, nil
}

func assumed(as AssumeRole) string { return "role " + as.RoleARN }

// bearer is a token in the place of a key.
type bearer string

// Credentials returns the token as a session token, without a key.
func (b bearer) Credentials(context.Context) (Credentials, error) {
	return Credentials{SecurityToken: string(b)}, nil
}
