package identity

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// assumeRoleWithOIDC exchanges a token of an identity provider for a session.
// Nobody signs the call: the token says who asks, and the role's trust policy
// alone decides (STS AssumeRoleWithOIDC page, 2026-09). The order of the checks
// is not published.
func (s *Service) assumeRoleWithOIDC(c Call) (map[string]any, *cloud.Error) {
	if err := checkAssume(c.Params); err != nil {
		return nil, err
	}
	p, err := s.providerByARN(c.Params["OIDCProviderArn"])
	if err != nil {
		return nil, err
	}
	token, err := readToken(c.Params["OIDCToken"], p)
	if err != nil {
		return nil, err
	}
	if err := p.accepts(token, s.options.Now()); err != nil {
		return nil, err
	}
	arn := c.Params["RoleArn"]
	a, r := s.roleByARN(arn)
	if r == nil {
		return nil, cloud.Errorf(http.StatusNotFound, "EntityNotExist.Role", "The role not exists: %s", arn)
	}
	if err := s.mayAssumeFederated(c, r, token); err != nil {
		return nil, err
	}
	seconds, err := assumeDuration(c.Params["DurationSeconds"], r.maxSession)
	if err != nil {
		return nil, err
	}
	answer, err := s.issue(a, r, c.Params["RoleSessionName"], c.Params["Policy"], time.Duration(seconds)*time.Second)
	if err != nil {
		return nil, err
	}
	answer["OIDCTokenInfo"] = tokenFields(token)
	return answer, nil
}

func tokenFields(token idToken) map[string]any {
	return map[string]any{
		"Issuer": token.issuer, "Subject": token.subject, "ClientIds": strings.Join(token.audience, ","),
		"ExpirationTime": date(token.expires), "IssuanceTime": date(token.issued), "VerificationInfo": "Success",
	}
}

// providerByARN finds a provider; its name keeps its case.
func (s *Service) providerByARN(arn string) (*oidcProvider, *cloud.Error) {
	form := regexp.MustCompile(`^acs:ram::([0-9]+):oidc-provider/([A-Za-z0-9._-]+)$`)
	parts := form.FindStringSubmatch(arn)
	if parts == nil {
		return nil, federationDenied("Parameter OIDCProviderArn is not valid")
	}
	if a := s.visible(s.accounts[parts[1]]); a != nil && a.providers[parts[2]] != nil {
		return a.providers[parts[2]], nil
	}
	return nil, federationDenied("No such OIDC Provider registered.")
}

func federationDenied(text string) *cloud.Error {
	return cloud.Errorf(http.StatusUnauthorized, "AuthenticationFail.NoPermission", "%s", text)
}

// accepts compares a token with what is registered about its issuer.
func (p *oidcProvider) accepts(token idToken, now time.Time) *cloud.Error {
	known := func(audience string) bool { return slices.Contains(p.clientIDs, audience) }
	switch {
	case token.issuer != p.issuer:
		return cloud.Errorf(http.StatusUnauthorized, "AuthenticationFail.OIDCToken.IssuerNotMatch",
			"The issuer in the OIDC Token doesn't match the OIDC Provider registered.")
	case !slices.ContainsFunc(token.audience, known):
		return cloud.Errorf(http.StatusUnauthorized, "AuthenticationFail.OIDCToken.AudienceNotMatch", "Invalid audience.")
	case !now.Before(token.expires):
		return cloud.Errorf(http.StatusUnauthorized, "AuthenticationFail.OIDCToken.Expired", "This JsonWebToken is expired.")
	case token.issued.After(now):
		// The code for a token from the future is not published.
		return invalidToken("The OIDCToken was issued in the future.")
	case now.Sub(token.issued) > p.issuanceLimit:
		// CreateOIDCProvider page, IssuanceLimitTime; the code is not published.
		return invalidToken("The OIDCToken was issued too long ago.")
	}
	return nil
}

// mayAssumeFederated asks the trust policy, with the token's claims as keys.
func (s *Service) mayAssumeFederated(c Call, r *role, token idToken) *cloud.Error {
	context := s.assumeContext(c)
	context["oidc:iss"], context["oidc:sub"], context["oidc:aud"] = []string{token.issuer}, []string{token.subject}, token.audience
	who := access.Principal{Kind: access.Federated, ProviderARN: c.Params["OIDCProviderArn"]}
	if access.Trusts(r.document, who, context) {
		return nil
	}
	e := federationDenied("There is no permission")
	e.Denied = &cloud.AccessDenied{PolicyType: "AssumeRolePolicy", AuthAction: "sts:AssumeRole", NoPermissionType: "ImplicitDeny"}
	return e
}
