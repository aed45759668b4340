package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/check"
)

var (
	_ datasource.DataSourceWithConfigure      = (*checkDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*checkDataSource)(nil)
)

type checkDataSource struct{ accountReader }

type checkModel struct {
	SourceBucket      types.String   `tfsdk:"source_bucket"`
	DestinationBucket types.String   `tfsdk:"destination_bucket"`
	Role              types.String   `tfsdk:"role"`
	ReplicaKMSKeyID   types.String   `tfsdk:"replica_kms_key_id"`
	Prefixes          types.Set      `tfsdk:"prefixes"`
	TagFilter         types.Object   `tfsdk:"tag_filter"`
	ReplicateHistory  types.Bool     `tfsdk:"replicate_history"`
	ReplicateDeletes  types.Bool     `tfsdk:"replicate_deletes"`
	AccountID         types.String   `tfsdk:"account_id"`
	Verdicts          []verdictModel `tfsdk:"verdicts"`
	Ready             types.Bool     `tfsdk:"ready"`
	Complete          types.Bool     `tfsdk:"complete"`
}

type verdictModel struct {
	ID     types.String `tfsdk:"id"`
	Status types.String `tfsdk:"status"`
	Seen   types.String `tfsdk:"seen"`
	Advice types.String `tfsdk:"advice"`
}

func newCheckDataSource() datasource.DataSource { return &checkDataSource{} }

func (d *checkDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_check"
}

func (d *checkDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = checkSchema()
}

// ValidateConfig refuses what no rule may have, as srr_rule does.
func (d *checkDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var m checkModel
	if resp.Diagnostics.Append(req.Config.Get(ctx, &m)...); resp.Diagnostics.HasError() {
		return
	}
	asked := m.asRule()
	resp.Diagnostics.Append(asked.check(ctx)...)
}

func (d *checkDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m checkModel
	who := d.begin(ctx, req.Config, &m, &resp.Diagnostics)
	asked := m.asRule()
	in, diags := asked.checkInput(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	facts, err := check.Read(ctx, d.account.client, who, in)
	if err != nil {
		resp.Diagnostics.AddError("The check was interrupted", err.Error())
		return
	}
	m.AccountID = types.StringValue(who.ID)
	m.show(check.Judge(in, facts))
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// asRule is the rule that the check is about.
func (m *checkModel) asRule() ruleModel {
	return ruleModel{
		SourceBucket: m.SourceBucket, DestinationBucket: m.DestinationBucket, Role: m.Role, Prefixes: m.Prefixes, TagFilter: m.TagFilter,
		ReplicateHistory: m.ReplicateHistory, ReplicateDeletes: m.ReplicateDeletes, ReplicaKMSKeyID: m.ReplicaKMSKeyID,
	}
}

func (m *checkModel) show(report check.Report) {
	m.Verdicts = make([]verdictModel, 0, len(report))
	for _, v := range report {
		m.Verdicts = append(m.Verdicts, verdictModel{
			types.StringValue(v.ID), types.StringValue(string(v.Status)), types.StringValue(v.Seen), types.StringValue(v.Advice),
		})
	}
	m.Ready, m.Complete = types.BoolValue(report.Ready()), types.BoolValue(report.Complete())
}
