package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

var _ list.ListResourceWithConfigure = (*destinationGrantLister)(nil)

// destinationGrantLister lists what destinationGrantResource could import.
type destinationGrantLister struct{ destinationGrantResource }

type destinationGrantListModel struct {
	BucketPrefix types.String `tfsdk:"bucket_prefix"`
	RoleARN      types.String `tfsdk:"role_arn"`
}

func newDestinationGrantLister() list.ListResource { return &destinationGrantLister{} }

// ListResourceConfigSchema implements list.ListResource.
func (l *destinationGrantLister) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the grants for replication roles in the policies of the account's buckets in the provider's region, for `terraform query` (Terraform 1.14 or later). " +
			"A grant is found by its meaning: a role session of the form `arn:sts::<uid>:assumed-role/<name>/*` that an unconditional statement allows a replication action on the bucket; " +
			"statements for everybody, for whole accounts or with wildcard actions are no grants. Each role of a shared statement is a grant of its own. " +
			"Needs `oss:ListBuckets` and `oss:GetBucketPolicy`. A policy that cannot be read is a warning, and so is a grant that `srr_destination_grant` cannot manage: " +
			"with other actions, or for a part of the bucket. A grant that gives less than replication takes, or only in one region, is listed with a warning: its import plans a change.",
		Attributes: map[string]schema.Attribute{
			"bucket_prefix": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Only grants on buckets whose names begin like this. OSS does the search, so other buckets cost no call.",
			},
			"role_arn": schema.StringAttribute{
				Optional: true, Validators: []validator.String{roleARN()}, MarkdownDescription: "Only grants for this role, `acs:ram::<uid>:role/<name>`.",
			},
		},
	}
}

// List implements list.ListResource.
func (l *destinationGrantLister) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var filter destinationGrantListModel
	diags := req.Config.Get(ctx, &filter)
	who, more := l.account.identify(ctx)
	if diags.Append(more...); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = results(req, func(out *listing) {
		read := func(ctx context.Context, b alicloud.BucketSummary) (*policy.Document, error) {
			raw, err := l.account.client.BucketPolicy(ctx, b.Name)
			if err != nil {
				return nil, err
			}
			return policy.Parse(policy.BucketPolicy, raw)
		}
		use := func(b alicloud.BucketSummary, document *policy.Document, err error) bool {
			if alicloud.HasCode(err, codeBucketMissing) { // it went in the meantime
				return true
			}
			if err != nil {
				return out.tell(leftOut("The policy of bucket "+b.Name, err))
			}
			return l.show(ctx, out, filter, b.Name, document, who.ID)
		}
		buckets := l.account.bucketsHere(ctx, filter.BucketPrefix.ValueString())
		if err := inOrder(ctx, out, buckets, read, use); err != nil {
			out.tell(callFailed("Cannot list the buckets of the account", err))
		}
	})
}

// show hands over the grants of one bucket that the filter lets through.
func (l *destinationGrantLister) show(
	ctx context.Context, out *listing, filter destinationGrantListModel, bucket string, document *policy.Document, owner string,
) bool {
	for _, principal := range document.Grantees(bucketGrant(owner, bucket, "")) {
		role, err := replication.ParsePrincipal(principal)
		if err != nil || !sameRoleOrAny(filter.RoleARN, role) {
			continue
		}
		grant := bucketGrant(owner, bucket, principal)
		if beyond := document.Beyond(grant); len(beyond) > 0 {
			if !out.tell(notListed("The grant for "+principal+" on bucket "+bucket, grantBeyond(beyond))) {
				return false
			}
			continue
		}
		m := destinationGrantModel{Bucket: types.StringValue(bucket), RoleARN: types.StringValue(role.ARN())}
		m.show(document.Find(grant).Projection, principal, owner)
		wanted, _ := m.grant(owner)
		less := warnLess("The grant for "+principal+" on bucket "+bucket, m.Statement.ValueString(), wanted)
		if !out.tell(less...) || !out.add(ctx, listed{role.ARN() + " on " + bucket, m.identity(), m}) {
			return false
		}
	}
	return true
}

// show puts an imported grant into the state.
func (m *destinationGrantModel) show(projection, principal, owner string) {
	m.AllowDeletes = types.BoolValue(strings.Contains(projection, replication.ActionDelete))
	m.AccountID, m.Principal, m.Statement = types.StringValue(owner), types.StringValue(principal), types.StringValue(projection)
}

// sameRoleOrAny is whether a filter lets a role through.
func sameRoleOrAny(filter types.String, role replication.Role) bool {
	if filter.IsNull() {
		return true
	}
	wanted, err := replication.ParseRoleARN(filter.ValueString())
	return err == nil && wanted.Same(role)
}
