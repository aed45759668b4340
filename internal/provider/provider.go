// Package provider is the Terraform surface: schema, plan and state.
package provider

import (
	"context"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Address is where the provider is published.
const Address = "registry.terraform.io/terraform-srr/srr"

var (
	_ provider.Provider                  = (*srrProvider)(nil)
	_ provider.ProviderWithFunctions     = (*srrProvider)(nil)
	_ provider.ProviderWithListResources = (*srrProvider)(nil)
)

type srrProvider struct {
	version string
	env     environment
	// transport carries every request; nil means one that honours the proxy variables.
	transport http.RoundTripper
	// notesDir and runName say where the processes of a machine, and those of one
	// run of Terraform, keep notes for each other; nil without.
	notesDir, runName func() string
}

// Option changes the provider that New returns.
type Option func(*srrProvider)

// ShareNotes lets the provider processes of one machine know what the others have
// begun, so that two provider blocks do not take over the same rule: dir holds
// the notes, and run names the run of Terraform that the process serves. Both are
// asked when there is something to note: what only validates, or only tells its
// schema, touches no file. Without it, or with an empty dir, a process knows only of
// itself.
func ShareNotes(dir, run func() string) Option {
	return func(p *srrProvider) { p.notesDir, p.runName = dir, run }
}

// New returns the provider of one process. The version goes into metadata and
// user agent; env reads environment variables, os.Getenv outside tests.
func New(version string, env func(name string) string, options ...Option) func() provider.Provider {
	return func() provider.Provider {
		made := &srrProvider{version: version, env: env}
		for _, apply := range options {
			apply(made)
		}
		return made
	}
}

// NewThrough is New of the version "test" with a transport for every request, for
// tests of what the network can do: the metadata server of ECS has a fixed address,
// and the client's own time-out is long.
func NewThrough(transport http.RoundTripper, env func(name string) string) func() provider.Provider {
	return func() provider.Provider { return &srrProvider{version: "test", env: env, transport: transport} }
}

func (p *srrProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "srr"
	resp.Version = p.version
}

func (p *srrProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerSchema()
}

func (p *srrProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{newRoleResource, newDestinationGrantResource, newKeyPolicyResource, newRuleResource}
}

func (p *srrProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{newRoleLister, newDestinationGrantLister, newKeyPolicyLister, newRuleLister}
}

func (p *srrProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{newAccountDataSource, newBucketDataSource, newRulesDataSource, newProgressDataSource, newCheckDataSource}
}

func (p *srrProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		newRoleARNFunction,
		newParseRoleARNFunction,
		newRolePrincipalFunction,
		newSourcePolicyFunction,
		newDestinationPolicyFunction,
		newKMSStatementFunction,
	}
}
