package provider

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

var _ list.ListResourceWithConfigure = (*ruleLister)(nil)

// ruleLister lists what ruleResource could import.
type ruleLister struct{ ruleResource }

type ruleListModel struct {
	SourceBucketPrefix types.String `tfsdk:"source_bucket_prefix"`
	DestinationBucket  types.String `tfsdk:"destination_bucket"`
	Status             types.String `tfsdk:"status"`
}

func newRuleLister() list.ListResource { return &ruleLister{} }

// ListResourceConfigSchema implements list.ListResource.
func (l *ruleLister) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the replication rules of the account's buckets in the provider's region, for `terraform query` (Terraform 1.14 or later). " +
			"Needs `oss:ListBuckets` and `oss:GetBucketReplication`. A bucket that cannot be read is a warning, and so is a rule that `srr_rule` cannot manage: " +
			"between regions, with transfer acceleration or replication time control, for deletions alone, or for KMS objects without a key. Closing rules are left out. " +
			"Where OSS does not show a rule's role, the generated configuration lacks `role`; add it.",
		Attributes: map[string]schema.Attribute{
			"source_bucket_prefix": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Only rules of source buckets whose names begin like this. OSS does the search, so other buckets cost no call.",
			},
			"destination_bucket": schema.StringAttribute{
				Optional: true, Validators: []validator.String{bucketName()}, MarkdownDescription: "Only rules to this bucket.",
			},
			"status": schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.OneOf(alicloud.RuleStarting, alicloud.RuleDoing)},
				MarkdownDescription: "Only rules in this state, `starting` or `doing`.",
			},
		},
	}
}

// List implements list.ListResource.
func (l *ruleLister) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var filter ruleListModel
	diags := req.Config.Get(ctx, &filter)
	who, more := l.account.identify(ctx)
	if diags.Append(more...); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = results(req, func(out *listing) {
		read := func(ctx context.Context, b alicloud.BucketSummary) ([]judgedRule, error) {
			return l.judge(ctx, filter, b, who)
		}
		use := func(b alicloud.BucketSummary, rules []judgedRule, err error) bool {
			if alicloud.HasCode(err, codeBucketMissing) { // it went in the meantime
				return true
			}
			if err != nil {
				return out.tell(leftOut("Bucket "+b.Name, err))
			}
			return show(ctx, out, b.Name, rules, who.ID)
		}
		buckets := l.account.bucketsHere(ctx, filter.SourceBucketPrefix.ValueString())
		if err := inOrder(ctx, out, buckets, read, use); err != nil {
			out.tell(callFailed("Cannot list the buckets of the account", err))
		}
	})
}

// judgedRule is a rule and why no resource could have it.
type judgedRule struct {
	rule    alicloud.Rule
	why     []string
	failure error // of judging
}

// judge reads the rules of one bucket that the filter lets through.
func (l *ruleLister) judge(ctx context.Context, filter ruleListModel, bucket alicloud.BucketSummary, who alicloud.Account) ([]judgedRule, error) {
	rules, err := l.account.client.Rules(ctx, bucket.Name)
	rules = slices.DeleteFunc(slices.Clone(rules), func(rule alicloud.Rule) bool { return !filter.passes(rule) })
	judged := make([]judgedRule, len(rules))
	var all sync.WaitGroup // the client bounds what is under way
	for i, rule := range rules {
		judged[i].rule = rule
		all.Go(func() { judged[i].why, judged[i].failure = l.unmanageable(ctx, bucket.Location, "", rule, who) })
	}
	all.Wait()
	return judged, err
}

// show hands over the rules of one bucket.
func show(ctx context.Context, out *listing, bucket string, rules []judgedRule, owner string) bool {
	for _, judged := range rules {
		what := "The rule " + judged.rule.ID + " of bucket " + bucket
		if judged.failure != nil || len(judged.why) > 0 {
			warning := notListed(what, strings.Join(judged.why, " It "))
			if judged.failure != nil {
				warning = leftOut("The destination of "+judged.rule.ID+" of bucket "+bucket, judged.failure)
			}
			if !out.tell(warning) {
				return false
			}
			continue
		}
		m, diags := asImported(ctx, bucket, judged.rule, owner)
		if !out.tell(diags...) || !out.add(ctx, listed{m.pair(), m.identity(), m}) {
			return false
		}
	}
	return true
}

func (f ruleListModel) passes(rule alicloud.Rule) bool {
	return rule.Status != alicloud.RuleClosing &&
		(f.Status.IsNull() || f.Status.ValueString() == rule.Status) &&
		(f.DestinationBucket.IsNull() || f.DestinationBucket.ValueString() == rule.DestinationBucket)
}

// asImported is a rule as the state holds it after an import.
func asImported(ctx context.Context, bucket string, rule alicloud.Rule, owner string) (ruleModel, diag.Diagnostics) {
	m := ruleModel{
		SourceBucket: types.StringValue(bucket), AccountID: types.StringValue(owner),
		Prefixes: types.SetNull(types.StringType), TagFilter: types.ObjectNull(tagFilterType().AttrTypes),
		Timeouts: timeouts.Value{Object: types.ObjectNull(map[string]attr.Type{"create": types.StringType, "delete": types.StringType})},
	}
	m.showDefaults()
	diags := m.show(ctx, asSeen(bucket, rule))
	return m, diags
}
