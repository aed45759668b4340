package credential

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// DefaultSessionName is the name of a role session for which none is given, the official provider's.
const DefaultSessionName = "terraform"

// AssumeRole is a source of sessions of a role, opened with the credentials of base. Of cfg everything counts but
// Credentials. The error says what is wrong with cfg.
func AssumeRole(cfg alicloud.Config, base alicloud.CredentialSource, role alicloud.AssumeRole) (alicloud.CredentialSource, error) {
	if role.SessionName == "" {
		role.SessionName = DefaultSessionName
	}
	cfg.Credentials = base
	client, err := alicloud.New(cfg)
	if err != nil {
		return nil, err
	}
	return NewRenewing(func(ctx context.Context) (alicloud.Session, error) {
		session, err := client.AssumeRole(ctx, role)
		if err != nil {
			return alicloud.Session{}, fmt.Errorf("cannot assume the role %s: %w", role.RoleARN, err)
		}
		return session, nil
	}, cfg.Now), nil
}

// OIDC says which role to become for a token, and where the token is.
type OIDC struct {
	Role        alicloud.AssumeRole
	ProviderARN string
	// Token is the token itself; without one TokenFile is read anew for every session, because tokens are short-lived.
	Token     string
	TokenFile string
}

// AssumeRoleWithOIDC is a source of sessions of a role for an OIDC token. Of cfg everything counts but Credentials.
func AssumeRoleWithOIDC(cfg alicloud.Config, as OIDC) (alicloud.CredentialSource, error) {
	if as.Role.SessionName == "" {
		as.Role.SessionName = DefaultSessionName
	}
	cfg.Credentials = alicloud.StaticCredentials{}
	client, err := alicloud.New(cfg)
	if err != nil {
		return nil, err
	}
	return NewRenewing(func(ctx context.Context) (alicloud.Session, error) {
		token, err := as.token()
		if err != nil {
			return alicloud.Session{}, fmt.Errorf("cannot assume the role %s: %w", as.Role.RoleARN, err)
		}
		session, err := client.AssumeRoleWithOIDC(ctx, alicloud.AssumeRoleWithOIDC{
			AssumeRole: as.Role, ProviderARN: as.ProviderARN, Token: token,
		})
		if err != nil {
			return alicloud.Session{}, fmt.Errorf("cannot assume the role %s with an OIDC token: %w", as.Role.RoleARN, err)
		}
		return session, nil
	}, cfg.Now), nil
}

func (o OIDC) token() (string, error) {
	if o.Token != "" {
		return o.Token, nil
	}
	raw, err := os.ReadFile(o.TokenFile)
	if err != nil {
		return "", fmt.Errorf("cannot read the OIDC token: %w", err)
	}
	token := strings.TrimSpace(string(raw))
	if token == "" {
		return "", fmt.Errorf("the OIDC token file %s is empty", o.TokenFile)
	}
	return token, nil
}
