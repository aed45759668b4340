package provider

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud/credential"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

func uriVariables() []string {
	return []string{"ALICLOUD_CREDENTIALS_URI", "ALIBABA_CLOUD_CREDENTIALS_URI"}
}

func instanceVariables() []string {
	return []string{"ALICLOUD_ECS_ROLE_NAME", "ALIBABA_CLOUD_ECS_METADATA"}
}

// credentialsURI is the server that the block names.
func (c configuration) credentialsURI(environment, *diag.Diagnostics) origin {
	return uriOrigin(c.CredentialsURI.ValueString(), func(diags *diag.Diagnostics, detail string) {
		diags.AddAttributeError(path.Root("credentials_uri"), "Cannot use the credentials URI", detail)
	})
}

func uriOrigin(address string, bad func(diags *diag.Diagnostics, detail string)) origin {
	return origin{open: func(cfg alicloud.Config, diags *diag.Diagnostics) alicloud.CredentialSource {
		source, err := credential.URI(cfg, address)
		if err != nil {
			bad(diags, err.Error())
		}
		return source
	}}
}

// instanceRole is the role of the ECS instance that the block names.
func (c configuration) instanceRole(environment, *diag.Diagnostics) origin {
	return instanceOrigin(c.ECSRoleName.ValueString())
}

func instanceOrigin(name string) origin {
	return origin{open: func(cfg alicloud.Config, _ *diag.Diagnostics) alicloud.CredentialSource {
		return credential.InstanceRole(cfg, name)
	}}
}

// assumeRoleWithOIDCModel is the block assume_role_with_oidc.
type assumeRoleWithOIDCModel struct {
	OIDCProviderARN   types.String `tfsdk:"oidc_provider_arn"`
	OIDCToken         types.String `tfsdk:"oidc_token"`
	OIDCTokenFile     types.String `tfsdk:"oidc_token_file"`
	RoleARN           types.String `tfsdk:"role_arn"`
	RoleSessionName   types.String `tfsdk:"role_session_name"`
	SessionExpiration types.Int64  `tfsdk:"session_expiration"`
	Policy            types.String `tfsdk:"policy"`
}

func (m *assumeRoleWithOIDCModel) values() []attr.Value {
	if m == nil {
		return nil
	}
	return []attr.Value{
		m.OIDCProviderARN, m.OIDCToken, m.OIDCTokenFile, m.RoleARN, m.RoleSessionName, m.SessionExpiration, m.Policy,
	}
}

// webIdentity is the role and the token that the block names. The token may
// come from the environment: it cannot lead to another account than the role's.
func (c configuration) webIdentity(env environment, diags *diag.Diagnostics) origin {
	m, at := c.oidc, path.Root("assume_role_with_oidc").AtListIndex(0)
	as := credential.OIDC{
		ProviderARN: m.OIDCProviderARN.ValueString(),
		Token:       m.OIDCToken.ValueString(),
		TokenFile:   expandHome(m.OIDCTokenFile.ValueString(), env),
		Role: alicloud.AssumeRole{
			RoleARN:     m.RoleARN.ValueString(),
			SessionName: m.RoleSessionName.ValueString(),
			Duration:    time.Duration(m.SessionExpiration.ValueInt64()) * time.Second,
			Policy:      m.Policy.ValueString(),
		},
	}
	switch {
	case as.Token != "" && as.TokenFile != "":
		diags.AddAttributeError(at.AtName("oidc_token_file"), "Two OIDC tokens", "Set oidc_token or oidc_token_file, not both.")
	case as.Token == "" && as.TokenFile == "":
		as.Token, as.TokenFile = environmentToken(env)
	}
	if as.Token == "" && as.TokenFile == "" {
		diags.AddAttributeError(at.AtName("oidc_token_file"), "No OIDC token",
			"Set oidc_token_file or oidc_token, or ALIBABA_CLOUD_OIDC_TOKEN_FILE or ALIBABA_CLOUD_OIDC_TOKEN in the environment.")
	}
	return oidcOrigin(as)
}

// environmentOIDC is the role that the environment names, as in a container
// with RRSA. A part without the others is an error.
func environmentOIDC(env environment, diags *diag.Diagnostics) origin {
	as := credential.OIDC{
		ProviderARN: env("ALIBABA_CLOUD_OIDC_PROVIDER_ARN"),
		Role:        alicloud.AssumeRole{RoleARN: env("ALIBABA_CLOUD_ROLE_ARN"), SessionName: env("ALIBABA_CLOUD_ROLE_SESSION_NAME")},
	}
	as.Token, as.TokenFile = environmentToken(env)
	if as.ProviderARN == "" || as.Role.RoleARN == "" || as.Token+as.TokenFile == "" {
		diags.AddError("Incomplete OIDC settings in the environment",
			"ALIBABA_CLOUD_OIDC_PROVIDER_ARN, ALIBABA_CLOUD_ROLE_ARN and ALIBABA_CLOUD_OIDC_TOKEN_FILE or ALIBABA_CLOUD_OIDC_TOKEN "+
				"belong together. Set all, or name a credential source in the provider block.")
		return origin{}
	}
	if _, err := replication.ParseRoleARN(as.Role.RoleARN); err != nil {
		diags.AddError("ALIBABA_CLOUD_ROLE_ARN is not the ARN of a role", err.Error())
	}
	return oidcOrigin(as)
}

// environmentToken prefers the file, which is renewed while the token is not.
func environmentToken(env environment) (token, file string) {
	if file := env("ALIBABA_CLOUD_OIDC_TOKEN_FILE"); file != "" {
		return "", file
	}
	return env("ALIBABA_CLOUD_OIDC_TOKEN"), ""
}

func oidcOrigin(as credential.OIDC) origin {
	return origin{open: func(cfg alicloud.Config, diags *diag.Diagnostics) alicloud.CredentialSource {
		source, err := credential.AssumeRoleWithOIDC(cfg, as)
		if err != nil {
			diags.AddError(invalidConfiguration, err.Error())
		}
		return source
	}}
}
