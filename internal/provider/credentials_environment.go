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
func environmentOrigin(env environment, diags *diag.Diagnostics) *origin {
	for _, read := range []func(environment, *diag.Diagnostics) *origin{environmentKeys, environmentProfile} {
		if found := read(env, diags); found != nil || diags.HasError() {
			return found
		}
	}
	diags.AddError("No credentials",
		"Neither the provider block nor the environment names a source of credentials. Set profile, or access_key and "+
			"secret_key, or ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET.")
	return nil
}

func environmentKeys(env environment, diags *diag.Diagnostics) *origin {
	for _, family := range keyFamilies() {
		id, secret := env(family.id), env(family.secret)
		if id == "" && secret == "" {
			continue
		}
		if id == "" || secret == "" {
			diags.AddError("Incomplete access key in the environment",
				"Of "+family.id+" and "+family.secret+" only one is set. Set both, or neither.")
		}
		return &origin{source: alicloud.StaticCredentials{AccessKeyID: id, AccessKeySecret: secret, SecurityToken: env(family.token)}}
	}
	return nil
}

// environmentProfile reads a profile of the CLI when a variable names the
// profile or the file.
func environmentProfile(env environment, diags *diag.Diagnostics) *origin {
	name, file := env.first(profileVariables()...), env.first(fileVariables()...)
	if name == "" && file == "" {
		return nil
	}
	fault := func(detail string) { diags.AddError("Cannot use the profile that the environment names", detail) }
	return readProfile(name, file, env, fault, fault)
}
