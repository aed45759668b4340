package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

var _ datasource.DataSourceWithConfigure = (*bucketDataSource)(nil)

type bucketDataSource struct{ accountReader }

type bucketModel struct {
	Bucket            types.String `tfsdk:"bucket"`
	OwnerID           types.String `tfsdk:"owner_id"`
	Region            types.String `tfsdk:"region"`
	Location          types.String `tfsdk:"location"`
	Versioning        types.String `tfsdk:"versioning"`
	SSEAlgorithm      types.String `tfsdk:"sse_algorithm"`
	KMSKeyID          types.String `tfsdk:"kms_key_id"`
	BlockPublicAccess types.Bool   `tfsdk:"block_public_access"`
	ACL               types.String `tfsdk:"acl"`
}

func newBucketDataSource() datasource.DataSource { return &bucketDataSource{} }

func (d *bucketDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_bucket"
}

func (d *bucketDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "What replication needs to know of a bucket. Needs `oss:GetBucketInfo`; a bucket of another account can be read only where its policy allows that.",
		Attributes: map[string]schema.Attribute{
			"bucket": schema.StringAttribute{
				Required: true, Validators: []validator.String{bucketName()}, MarkdownDescription: "Name of the bucket.",
			},
			"owner_id":      shownText("UID of the account that owns the bucket."),
			"region":        shownText("Region id, for example `cn-hangzhou`."),
			"location":      shownText("Region as OSS writes it in rules, for example `oss-cn-hangzhou`."),
			"versioning":    shownText("`Enabled`, `Suspended`, or empty if it was never set. Replication needs the same on both sides, and not `Suspended`."),
			"sse_algorithm": shownText("Default encryption of new objects: `AES256`, `KMS`, `SM4`, or empty for none."),
			"kms_key_id":    shownText("KMS key of the default encryption, empty for the service's own key or where KMS is not used."),
			"block_public_access": schema.BoolAttribute{
				Computed: true, MarkdownDescription: "Whether public policies and ACLs have no effect. It does not touch a grant to a role.",
			},
			"acl": shownText("`private`, `public-read` or `public-read-write`."),
		},
	}
}

func (d *bucketDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m bucketModel
	who := d.begin(ctx, req.Config, &m, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	info, err := d.account.client.BucketInfo(ctx, m.Bucket.ValueString())
	if err != nil {
		resp.Diagnostics.Append(bucketUnreadable(m.Bucket.ValueString(), who, err))
		return
	}
	m.OwnerID, m.Region, m.Location = types.StringValue(info.OwnerID), types.StringValue(info.Region), types.StringValue(info.Location)
	m.Versioning, m.SSEAlgorithm = types.StringValue(info.Versioning), types.StringValue(info.SSEAlgorithm)
	m.KMSKeyID, m.ACL = types.StringValue(info.KMSKeyID), types.StringValue(info.ACL)
	m.BlockPublicAccess = types.BoolValue(info.BlockPublicAccess)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func bucketUnreadable(bucket string, who alicloud.Account, err error) diag.Diagnostic {
	if !alicloud.IsForeignBucket(err) {
		failed := callFailed("Cannot read the bucket "+bucket, err)
		return diag.NewAttributeErrorDiagnostic(path.Root("bucket"), failed.Summary(), failed.Detail())
	}
	return diag.NewAttributeErrorDiagnostic(path.Root("bucket"), "Bucket of another account", fmt.Sprintf(
		"The provider's credentials belong to account %s, which does not own bucket %s, and no bucket policy lets them read it. "+
			"Use the provider block of the account that owns the bucket.\n\n%v", who.ID, bucket, err))
}
