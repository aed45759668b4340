package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// destinationGrantModel is the state of srr_destination_grant.
type destinationGrantModel struct {
	Bucket       types.String `tfsdk:"bucket"`
	RoleARN      types.String `tfsdk:"role_arn"`
	AllowDeletes types.Bool   `tfsdk:"allow_deletes"`
	AccountID    types.String `tfsdk:"account_id"`
	Principal    types.String `tfsdk:"principal"`
	Statement    types.String `tfsdk:"statement"`
}

// destinationGrantIdentityModel names one grant among all accounts.
type destinationGrantIdentityModel struct {
	AccountID types.String `tfsdk:"account_id"`
	Bucket    types.String `tfsdk:"bucket"`
	RoleARN   types.String `tfsdk:"role_arn"`
}

func destinationGrantSchemaV0() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "What one replication role of another account may do on a bucket of this account. " +
			"The resource owns this one grant inside the bucket policy; every other statement keeps its bytes and its place. " +
			"It works with the role's ARN alone, without any credentials of the source account.\n\n" +
			"Resources that manage the whole policy take the grant away again: give `alicloud_oss_bucket` `lifecycle { ignore_changes = [policy] }`, " +
			"and do not use `alicloud_oss_bucket_policy` for the same bucket. A `moved` block takes over one that holds a grant and nothing else, " +
			"see the guide \"Migrating to this provider\". " + sharedDocumentNote,
		Attributes: map[string]schema.Attribute{
			"bucket": schema.StringAttribute{
				Required: true, Validators: []validator.String{bucketName()},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplaceIf(otherValue, "Another bucket.", "Another bucket.")},
				MarkdownDescription: "Bucket that receives the replicas. It belongs to the account of this provider block.",
			},
			"role_arn": schema.StringAttribute{
				Required: true, Validators: []validator.String{roleARN()},
				PlanModifiers:       []planmodifier.String{spellingOfRole(), stringplanmodifier.RequiresReplaceIf(otherRole, "Another role.", "Another role.")},
				MarkdownDescription: "ARN of the replication role, `acs:ram::<uid>:role/<name>`, normally `srr_replication_role.….arn`. Another spelling of the same role changes nothing.",
			},
			"allow_deletes": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(true),
				MarkdownDescription: "Whether the role may also delete in the bucket (`oss:ReplicateDelete`). Default `true`, as the OSS documentation has it; " +
					"rules that repeat deletions need it, and delete markers between versioned buckets probably need it as well.",
			},
			"account_id": schema.StringAttribute{Computed: true, MarkdownDescription: "UID of the account that owns the bucket."},
			"principal":  schema.StringAttribute{Computed: true, MarkdownDescription: "The role as the bucket policy names it: `arn:sts::<uid>:assumed-role/<name>/*`."},
			"statement": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The grant as the bucket policy holds it now, as JSON in a fixed order. A change by hand shows up here in the plan; other statements never do.",
			},
		},
	}
}

func destinationGrantIdentitySchemaV0() identityschema.Schema {
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"account_id": identityschema.StringAttribute{OptionalForImport: true, Description: "UID of the account that owns the bucket."},
		"bucket":     identityschema.StringAttribute{RequiredForImport: true, Description: "Bucket."},
		"role_arn":   identityschema.StringAttribute{RequiredForImport: true, Description: "ARN of the replication role."},
	}}
}

// otherValue replaces when namesOther says so.
func otherValue(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = namesOther(req.StateValue, req.PlanValue)
}

// otherRole replaces when namesOtherRole says so.
func otherRole(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = namesOtherRole(req.StateValue, req.PlanValue)
}

// namesOther wants a known, different value: an unknown one may turn out equal.
func namesOther(state, plan types.String) bool {
	return !plan.IsUnknown() && !plan.Equal(state)
}

// namesOtherRole wants an ARN of another role.
func namesOtherRole(state, plan types.String) bool {
	before, errBefore := replication.ParseRoleARN(state.ValueString())
	after, errAfter := replication.ParseRoleARN(plan.ValueString())
	return !plan.IsUnknown() && (errBefore != nil || errAfter != nil || !before.Same(after))
}
