package provider

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud/credential"
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
	// open makes the source; cfg says how to call STS if that takes a call.
	open func(cfg alicloud.Config, diags *diag.Diagnostics) alicloud.CredentialSource
	// region is what the place itself says; it counts where region is set nowhere else.
	region string
}

// fixed is a place that holds the keys themselves.
func fixed(keys alicloud.StaticCredentials) origin {
	return origin{open: func(alicloud.Config, *diag.Diagnostics) alicloud.CredentialSource { return keys }}
}

// credentials is the source that the clients sign with: the origin, or sessions
// of the role that is assumed with it.
func (c configuration) credentials(cfg alicloud.Config, from origin, env environment, diags *diag.Diagnostics) alicloud.CredentialSource {
	source := from.open(cfg, diags)
	if diags.HasError() || c.assumeRole == nil {
		return source
	}
	if len(c.namedSources()) > 0 {
		env = func(string) string { return "" }
	}
	role := c.assumeRole.resolve(env, diags)
	if diags.HasError() {
		return nil
	}
	source, err := credential.AssumeRole(cfg, source, role)
	if err != nil {
		diags.AddError(invalidConfiguration, err.Error())
	}
	return source
}

// origin picks the place. What the block names excludes every credential
// variable of the environment, which may belong to another account; two places
// in one block are an error.
func (c configuration) origin(env environment, diags *diag.Diagnostics) origin {
	named := c.namedSources()
	switch len(named) {
	case 0:
		return environmentOrigin(env, diags)
	case 1:
		return named[0].read(env, diags)
	}
	diags.AddAttributeError(path.Root(named[1].argument), "Two credential sources in one provider block",
		"The block names "+argumentsOf(named)+". Keep one of them: they may belong to different accounts.")
	return origin{}
}

// readOrigin finds out what one kind of source says. It adds what is wrong with it.
type readOrigin func(env environment, diags *diag.Diagnostics) origin

// namedSource is a credential source that the block names by an argument.
type namedSource struct {
	argument string
	read     readOrigin
}

func (c configuration) namedSources() []namedSource {
	var named []namedSource
	for _, kind := range []struct {
		read      readOrigin
		arguments []argument
	}{
		{c.keys, []argument{{"access_key", c.AccessKey}, {"secret_key", c.SecretKey}, {"security_token", c.SecurityToken}}},
		{c.profile, []argument{{"profile", c.Profile}, {"shared_credentials_file", c.SharedCredentialsFile}}},
		{c.credentialsURI, []argument{{"credentials_uri", c.CredentialsURI}}},
		{c.instanceRole, []argument{{"ecs_role_name", c.ECSRoleName}}},
	} {
		for _, given := range kind.arguments {
			if !given.value.IsNull() {
				named = append(named, namedSource{given.name, kind.read})
				break
			}
		}
	}
	if c.oidc != nil {
		named = append(named, namedSource{"assume_role_with_oidc", c.webIdentity})
	}
	return named
}

// argument is an argument of the provider block with its value.
type argument struct {
	name  string
	value attr.Value
}

func argumentsOf(sources []namedSource) string {
	var names []string
	for _, source := range sources {
		names = append(names, source.argument)
	}
	return strings.Join(names, " and ")
}

// keys are the keys of the block; nothing completes half of a pair.
func (c configuration) keys(_ environment, diags *diag.Diagnostics) origin {
	demand(c.AccessKey, "access_key", diags)
	demand(c.SecretKey, "secret_key", diags)
	return fixed(alicloud.StaticCredentials{
		AccessKeyID:     c.AccessKey.ValueString(),
		AccessKeySecret: c.SecretKey.ValueString(),
		SecurityToken:   c.SecurityToken.ValueString(),
	})
}

func demand(value types.String, name string, diags *diag.Diagnostics) {
	if value.IsNull() {
		diags.AddAttributeError(path.Root(name), "Incomplete access key",
			"The provider block names a part of an access key, but "+name+" is missing. "+
				"Keys in the environment are not used to complete it, because they may belong to another account.")
	}
}
