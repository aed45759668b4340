package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

func checkSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Pre-flight of a replication: reads what the provider's account may read and says, cause by cause, whether objects would be copied. " +
			"OSS reports none of these causes; a rule says `doing` and nothing arrives. It writes nothing.\n\n" +
			"One account sees only its side; the other side is `unknown`, never `ok`. Use the data source once with each of the two provider blocks. " +
			"A permission that the caller lacks makes a verdict `unknown` and is named in its advice. " +
			"To find chains it reads the rules of the account's other buckets in the region, at most 100.",
		Attributes: map[string]schema.Attribute{
			"source_bucket": schema.StringAttribute{
				Required: true, Validators: []validator.String{bucketName()}, MarkdownDescription: "Bucket to copy from.",
			},
			"destination_bucket": schema.StringAttribute{
				Required: true, Validators: []validator.String{bucketName()}, MarkdownDescription: "Bucket to copy to.",
			},
			"role": schema.StringAttribute{
				Required: true, Validators: []validator.String{roleNameOrARN()},
				MarkdownDescription: "Role that OSS assumes: name or ARN. The destination's side can be judged only with the ARN.",
			},
			"replica_kms_key_id": schema.StringAttribute{
				Optional: true, Validators: []validator.String{keyARN()},
				MarkdownDescription: "ARN of the key for replicas, if objects encrypted with KMS are to be copied.",
			},
			"prefixes": schema.SetAttribute{
				Optional: true, ElementType: types.StringType, Validators: []validator.Set{setvalidator.SizeBetween(1, replication.MaxPrefixLimit)},
				MarkdownDescription: "Key prefixes that are to be copied. Without them, prefixes of an existing rule are a warning.",
			},
			"tag_filter": schema.SingleNestedAttribute{
				Optional: true, Attributes: checkTagAttributes(),
				MarkdownDescription: "Tags of the objects that are to be copied. Without it, a filter of an existing rule is a warning.",
			},
			"replicate_history": schema.BoolAttribute{
				Optional: true, MarkdownDescription: "Whether objects from before the rule are to be copied. Without it, whatever an existing rule does is right.",
			},
			"replicate_deletes": schema.BoolAttribute{
				Optional: true, MarkdownDescription: "Whether deletions are to be repeated. Without it, whatever an existing rule does is right.",
			},
			"account_id": shownText("UID of the account whose side was judged."),
			"verdicts":   verdictsAttribute(),
			"ready":      schema.BoolAttribute{Computed: true, MarkdownDescription: "No verdict is `fail`."},
			"complete":   schema.BoolAttribute{Computed: true, MarkdownDescription: "No verdict is `unknown`. Across two accounts neither side is complete by itself."},
		},
	}
}

func checkTagAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"match": schema.StringAttribute{
			Required: true, Validators: []validator.String{stringvalidator.OneOf(string(replication.MatchAll), string(replication.MatchAny))},
			MarkdownDescription: "`all` or `any`.",
		},
		"tags": schema.SetNestedAttribute{
			Required: true, Validators: []validator.Set{setvalidator.SizeBetween(1, replication.MaxTags)}, MarkdownDescription: "1 to 10 tags.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"key":   schema.StringAttribute{Required: true, MarkdownDescription: "Key of the tag."},
				"value": schema.StringAttribute{Required: true, MarkdownDescription: "Value of the tag."},
			}},
		},
	}
}

func verdictsAttribute() schema.Attribute {
	return schema.ListNestedAttribute{
		Computed: true, MarkdownDescription: "One verdict for every cause, always all of them and in the same order.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"id":     shownText("The cause, for example `role_trust` or `destination_statement`."),
			"status": shownText("`ok`, `fail` (nothing is copied), `warn` (some objects are not copied, or nothing yet) or `unknown` (this account cannot see it)."),
			"seen":   shownText("What was read."),
			"advice": shownText("What to do; empty for `ok`."),
		}},
	}
}
