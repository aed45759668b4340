package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// keyVariables is one family of environment variables that belong together. A
// key of one family is never completed from another: two halves of different
// keys would be the wrong account at best.
type keyVariables struct{ id, secret, token string }

func keyFamilies() []keyVariables {
	return []keyVariables{
		{"ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY", "ALICLOUD_SECURITY_TOKEN"},
		{"ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"},
		{"ALIBABACLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_SECRET", "ALIBABACLOUD_SECURITY_TOKEN"},
	}
}

// environmentOrigin is the first source that the environment names, in the
// order of the official provider. It is asked only by a block that names none.
func environmentOrigin(env environment, diags *diag.Diagnostics) origin {
	for _, family := range keyFamilies() {
		if env.first(family.id, family.secret) != "" {
			return family.read(env, diags)
		}
	}
	if env.first(append(profileVariables(), fileVariables()...)...) != "" {
		return environmentProfile(env, diags)
	}
	if address := env.first(uriVariables()...); address != "" {
		return uriOrigin(address, func(diags *diag.Diagnostics, detail string) {
			diags.AddError("Cannot use the credentials URI that the environment names", detail)
		})
	}
	if name := env.first(instanceVariables()...); name != "" {
		return instanceOrigin(name)
	}
	if env.first("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE", "ALIBABA_CLOUD_OIDC_TOKEN") != "" {
		return environmentOIDC(env, diags)
	}
	diags.AddError("No credentials",
		"Neither the provider block nor the environment names a source of credentials. Set profile, access_key and "+
			"secret_key, credentials_uri, ecs_role_name or assume_role_with_oidc, or in the environment "+
			"ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET.")
	return origin{}
}

func (family keyVariables) read(env environment, diags *diag.Diagnostics) origin {
	id, secret := env(family.id), env(family.secret)
	if id == "" || secret == "" {
		diags.AddError("Incomplete access key in the environment",
			"Of "+family.id+" and "+family.secret+" only one is set. Set both, or neither.")
	}
	return fixed(alicloud.StaticCredentials{AccessKeyID: id, AccessKeySecret: secret, SecurityToken: env(family.token)})
}

// environmentProfile reads the profile of the CLI that variables name by its
// name, its file or both.
func environmentProfile(env environment, diags *diag.Diagnostics) origin {
	fault := func(diags *diag.Diagnostics, detail string) {
		diags.AddError("Cannot use the profile that the environment names", detail)
	}
	return profilePlace{
		name: env.first(profileVariables()...), file: env.first(fileVariables()...), badFile: fault, badProfile: fault,
	}.read(env, diags)
}
