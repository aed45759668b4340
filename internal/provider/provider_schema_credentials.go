package provider

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// The limits of sessions are those of the STS AssumeRole and AssumeRoleWithOIDC
// pages, 2026-03.
const (
	maxSessionPolicy = 2048
	maxExternalID    = 1224
	minToken         = 4
	maxToken         = 20000
)

func assumeRoleBlock() schema.ListNestedBlock {
	return schema.ListNestedBlock{
		MarkdownDescription: "Become a role with the credentials of this block or of the environment. Sessions are renewed before they end.",
		Validators:          []validator.List{listvalidator.SizeAtMost(1)},
		NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
			"role_arn": schema.StringAttribute{
				Optional: true, Validators: []validator.String{roleARN()},
				MarkdownDescription: "ARN of the role, `acs:ram::<uid>:role/<name>`. Environment, where the block names no credential source: " +
					"`ALICLOUD_ASSUME_ROLE_ARN`, `ALIBABA_CLOUD_ROLE_ARN`.",
			},
			"session_name":       sessionName(" Environment, where the block names no credential source: `ALICLOUD_ASSUME_ROLE_SESSION_NAME`, `ALIBABA_CLOUD_ROLE_SESSION_NAME`."),
			"session_expiration": sessionExpiration(" Environment, where the block names no credential source: `ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION`."),
			"policy":             sessionPolicy(),
			"external_id": schema.StringAttribute{
				Optional: true,
				Validators: []validator.String{
					stringvalidator.LengthBetween(2, maxExternalID),
					stringvalidator.RegexMatches(regexp.MustCompile(`^[A-Za-z0-9_+=,.@:/-]+$`), "letters, digits and _+=,.@:/- only"),
				},
				MarkdownDescription: "The word that the role's trust policy asks for.",
			},
		}},
	}
}

func assumeRoleWithOIDCBlock() schema.ListNestedBlock {
	return schema.ListNestedBlock{
		MarkdownDescription: "Become a role with the token of an OIDC provider, for instance of a CI system, without any key.",
		Validators:          []validator.List{listvalidator.SizeAtMost(1)},
		NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
			"oidc_provider_arn": schema.StringAttribute{
				Required: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
				MarkdownDescription: "ARN of the OIDC provider, `acs:ram::<uid>:oidc-provider/<name>`.",
			},
			"role_arn": schema.StringAttribute{
				Required: true, Validators: []validator.String{roleARN()},
				MarkdownDescription: "ARN of the role, `acs:ram::<uid>:role/<name>`.",
			},
			"oidc_token_file": schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
				MarkdownDescription: "File with the token, read anew for every session. Environment: `ALIBABA_CLOUD_OIDC_TOKEN_FILE`.",
			},
			"oidc_token": schema.StringAttribute{
				Optional: true, Sensitive: true, Validators: []validator.String{stringvalidator.LengthBetween(minToken, maxToken)},
				MarkdownDescription: "The token itself. Environment: `ALIBABA_CLOUD_OIDC_TOKEN`." + inSavedPlans,
			},
			"role_session_name":  sessionName(""),
			"session_expiration": sessionExpiration(""),
			"policy":             sessionPolicy(),
		}},
	}
}

func sessionName(environment string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		Validators: []validator.String{
			stringvalidator.RegexMatches(regexp.MustCompile(`^[A-Za-z0-9.@_-]{2,64}$`), "2 to 64 letters, digits, dots, at signs, underscores or hyphens"),
		},
		MarkdownDescription: "Name of the session, default `terraform`." + environment,
	}
}

func sessionExpiration(environment string) schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional: true, Validators: []validator.Int64{int64validator.Between(minSession, maxSession)},
		MarkdownDescription: "Duration of a session in seconds, 900 to 43200, at most what the role allows; default 3600." + environment,
	}
}

func sessionPolicy() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Validators: []validator.String{stringvalidator.LengthBetween(1, maxSessionPolicy)},
		MarkdownDescription: "Policy document that narrows what the session may do.",
	}
}
