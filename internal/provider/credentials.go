package provider

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// environment reads a variable; "" means unset.
type environment func(name string) string

// first is the value of the first variable that is set.
func (env environment) first(names ...string) string {
	for _, name := range names {
		if value := env(name); value != "" {
			return value
		}
	}
	return ""
}

// origin is the one place that a provider block takes its credentials from.
type origin struct {
	source alicloud.CredentialSource
	// region is what the place itself says; it counts where region is set nowhere else.
	region string
}

// origin picks the place. What the block names excludes every credential
// variable of the environment, which may belong to another account; two places
// in one block are an error. Nil comes with an error.
func (m providerModel) origin(env environment, diags *diag.Diagnostics) *origin {
	named := m.namedSources()
	switch len(named) {
	case 0:
		return environmentOrigin(env, diags)
	case 1:
		return named[0].read(env, diags)
	}
	diags.AddAttributeError(path.Root(named[1].argument), "Two credential sources in one provider block",
		"The block names "+quoteAll(named)+". Keep one of them: they may belong to different accounts.")
	return nil
}

// namedSource is a credential source that the block names by an argument.
type namedSource struct {
	argument string
	read     func(env environment, diags *diag.Diagnostics) *origin
}

func (m providerModel) namedSources() []namedSource {
	var named []namedSource
	for _, one := range []struct {
		read      func(env environment, diags *diag.Diagnostics) *origin
		arguments []argument
	}{
		{m.keys, []argument{{"access_key", m.AccessKey}, {"secret_key", m.SecretKey}, {"security_token", m.SecurityToken}}},
		{m.profile, []argument{{"profile", m.Profile}, {"shared_credentials_file", m.SharedCredentialsFile}}},
	} {
		for _, given := range one.arguments {
			if !given.value.IsNull() {
				named = append(named, namedSource{given.name, one.read})
				break
			}
		}
	}
	return named
}

// argument is an argument of the provider block with its value.
type argument struct {
	name  string
	value attr.Value
}

func quoteAll(sources []namedSource) string {
	var names []string
	for _, source := range sources {
		names = append(names, source.argument)
	}
	return strings.Join(names, " and ")
}

// keys are the keys of the block; nothing completes half of a pair.
func (m providerModel) keys(_ environment, diags *diag.Diagnostics) *origin {
	demand(m.AccessKey, "access_key", diags)
	demand(m.SecretKey, "secret_key", diags)
	return &origin{source: alicloud.StaticCredentials{
		AccessKeyID:     m.AccessKey.ValueString(),
		AccessKeySecret: m.SecretKey.ValueString(),
		SecurityToken:   m.SecurityToken.ValueString(),
	}}
}

func demand(value types.String, name string, diags *diag.Diagnostics) {
	if value.IsNull() {
		diags.AddAttributeError(path.Root(name), "Incomplete access key",
			"The provider block names a part of an access key, but "+name+" is missing. "+
				"Keys in the environment are not used to complete it, because they may belong to another account.")
	}
}
