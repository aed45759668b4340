package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

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

// environment reads a variable; "" means unset.
type environment func(name string) string

// credentials picks the one source of keys: the block if it names any part of a
// key, otherwise the first complete family of the environment. Errors are added
// at the attribute at fault.
func (m providerModel) credentials(env environment, diags *diag.Diagnostics) alicloud.StaticCredentials {
	if !m.AccessKey.IsNull() || !m.SecretKey.IsNull() || !m.SecurityToken.IsNull() {
		demand(m.AccessKey, "access_key", diags)
		demand(m.SecretKey, "secret_key", diags)
		return alicloud.StaticCredentials{
			AccessKeyID:     m.AccessKey.ValueString(),
			AccessKeySecret: m.SecretKey.ValueString(),
			SecurityToken:   m.SecurityToken.ValueString(),
		}
	}
	for _, family := range keyFamilies() {
		id, secret := env(family.id), env(family.secret)
		if id == "" && secret == "" {
			continue
		}
		if id == "" || secret == "" {
			diags.AddError("Incomplete access key in the environment",
				"Of "+family.id+" and "+family.secret+" only one is set. Set both, or neither.")
		}
		return alicloud.StaticCredentials{AccessKeyID: id, AccessKeySecret: secret, SecurityToken: env(family.token)}
	}
	diags.AddError("No credentials",
		"Neither the provider block nor the environment holds an access key. "+
			"Set access_key and secret_key, or ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET.")
	return alicloud.StaticCredentials{}
}

func demand(value types.String, name string, diags *diag.Diagnostics) {
	if value.IsNull() {
		diags.AddAttributeError(path.Root(name), "Incomplete access key",
			"The provider block names a part of an access key, but "+name+" is missing. "+
				"Keys in the environment are not used to complete it, because they may belong to another account.")
	}
}
