package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Session durations in seconds (RAM CreateRole page, 2026-03).
const (
	minSessionDuration = 3600
	maxSessionDuration = 43200
	maxDescription     = 1024
)

// roleModel is the state of srr_replication_role.
type roleModel struct {
	Name                types.String `tfsdk:"name"`
	SourceBuckets       types.Set    `tfsdk:"source_buckets"`
	PolicyName          types.String `tfsdk:"policy_name"`
	Description         types.String `tfsdk:"description"`
	MaxSessionDuration  types.Int64  `tfsdk:"max_session_duration"`
	KMSKeyARNs          types.Set    `tfsdk:"kms_key_arns"`
	KMSCryptoUserAccess types.Bool   `tfsdk:"kms_crypto_user_access"`
	ForceDetachPolicies types.Bool   `tfsdk:"force_detach_policies"`
	ARN                 types.String `tfsdk:"arn"`
	RoleID              types.String `tfsdk:"role_id"`
	AccountID           types.String `tfsdk:"account_id"`
	Principal           types.String `tfsdk:"principal"`
	TrustPolicy         types.String `tfsdk:"trust_policy"`
	PolicyDocument      types.String `tfsdk:"policy_document"`
}

// roleIdentityModel names one role among all accounts.
type roleIdentityModel struct {
	AccountID types.String `tfsdk:"account_id"`
	Name      types.String `tfsdk:"name"`
}

func roleSchemaV0() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "The RAM role that OSS assumes to read the source buckets, with exactly the permissions that takes. " +
			"It belongs to the account of the source buckets.\n\n" +
			"A `moved` block takes over an `alicloud_ram_role`, see the guide \"Migrating to this provider\".",
		Attributes: mergeAttributes(roleArguments(), roleResults()),
	}
}

func roleArguments() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required: true, Validators: []validator.String{roleName()},
			PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplaceIf(otherName,
				"Another name is another role.", "Another name is another role; upper and lower case are the same to RAM.")},
			MarkdownDescription: "Name of the role: 1 to 64 letters, digits, `.` and `-`. Another name replaces the role; a change of upper and lower case alone does not.",
		},
		"source_buckets": schema.SetAttribute{
			Required: true, ElementType: types.StringType,
			Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(bucketName())},
			MarkdownDescription: "Buckets that the role may list and read for replication. RAM limits the policy to 6,144 characters, enough for about 60 buckets with names of 30 characters.",
		},
		"policy_name": schema.StringAttribute{
			Optional: true, Computed: true, Validators: []validator.String{policyName()},
			MarkdownDescription: "Name of the custom policy: 1 to 128 letters, digits and `-`. Default: the role's name with `.` replaced by `-`. Changing it swaps the policy in place.",
		},
		"description": schema.StringAttribute{
			Optional: true, Computed: true, Validators: []validator.String{stringvalidator.LengthAtMost(maxDescription)},
			MarkdownDescription: "Description of the role, up to 1,024 characters. Default: `" + defaultDescription + "`; an imported role keeps the one it had. An empty text leaves the description of a role as it is, because RAM cannot clear one.",
		},
		"max_session_duration": schema.Int64Attribute{
			Optional: true, Computed: true, Default: int64default.StaticInt64(minSessionDuration),
			Validators:          []validator.Int64{int64validator.Between(minSessionDuration, maxSessionDuration)},
			MarkdownDescription: "Longest session of the role in seconds, 3,600 (default) to 43,200.",
		},
		"kms_key_arns": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			Validators: []validator.Set{
				setvalidator.SizeAtLeast(1),
				setvalidator.ValueStringsAre(keyARN()),
			},
			MarkdownDescription: "ARNs of the KMS keys that the role may use: those of encrypted source objects and of their replicas. The least that KMS-encrypted replication needs.",
		},
		"kms_crypto_user_access": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Attach the system policy `AliyunKMSCryptoUserAccess`, which lets the role use every key. Default `false`; prefer `kms_key_arns`. The two exclude each other. " +
				"This attachment is the resource's own: with `false`, one that somebody else made shows up in the plan and is removed.",
		},
		"force_detach_policies": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "On destroy, also detach policies that somebody else attached to the role. Default `false`: destroy then stops and names them.",
		},
	}
}

func roleResults() map[string]schema.Attribute {
	kept := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	return map[string]schema.Attribute{
		"arn":        schema.StringAttribute{Computed: true, MarkdownDescription: "`acs:ram::<account>:role/<name in lower case>`, known at plan."},
		"role_id":    schema.StringAttribute{Computed: true, PlanModifiers: kept, MarkdownDescription: "Id that RAM gave this role. A role that was deleted and made anew under the same name has another."},
		"account_id": schema.StringAttribute{Computed: true, PlanModifiers: kept, MarkdownDescription: "16-digit UID of the account, known at plan."},
		"principal":  schema.StringAttribute{Computed: true, MarkdownDescription: "How bucket policies name the sessions of the role, known at plan."},
		"trust_policy": schema.StringAttribute{
			Computed: true, MarkdownDescription: "Who may assume the role, as read. A difference in a plan is a change made outside Terraform, and is undone.",
		},
		"policy_document": schema.StringAttribute{
			Computed: true, MarkdownDescription: "What the role may do by its own policy, as read; empty when the policy is missing or not attached. A difference in a plan is a change made outside Terraform, and is undone.",
		},
	}
}

func mergeAttributes(groups ...map[string]schema.Attribute) map[string]schema.Attribute {
	merged := map[string]schema.Attribute{}
	for _, group := range groups {
		for name, attribute := range group {
			merged[name] = attribute
		}
	}
	return merged
}

// otherName demands a new role only where RAM would see another name.
func otherName(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
	if req.PlanValue.IsUnknown() {
		return
	}
	resp.RequiresReplace = !strings.EqualFold(req.StateValue.ValueString(), req.PlanValue.ValueString())
}

func roleIdentitySchemaV0() identityschema.Schema {
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"account_id": identityschema.StringAttribute{OptionalForImport: true, Description: "UID of the account; by default that of the provider's credentials."},
		"name":       identityschema.StringAttribute{RequiredForImport: true, Description: "Name of the role."},
	}}
}
