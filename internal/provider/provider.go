// Package provider is the Terraform surface: schema, plan and state.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Address is where the provider is published.
const Address = "registry.terraform.io/terraform-srr/srr"

var (
	_ provider.Provider              = (*srrProvider)(nil)
	_ provider.ProviderWithFunctions = (*srrProvider)(nil)
)

type srrProvider struct{ version string }

// New returns the provider of one process; version goes into its metadata.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return &srrProvider{version: version} }
}

func (p *srrProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "srr"
	resp.Version = p.version
}

func (p *srrProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Cross-account same-region replication of Alibaba Cloud OSS buckets.",
	}
}

func (p *srrProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (p *srrProvider) Resources(context.Context) []func() resource.Resource { return nil }

func (p *srrProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }

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
