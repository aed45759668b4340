package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// ruleModel is the state of srr_rule. It holds no status and no progress:
// those change by themselves.
type ruleModel struct {
	SourceBucket       types.String   `tfsdk:"source_bucket"`
	DestinationBucket  types.String   `tfsdk:"destination_bucket"`
	Role               types.String   `tfsdk:"role"`
	ReplicateHistory   types.Bool     `tfsdk:"replicate_history"`
	ReplicateDeletes   types.Bool     `tfsdk:"replicate_deletes"`
	Prefixes           types.Set      `tfsdk:"prefixes"`
	TagFilter          types.Object   `tfsdk:"tag_filter"`
	ReplicaKMSKeyID    types.String   `tfsdk:"replica_kms_key_id"`
	WaitUntilActive    types.Bool     `tfsdk:"wait_until_active"`
	PreventReplacement types.Bool     `tfsdk:"prevent_replacement"`
	AdoptExisting      types.Bool     `tfsdk:"adopt_existing"`
	Timeouts           timeouts.Value `tfsdk:"timeouts"`
	RuleID             types.String   `tfsdk:"rule_id"`
	AccountID          types.String   `tfsdk:"account_id"`
}

type tagFilterModel struct {
	Match types.String `tfsdk:"match"`
	Tags  types.Set    `tfsdk:"tags"`
}

type tagModel struct {
	Key   types.String `tfsdk:"key"`
	Value types.String `tfsdk:"value"`
}

// ruleIdentityModel names one rule among all accounts.
type ruleIdentityModel struct {
	AccountID    types.String `tfsdk:"account_id"`
	SourceBucket types.String `tfsdk:"source_bucket"`
	RuleID       types.String `tfsdk:"rule_id"`
}

func tagType() types.ObjectType {
	return types.ObjectType{AttrTypes: map[string]attr.Type{"key": types.StringType, "value": types.StringType}}
}

func tagFilterType() types.ObjectType {
	return types.ObjectType{AttrTypes: map[string]attr.Type{
		"match": types.StringType, "tags": types.SetType{ElemType: tagType()},
	}}
}

func ruleSchemaV0(ctx context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "A replication rule from a bucket of this account to a bucket of the same region, normally in another account. " +
			"OSS cannot change a rule: whatever differs replaces it, which stops replication for some minutes. " +
			"Deletions travel only with `replicate_deletes`; delete markers between versioned buckets always do.\n\n" +
			"A `moved` block takes over an `alicloud_oss_bucket_replication`, see the guide \"Migrating to this provider\".",
		Attributes: mergeAttributes(ruleArguments(), ruleSettings(ctx), ruleResults()),
	}
}

// ruleArguments make up the rule; each of them is immutable in the service.
func ruleArguments() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"source_bucket": schema.StringAttribute{
			Required: true, Validators: []validator.String{bucketName()},
			MarkdownDescription: "Bucket to copy from. It belongs to the account of this provider block. Changing it replaces the rule.",
		},
		"destination_bucket": schema.StringAttribute{
			Required: true, Validators: []validator.String{bucketName()},
			MarkdownDescription: "Bucket to copy to, in the same region. OSS allows one rule for a pair of buckets. Changing it replaces the rule.",
		},
		"role": schema.StringAttribute{
			Required: true, Validators: []validator.String{roleNameOrARN()},
			MarkdownDescription: "Role that OSS assumes: name or ARN, of the account of this provider block. Another role replaces the rule; another spelling of the same role changes nothing.",
		},
		"replicate_history": schema.BoolAttribute{
			Required:            true,
			MarkdownDescription: "Whether objects from before the rule are copied as well; they overwrite objects of the same name. Required, because it cannot be changed later. Changing it replaces the rule.",
		},
		"replicate_deletes": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Whether deletions are repeated in the destination. Default `false`; delete markers between versioned buckets are copied even then. Changing it replaces the rule.",
		},
		"prefixes": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			Validators: []validator.Set{setvalidator.SizeAtLeast(1)},
			MarkdownDescription: "Key prefixes to replicate, without bucket name and wildcard; none may contain another. At most 10, unless the quota was raised and the provider's `prefix_limit` says so. " +
				"Leave it out for the whole bucket. Changing it replaces the rule.",
		},
		"tag_filter": schema.SingleNestedAttribute{
			Optional: true, Attributes: tagFilterAttributes(),
			MarkdownDescription: "Replicate only objects with these tags. Works only with `replicate_deletes = false`. Changing it replaces the rule.",
		},
		"replica_kms_key_id": schema.StringAttribute{
			Optional: true, Validators: []validator.String{replicaKey()},
			MarkdownDescription: "ARN of the destination account's KMS key for replicas. When it is set, objects encrypted with KMS are replicated, otherwise OSS skips them silently. " +
				"A bare key id would copy nothing across accounts. Changing it replaces the rule.",
		},
	}
}

func tagFilterAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"match": schema.StringAttribute{
			Required: true, Validators: []validator.String{stringvalidator.OneOf(string(replication.MatchAll), string(replication.MatchAny))},
			MarkdownDescription: "`all`: an object must have every tag. `any`: one is enough.",
		},
		"tags": schema.SetNestedAttribute{
			Required: true, Validators: []validator.Set{setvalidator.SizeAtLeast(1)},
			MarkdownDescription: "1 to 10 tags; upper and lower case differ.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"key":   schema.StringAttribute{Required: true, MarkdownDescription: "1 to 128 characters: letters, digits, space and `+ - = . _ : /`."},
				"value": schema.StringAttribute{Required: true, MarkdownDescription: "Up to 256 characters of the same kind."},
			}},
		},
	}
}

// ruleSettings are this provider's own; changing them touches nothing in OSS.
func ruleSettings(ctx context.Context) map[string]schema.Attribute {
	flag := func(text string) schema.BoolAttribute {
		return schema.BoolAttribute{Optional: true, Computed: true, Default: booldefault.StaticBool(false), MarkdownDescription: text}
	}
	return map[string]schema.Attribute{
		"wait_until_active":   flag("Wait until OSS reports the rule as active, usually 3 to 5 minutes. A time-out is a warning: the rule exists. Default `false`."),
		"prevent_replacement": flag("Refuse every plan that would replace the rule, also for a tainted one, with `-replace` and with `replace_triggered_by`. A tainted rule whose buckets change in the same plan, or are not known yet, cannot be told from a new one: untaint it first. Set it to `false` and apply to allow it again. Default `false`."),
		"adopt_existing": flag("If the pair has a rule already, take it over, but only when all its fields equal this configuration. Default `false`: an existing rule is an error that prints the import. " +
			"A rule that another resource of the same run has is never taken over, whichever provider block that resource uses. Resources in another state, on another machine, in a saved plan or outside `-target` " +
			"cannot be detected. The next plan that sees both resources warns, and one that would destroy either is refused."),
		"timeouts": ruleTimeouts(ctx),
	}
}

// ruleTimeouts says what the limits are for; the library describes each of them, but not the whole.
func ruleTimeouts(ctx context.Context) schema.Attribute {
	limits := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, Delete: true,
		CreateDescription: "Limit for creating, including waiting for an old rule of the same pair to go and for `wait_until_active`. Default `30m`.",
		DeleteDescription: "Limit for waiting until the rule has left the list of the bucket. Default `30m`.",
	})
	if described, ok := limits.(schema.SingleNestedAttribute); ok {
		described.MarkdownDescription = "How long to wait, as numbers with units, such as `90s` or `1h30m`."
		return described
	}
	return limits
}

func ruleResults() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"rule_id":    schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the rule, unique in the source bucket."},
		"account_id": schema.StringAttribute{Computed: true, MarkdownDescription: "UID of the account that owns the source bucket."},
	}
}

func ruleIdentitySchemaV0() identityschema.Schema {
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"account_id":    identityschema.StringAttribute{OptionalForImport: true, Description: "UID of the account that owns the source bucket."},
		"source_bucket": identityschema.StringAttribute{RequiredForImport: true, Description: "Source bucket."},
		"rule_id":       identityschema.StringAttribute{RequiredForImport: true, Description: "Id of the rule."},
	}}
}
