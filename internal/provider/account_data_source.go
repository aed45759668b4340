package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var (
	_ datasource.DataSource              = (*accountDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*accountDataSource)(nil)
)

type accountDataSource struct{ accountReader }

type accountModel struct {
	AccountID  types.String `tfsdk:"account_id"`
	CallerARN  types.String `tfsdk:"caller_arn"`
	CallerType types.String `tfsdk:"caller_type"`
	Region     types.String `tfsdk:"region"`
}

func newAccountDataSource() datasource.DataSource { return &accountDataSource{} }

func (d *accountDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_account"
}

func (d *accountDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Which account, identity and region a provider block speaks for. Needs no permission.",
		Attributes: map[string]schema.Attribute{
			"account_id":  shownText("16-digit UID of the account."),
			"caller_arn":  shownText("ARN of the root identity, RAM user or role session."),
			"caller_type": shownText("`Account`, `RAMUser` or `AssumedRoleUser`."),
			"region":      shownText("Region id of the provider block."),
		},
	}
}

func (d *accountDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	who, diags := d.account.identify(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, accountModel{
		AccountID:  types.StringValue(who.ID),
		CallerARN:  types.StringValue(who.ARN),
		CallerType: types.StringValue(who.Type),
		Region:     types.StringValue(d.account.client.Region()),
	})...)
}
