package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// keyPolicyModel is the state of srr_kms_key_policy.
type keyPolicyModel struct {
	KeyID     types.String `tfsdk:"key_id"`
	RoleARN   types.String `tfsdk:"role_arn"`
	Actions   types.Set    `tfsdk:"actions"`
	KeyARN    types.String `tfsdk:"key_arn"`
	AccountID types.String `tfsdk:"account_id"`
	Sid       types.String `tfsdk:"sid"`
	Statement types.String `tfsdk:"statement"`
}

// keyPolicyIdentityModel names one key grant among all accounts.
type keyPolicyIdentityModel struct {
	KeyARN  types.String `tfsdk:"key_arn"`
	RoleARN types.String `tfsdk:"role_arn"`
}

// keyUses are the actions that a key policy can give to a role of another
// account; KMS ignores all others (KMS "Configure a key policy" page, 2024-12).
func keyUses() []string {
	return []string{
		"kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateAndExportDataKey", "kms:AsymmetricEncrypt",
		"kms:AsymmetricDecrypt", "kms:DescribeKey", "kms:DescribeKeyVersion", "kms:ListKeyVersions", "kms:ListAliasesByKeyId",
		"kms:TagResource",
	}
}

// byKeyUse orders actions as the documentation lists them.
func byKeyUse(a, b string) int { return slices.Index(keyUses(), a) - slices.Index(keyUses(), b) }

func keyPolicySchemaV0() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "What one replication role of another account may do with a KMS key of this account. " +
			"The resource owns this one statement inside the key policy; every other statement, the owner's first of all, keeps its bytes and its place. " +
			"The key must belong to a KMS instance with an access management quantity of at least 2.\n\n" +
			"`alicloud_kms_key` with a `policy` takes the statement away again: leave `policy` out, or add `lifecycle { ignore_changes = [policy] }`. " + sharedDocumentNote,
		Attributes: map[string]schema.Attribute{
			"key_id": schema.StringAttribute{
				Required: true, Validators: []validator.String{keyIDOrARN()},
				PlanModifiers:       []planmodifier.String{spellingOfKey(), stringplanmodifier.RequiresReplaceIf(otherKey, "Another key.", "Another key.")},
				MarkdownDescription: "Id or ARN of the key that encrypts the replicas. An alias is refused: it can be pointed at another key, which a rule would not follow.",
			},
			"role_arn": schema.StringAttribute{
				Required: true, Validators: []validator.String{roleARN()},
				PlanModifiers:       []planmodifier.String{spellingOfRole(), stringplanmodifier.RequiresReplaceIf(otherRole, "Another role.", "Another role.")},
				MarkdownDescription: "ARN of the replication role, `acs:ram::<uid>:role/<name>`.",
			},
			"actions": schema.SetAttribute{
				Optional: true, Computed: true, ElementType: types.StringType, Default: setdefault.StaticValue(stringSet(replication.DefaultKeyActions())),
				Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(stringvalidator.OneOf(keyUses()...)), replicationKeyActions{}},
				MarkdownDescription: "Actions to allow. Default: `kms:Decrypt`, `kms:GenerateDataKey` and `kms:DescribeKey`. The first two are what replication needs.",
			},
			"key_arn": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "ARN of the key, for `replica_kms_key_id` of the rule: a rule that uses it waits for this grant.",
			},
			"account_id": schema.StringAttribute{Computed: true, MarkdownDescription: "UID of the account that owns the key."},
			"sid":        schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the statement. It only helps people to find the statement; the provider recognises it by its meaning."},
			"statement": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The grant as the key policy holds it now, as JSON in a fixed order. A change by hand shows up here in the plan; other statements never do.",
			},
		},
	}
}

func keyPolicyIdentitySchemaV0() identityschema.Schema {
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"key_arn":  identityschema.StringAttribute{RequiredForImport: true, Description: "ARN of the key."},
		"role_arn": identityschema.StringAttribute{RequiredForImport: true, Description: "ARN of the replication role."},
	}}
}

func stringSet(values []string) types.Set {
	elements := make([]attr.Value, 0, len(values))
	for _, v := range values {
		elements = append(elements, types.StringValue(v))
	}
	return types.SetValueMust(types.StringType, elements)
}

// replicationKeyActions demands the two actions without which nothing encrypted
// is copied (OSS cross-account same-region replication page, 2026).
type replicationKeyActions struct{}

// Description implements validator.Set.
func (replicationKeyActions) Description(context.Context) string {
	return "must contain kms:Decrypt and kms:GenerateDataKey"
}

// MarkdownDescription implements validator.Set.
func (v replicationKeyActions) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

// ValidateSet implements validator.Set.
func (replicationKeyActions) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	if req.ConfigValue.IsNull() || unknownSet(req.ConfigValue) {
		return
	}
	for _, needed := range []string{"kms:Decrypt", "kms:GenerateDataKey"} {
		if !slices.ContainsFunc(req.ConfigValue.Elements(), func(v attr.Value) bool { return v.Equal(types.StringValue(needed)) }) {
			resp.Diagnostics.AddAttributeError(req.Path, "Action is missing",
				"OSS needs "+needed+" to write encrypted replicas. Add it, or leave actions out for the default.")
		}
	}
}

// otherKey replaces when namesOtherKey says so.
func otherKey(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = namesOtherKey(req.StateValue, req.PlanValue)
}

// namesOtherKey wants an id or ARN of another key.
func namesOtherKey(state, plan types.String) bool {
	return !plan.IsUnknown() && keyIDOf(plan.ValueString()) != keyIDOf(state.ValueString())
}

// keyIDOf is the id in an ARN, or the id itself.
func keyIDOf(text string) string {
	if key, err := replication.ParseKeyARN(text); err == nil {
		return key.ID
	}
	return text
}
