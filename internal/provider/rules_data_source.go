package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

var _ datasource.DataSourceWithConfigure = (*rulesDataSource)(nil)

type rulesDataSource struct{ accountReader }

type rulesModel struct {
	SourceBuckets types.Set         `tfsdk:"source_buckets"`
	AccountID     types.String      `tfsdk:"account_id"`
	Rules         []ruleEntryModel  `tfsdk:"rules"`
	Unreadable    []unreadableModel `tfsdk:"unreadable"`
}

type ruleEntryModel struct {
	SourceBucket      types.String `tfsdk:"source_bucket"`
	RuleID            types.String `tfsdk:"rule_id"`
	DestinationBucket types.String `tfsdk:"destination_bucket"`
	Location          types.String `tfsdk:"destination_location"`
	Role              types.String `tfsdk:"role"`
	Status            types.String `tfsdk:"status"`
	Action            types.String `tfsdk:"action"`
	ReplicateHistory  types.Bool   `tfsdk:"replicate_history"`
	ReplicateDeletes  types.Bool   `tfsdk:"replicate_deletes"`
	Prefixes          types.Set    `tfsdk:"prefixes"`
	TagFilter         types.Object `tfsdk:"tag_filter"`
	ReplicaKMSKeyID   types.String `tfsdk:"replica_kms_key_id"`
	TransferType      types.String `tfsdk:"transfer_type"`
	RTC               types.String `tfsdk:"rtc"`
	Obstacle          types.String `tfsdk:"obstacle"`
}

type unreadableModel struct {
	Bucket types.String `tfsdk:"bucket"`
	Reason types.String `tfsdk:"reason"`
}

func newRulesDataSource() datasource.DataSource { return &rulesDataSource{} }

func (d *rulesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rules"
}

func (d *rulesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The replication rules of one bucket, of several, or of all buckets of the account in the provider's region. " +
			"Needs `oss:GetBucketReplication`, and `oss:ListBuckets` for all. A bucket that cannot be read is listed in `unreadable` and is no error.",
		Attributes: map[string]schema.Attribute{
			"source_buckets": schema.SetAttribute{
				Optional: true, ElementType: types.StringType,
				Validators:          []validator.Set{setvalidator.ValueStringsAre(bucketName())},
				MarkdownDescription: "Buckets to look at. Leave it out for all buckets of the account.",
			},
			"account_id": shownText("UID of the account that was asked."),
			"rules": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The rules, ordered by source bucket, destination bucket and id; closing ones too.",
				NestedObject: schema.NestedAttributeObject{Attributes: ruleEntryAttributes()},
			},
			"unreadable": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "Buckets whose rules could not be read, ordered by name.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"bucket": shownText("Name of the bucket."),
					"reason": shownText("Why it could not be read."),
				}},
			},
		},
	}
}

func ruleEntryAttributes() map[string]schema.Attribute {
	flag := func(what string) schema.BoolAttribute {
		return schema.BoolAttribute{Computed: true, MarkdownDescription: what}
	}
	return map[string]schema.Attribute{
		"source_bucket":        shownText("Bucket that the rule copies from."),
		"rule_id":              shownText("Id of the rule, unique in the source bucket."),
		"destination_bucket":   shownText("Bucket that the rule copies to."),
		"destination_location": shownText("Region of the destination as OSS writes it, for example `oss-cn-hangzhou`."),
		"role":                 shownText("Role that OSS assumes; null where the service leaves it out."),
		"status":               shownText("`starting`, `doing` or `closing`. `doing` does not say that anything arrives."),
		"action":               shownText("What the rule repeats, in the service's words: `ALL`, `PUT` or a list."),
		"replicate_history":    flag("Whether objects from before the rule are copied."),
		"replicate_deletes":    flag("Whether deletions are repeated."),
		"prefixes":             schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Key prefixes; null for the whole bucket."},
		"tag_filter": schema.SingleNestedAttribute{
			Computed: true, MarkdownDescription: "Tags that an object must have; null without a filter.",
			Attributes: map[string]schema.Attribute{
				"match": shownText("`all` or `any`."),
				"tags": schema.SetNestedAttribute{
					Computed: true, MarkdownDescription: "The tags.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{"key": shownText("Key."), "value": shownText("Value.")}},
				},
			},
		},
		"replica_kms_key_id": shownText("KMS key of the replicas; null where objects encrypted with KMS are skipped."),
		"transfer_type":      shownText("`oss_acc` for transfer acceleration; null where the service says nothing."),
		"rtc":                shownText("Replication time control as the service says; null where it says nothing."),
		"obstacle":           shownText("Reason why `srr_rule` cannot manage this rule, for example `is being deleted.`; null if it can. A role that OSS does not show is no obstacle."),
	}
}

func (d *rulesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m rulesModel
	who := d.begin(ctx, req.Config, &m, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	m.AccountID, m.Rules, m.Unreadable = types.StringValue(who.ID), []ruleEntryModel{}, []unreadableModel{}
	lists := d.readLists(ctx, &m, &resp.Diagnostics)
	if err := ctx.Err(); err != nil && !resp.Diagnostics.HasError() {
		resp.Diagnostics.AddError("Reading the rules was interrupted", err.Error())
	}
	if resp.Diagnostics.HasError() {
		return
	}
	for _, list := range lists {
		resp.Diagnostics.Append(list.diags...)
		if list.failure != nil {
			m.unreadable(list.bucket, stableReason(list.failure))
		}
		m.Rules = append(m.Rules, list.entries...)
	}
	slices.SortStableFunc(m.Unreadable, func(a, b unreadableModel) int { return compareText(a.Bucket, b.Bucket) })
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// ruleList is what was read of one bucket.
type ruleList struct {
	bucket  string
	entries []ruleEntryModel
	diags   diag.Diagnostics
	failure error // why it could not be read
}

// readLists asks for the rules of every wanted bucket as soon as its name is
// known, and returns them in the order of the names. The client bounds what is
// under way.
func (d *rulesDataSource) readLists(ctx context.Context, m *rulesModel, diags *diag.Diagnostics) (lists []*ruleList) {
	var all sync.WaitGroup
	for bucket := range d.wanted(ctx, m, diags) {
		list := &ruleList{bucket: bucket}
		lists = append(lists, list)
		all.Go(func() {
			var rules []alicloud.Rule
			if rules, list.failure = d.account.client.Rules(ctx, bucket); list.failure == nil {
				list.entries, list.diags = ruleEntries(ctx, bucket, d.account.client.Region(), rules)
			}
		})
	}
	all.Wait()
	slices.SortFunc(lists, func(a, b *ruleList) int { return strings.Compare(a.bucket, b.bucket) })
	return lists
}

// wanted are the buckets to ask. Those of other regions are listed as unreadable:
// OSS answers for them only at their own endpoint.
func (d *rulesDataSource) wanted(ctx context.Context, m *rulesModel, diags *diag.Diagnostics) iter.Seq[string] {
	if !m.SourceBuckets.IsNull() {
		var named []string
		diags.Append(m.SourceBuckets.ElementsAs(ctx, &named, false)...)
		return slices.Values(named)
	}
	return func(yield func(string) bool) {
		for b, err := range d.account.client.Buckets(ctx, "") {
			if err != nil {
				diags.Append(callFailed("Cannot list the buckets of the account", err))
				return
			}
			if b.Region != d.account.client.Region() {
				m.unreadable(b.Name, fmt.Sprintf("The bucket is in %s; use a provider block of that region.", b.Region))
			} else if !yield(b.Name) {
				return
			}
		}
	}
}

func (m *rulesModel) unreadable(bucket, reason string) {
	m.Unreadable = append(m.Unreadable, unreadableModel{types.StringValue(bucket), types.StringValue(reason)})
}

// stableReason says why a call failed, without what differs from call to call,
// such as the request id: an output that shows it stays as it is.
func stableReason(err error) string {
	var failure *alicloud.Error
	if !errors.As(err, &failure) {
		return err.Error()
	}
	code := failure.Code
	if failure.EC != "" {
		code += " (EC " + failure.EC + ")"
	}
	return fmt.Sprintf("%s of %s failed with %s. %s", failure.Operation, failure.Object, code, failure.NextStep())
}

// ruleEntries are the rules of one bucket in the region, in order.
func ruleEntries(ctx context.Context, bucket, region string, rules []alicloud.Rule) (entries []ruleEntryModel, diags diag.Diagnostics) {
	for _, r := range rules {
		entry, entryDiags := ruleEntry(ctx, bucket, r)
		entry.Obstacle = textOrNull(obstacle(region, r))
		diags.Append(entryDiags...)
		entries = append(entries, entry)
	}
	slices.SortStableFunc(entries, func(a, b ruleEntryModel) int {
		return cmp.Or(compareText(a.DestinationBucket, b.DestinationBucket), compareText(a.RuleID, b.RuleID))
	})
	return entries, diags
}

func ruleEntry(ctx context.Context, bucket string, r alicloud.Rule) (ruleEntryModel, diag.Diagnostics) {
	var diags diag.Diagnostics
	seen := asSeen(bucket, r)
	shape := ruleModel{}
	diags.Append(shape.showTags(ctx, seen)...)
	entry := ruleEntryModel{
		SourceBucket: types.StringValue(bucket), RuleID: types.StringValue(r.ID), DestinationBucket: types.StringValue(r.DestinationBucket),
		Location: textOrNull(r.DestinationLocation), Role: textOrNull(r.Role), Status: textOrNull(r.Status), Action: textOrNull(r.Action),
		ReplicateHistory: types.BoolValue(seen.History), ReplicateDeletes: types.BoolValue(seen.Deletes),
		Prefixes: types.SetNull(types.StringType), TagFilter: shape.TagFilter, ReplicaKMSKeyID: textOrNull(seen.ReplicaKeyID),
		TransferType: textOrNull(r.TransferType), RTC: textOrNull(r.RTC),
	}
	if len(seen.Prefixes) > 0 {
		prefixes, setDiags := types.SetValueFrom(ctx, types.StringType, seen.Prefixes)
		diags.Append(setDiags...)
		entry.Prefixes = prefixes
	}
	return entry, diags
}

// textOrNull shows what the service left out as null.
func textOrNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}

func compareText(a, b types.String) int { return strings.Compare(a.ValueString(), b.ValueString()) }
