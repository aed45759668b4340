package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// accountReader is what every data source is made of: the account of its
// provider block, and how a read begins.
type accountReader struct{ account *account }

// Configure implements datasource.DataSourceWithConfigure.
func (r *accountReader) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	r.account = configuredAccount(req.ProviderData, &resp.Diagnostics)
}

// begin decodes the configuration into a model and finds out who asks. Nothing
// else is asked when it fails.
func (r *accountReader) begin(ctx context.Context, config tfsdk.Config, model any, diags *diag.Diagnostics) alicloud.Account {
	diags.Append(config.Get(ctx, model)...)
	who, identifyDiags := r.account.identify(ctx)
	diags.Append(identifyDiags...)
	return who
}

// shownText is an attribute that a data source fills in.
func shownText(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}
