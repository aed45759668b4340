package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

var _ datasource.DataSourceWithConfigure = (*progressDataSource)(nil)

type progressDataSource struct{ accountReader }

type progressModel struct {
	SourceBucket      types.String  `tfsdk:"source_bucket"`
	RuleID            types.String  `tfsdk:"rule_id"`
	DestinationBucket types.String  `tfsdk:"destination_bucket"`
	Status            types.String  `tfsdk:"status"`
	HistoryFraction   types.Float64 `tfsdk:"history_fraction"`
	ReplicatedUpTo    types.String  `tfsdk:"replicated_up_to"`
}

func newProgressDataSource() datasource.DataSource { return &progressDataSource{} }

func (d *progressDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rule_progress"
}

func (d *progressDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	one := stringvalidator.ExactlyOneOf(path.MatchRoot("rule_id"), path.MatchRoot("destination_bucket"))
	resp.Schema = schema.Schema{
		MarkdownDescription: "How far a replication rule has come, as of this read. Needs `oss:GetBucketReplicationProgress`, and `oss:GetBucketReplication` " +
			"to find a rule by its destination. OSS reports no progress for a rule that is not `doing`, and `doing` alone does not say that anything arrives.",
		Attributes: map[string]schema.Attribute{
			"source_bucket": schema.StringAttribute{
				Required: true, Validators: []validator.String{bucketName()}, MarkdownDescription: "Bucket that the rule copies from.",
			},
			"rule_id": schema.StringAttribute{
				Optional: true, Computed: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1), one},
				MarkdownDescription: "Id of the rule. Give this or `destination_bucket`.",
			},
			"destination_bucket": schema.StringAttribute{
				Optional: true, Computed: true, Validators: []validator.String{bucketName(), one},
				MarkdownDescription: "Bucket that the rule copies to. Give this or `rule_id`.",
			},
			"status": shownText("`starting`, `doing` or `closing`."),
			"history_fraction": schema.Float64Attribute{
				Computed: true, MarkdownDescription: "Part of the objects from before the rule that has been copied, 0 to 1. Null where the service says nothing.",
			},
			"replicated_up_to": schema.StringAttribute{
				Computed: true, MarkdownDescription: "New objects written before this time have been copied; RFC 3339 in UTC. Null where the service says nothing.",
			},
		},
	}
}

func (d *progressDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m progressModel
	d.begin(ctx, req.Config, &m, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	id := m.RuleID.ValueString()
	if m.RuleID.IsNull() {
		id = d.ruleTo(ctx, m, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	progress, err := d.account.client.RuleProgress(ctx, m.SourceBucket.ValueString(), id)
	if alicloud.HasCode(err, "NoSuchReplicationRule", "NoSuchReplicationConfiguration") {
		at, name := path.Root("rule_id"), fmt.Sprintf("rule with the id %q", id)
		if m.RuleID.IsNull() {
			at, name = path.Root("destination_bucket"), fmt.Sprintf("rule to %s any more", m.DestinationBucket.ValueString())
		}
		resp.Diagnostics.AddAttributeError(at, "Rule does not exist", fmt.Sprintf(
			"Bucket %s has no %s. The data source srr_rules shows the rules that it has, with their ids.\n\n%v", m.SourceBucket.ValueString(), name, err))
		return
	}
	if err != nil {
		resp.Diagnostics.Append(callFailed(fmt.Sprintf("Cannot read the progress of rule %s of bucket %s", id, m.SourceBucket.ValueString()), err))
		return
	}
	m.show(progress)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// ruleTo is the id of the rule for a destination, a rule that lives before one
// that is closing.
func (d *progressDataSource) ruleTo(ctx context.Context, m progressModel, diags *diag.Diagnostics) string {
	source, destination := m.SourceBucket.ValueString(), m.DestinationBucket.ValueString()
	rules, err := d.account.client.Rules(ctx, source)
	if err != nil {
		diags.Append(callFailed("Cannot read the rules of bucket "+source, err))
		return ""
	}
	id := ""
	for _, r := range rules {
		if r.DestinationBucket == destination && (id == "" || r.Status != alicloud.RuleClosing) {
			id = r.ID
		}
	}
	if id == "" {
		diags.AddAttributeError(path.Root("destination_bucket"), "Rule does not exist", fmt.Sprintf("Bucket %s has no rule to %s.", source, destination))
	}
	return id
}

func (m *progressModel) show(p alicloud.RuleProgress) {
	m.RuleID, m.DestinationBucket, m.Status = types.StringValue(p.Rule.ID), textOrNull(p.Rule.DestinationBucket), textOrNull(p.Rule.Status)
	m.HistoryFraction = types.Float64PointerValue(p.History)
	m.ReplicatedUpTo = types.StringNull()
	if !p.NewObject.IsZero() {
		m.ReplicatedUpTo = types.StringValue(p.NewObject.UTC().Format(time.RFC3339))
	}
}
