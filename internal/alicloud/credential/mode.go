package credential

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// Source returns the credentials that the profile stands for, without any call yet. Of cfg everything counts but
// Credentials. The error names file, profile, mode and what is missing.
func (p Profile) Source(cfg alicloud.Config) (alicloud.CredentialSource, error) {
	return p.source(cfg, nil)
}

// source knows the profiles whose source this one is, to notice a circle.
func (p Profile) source(cfg alicloud.Config, above []string) (alicloud.CredentialSource, error) {
	switch p.set.Mode {
	case "AK":
		return p.keys("")
	case "StsToken":
		if err := p.need("sts_token", p.set.SecurityToken); err != nil {
			return nil, err
		}
		return p.keys(p.set.SecurityToken)
	case "RamRoleArn":
		base, err := p.keys(p.set.SecurityToken)
		if err != nil {
			return nil, err
		}
		return p.role(cfg, base)
	case "ChainableRamRoleArn":
		base, err := p.chained(cfg, above)
		if err != nil {
			return nil, err
		}
		return p.role(cfg, base)
	case "EcsRamRole":
		return InstanceRole(cfg, p.set.RoleName), nil
	case "OIDC":
		return p.oidc(cfg)
	case "CredentialsURI":
		return p.needed(func() (alicloud.CredentialSource, error) { return URI(cfg, p.set.CredentialsURI) },
			"credentials_uri", p.set.CredentialsURI)
	case "External":
		return p.needed(func() (alicloud.CredentialSource, error) { return Process(cfg, p.set.ProcessCommand) },
			"process_command", p.set.ProcessCommand)
	case "CloudSSO":
		return p.cloudSSO(cfg)
	case "OAuth":
		return p.oauth(cfg)
	case "":
		return nil, p.fault("it has no mode")
	}
	return nil, p.fault(fmt.Sprintf("its mode %q is not supported; supported are AK, StsToken, RamRoleArn, "+
		"ChainableRamRoleArn, EcsRamRole, OIDC, CredentialsURI, External, CloudSSO and OAuth", p.set.Mode))
}

// String names the profile and its file.
func (p Profile) String() string { return fmt.Sprintf("profile %q of %s", p.set.Name, p.in.file) }

func (p Profile) fault(what string) error { return fmt.Errorf("%s cannot be used: %s", p, what) }

// need takes pairs of a member's name and its value, and complains about all empty ones at once.
func (p Profile) need(pairs ...string) error {
	var missing []string
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			missing = append(missing, pairs[i])
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return p.fault(fmt.Sprintf("it has the mode %s but no %s", p.set.Mode, strings.Join(missing, " and no ")))
}

// needed makes a source when nothing of the pairs is missing.
func (p Profile) needed(open func() (alicloud.CredentialSource, error), pairs ...string) (alicloud.CredentialSource, error) {
	if err := p.need(pairs...); err != nil {
		return nil, err
	}
	source, err := open()
	if err != nil {
		return nil, p.fault(err.Error())
	}
	return source, nil
}

func (p Profile) keys(token string) (alicloud.CredentialSource, error) {
	return p.needed(func() (alicloud.CredentialSource, error) {
		return alicloud.StaticCredentials{
			AccessKeyID: p.set.AccessKeyID, AccessKeySecret: p.set.AccessKeySecret, SecurityToken: token,
		}, nil
	}, "access_key_id", p.set.AccessKeyID, "access_key_secret", p.set.AccessKeySecret)
}

// chained is the source of the profile that this one builds upon.
func (p Profile) chained(cfg alicloud.Config, above []string) (alicloud.CredentialSource, error) {
	if err := p.need("source_profile", p.set.SourceProfile); err != nil {
		return nil, err
	}
	above = append(above, p.set.Name)
	if slices.Contains(above, p.set.SourceProfile) {
		return nil, p.fault(fmt.Sprintf("its source_profile leads back to %q", p.set.SourceProfile))
	}
	base, err := p.in.Named(p.set.SourceProfile)
	if err != nil {
		return nil, fmt.Errorf("the source_profile of %q: %w", p.set.Name, err)
	}
	return base.source(cfg, above)
}

func (p Profile) role(cfg alicloud.Config, base alicloud.CredentialSource) (alicloud.CredentialSource, error) {
	return p.needed(func() (alicloud.CredentialSource, error) { return AssumeRole(p.at(cfg), base, p.assumed()) },
		"ram_role_arn", p.set.RoleARN)
}

// oidc prefers the file of a token, which is renewed while the token itself is not.
func (p Profile) oidc(cfg alicloud.Config) (alicloud.CredentialSource, error) {
	token := p.set.OIDCToken
	if p.set.OIDCTokenFile != "" {
		token = ""
	}
	return p.needed(func() (alicloud.CredentialSource, error) {
		return AssumeRoleWithOIDC(p.at(cfg), OIDC{
			Role: p.assumed(), ProviderARN: p.set.OIDCProviderARN, TokenFile: p.set.OIDCTokenFile, Token: token,
		})
	}, "ram_role_arn", p.set.RoleARN, "oidc_provider_arn", p.set.OIDCProviderARN, "oidc_token_file", firstOf(p.set.OIDCTokenFile, token))
}

func (p Profile) assumed() alicloud.AssumeRole {
	return alicloud.AssumeRole{
		RoleARN: p.set.RoleARN, SessionName: p.set.SessionName, Policy: p.set.Policy, ExternalID: p.set.ExternalID,
		Duration: time.Duration(p.set.DurationSeconds) * time.Second,
	}
}

// at aims the STS calls of the profile at its own endpoint, unless the configuration names one.
func (p Profile) at(cfg alicloud.Config) alicloud.Config {
	region := firstOf(p.set.STSRegion, cfg.Region)
	switch {
	case cfg.Endpoints.STS != "":
	case p.set.STSEndpoint != "":
		cfg.Endpoints.STS = p.set.STSEndpoint
	case p.set.EnableVPC:
		cfg.Endpoints.STS = "sts-vpc." + region + ".aliyuncs.com"
	default:
		cfg.Endpoints.STS = alicloud.STSHost(region)
	}
	return cfg
}
