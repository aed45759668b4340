package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// Detail codes of OSS (403 AccessDenied pages, 2026).
const (
	ecForeignBucket = "0003-00000001"
	ecOtherEndpoint = "0003-00001403"
	suspended       = "Suspended"
)

func hasEC(err error, ec string) bool {
	failure := &alicloud.Error{}
	return asFailure(err, &failure) && failure.EC == ec
}

// isForeignBucket recognises the answer for a bucket of another account.
func isForeignBucket(err error) bool {
	return alicloud.HasCode(err, "BucketNotBelongTo") || hasEC(err, ecForeignBucket)
}

// factsOfSource refuses what nothing in this run can change. A missing bucket
// may be created in this run.
func (r *ruleResource) factsOfSource(ctx context.Context, m ruleModel, who alicloud.Account) (diags diag.Diagnostics) {
	bucket := m.SourceBucket.ValueString()
	info, err := r.account.client.BucketInfo(ctx, bucket)
	switch {
	case err == nil:
		diags.Append(checkSourceBucket(info, who, r.account.client.Region())...)
		if info.Versioning == suspended {
			diags.AddAttributeWarning(path.Root("source_bucket"), "Versioning of the source bucket is suspended",
				"OSS replicates only between buckets that both have versioning enabled or both never had it. It will refuse the rule.")
		}
	case isForeignBucket(err):
		diags.AddAttributeError(path.Root("source_bucket"), "Source bucket of another account",
			fmt.Sprintf("The provider's credentials belong to account %s, which does not own bucket %s. A rule is made by the account that owns the source bucket. "+
				"Check whether two provider blocks have each other's credentials.\n\n%v", who.ID, bucket, err))
	case hasEC(err, ecOtherEndpoint):
		diags.AddAttributeError(path.Root("source_bucket"), "Source bucket in another region",
			fmt.Sprintf("Bucket %s is not in %s, where the provider block works. Use a provider block with the bucket's region.\n\n%v", bucket, r.account.client.Region(), err))
	}
	return diags
}

// factsOfDestination usually learns little: the bucket is another account's.
func (r *ruleResource) factsOfDestination(ctx context.Context, m ruleModel) (diags diag.Diagnostics) {
	destination, err := r.account.client.BucketInfo(ctx, m.DestinationBucket.ValueString())
	elsewhere := ""
	switch {
	case hasEC(err, ecOtherEndpoint):
		elsewhere = "another region"
	case err != nil:
		return diags
	case destination.Region != r.account.client.Region():
		elsewhere = destination.Region
	}
	if elsewhere != "" {
		diags.AddAttributeError(path.Root("destination_bucket"), "Destination bucket in another region",
			fmt.Sprintf("Bucket %s is in %s; the source is in %s. This provider manages rules within one region.",
				m.DestinationBucket.ValueString(), elsewhere, r.account.client.Region()))
		return diags
	}
	source, err := r.account.client.BucketInfo(ctx, m.SourceBucket.ValueString())
	if err == nil && source.Versioning != destination.Versioning {
		diags.AddAttributeWarning(path.Root("destination_bucket"), "Versioning of the buckets differs",
			fmt.Sprintf("It is %s on %s and %s on %s. OSS will refuse the rule unless this run makes them equal.",
				orNever(source.Versioning), source.Name, orNever(destination.Versioning), destination.Name))
	}
	return diags
}

func orNever(versioning string) string {
	if versioning == "" {
		return "not set"
	}
	return versioning
}

// regionsWithoutTagFilter are named by the OSS same-region replication page,
// 2026-03.
func regionsWithoutTagFilter() []string {
	return []string{"cn-zhangjiakou", "cn-zhongwei", "na-south-1", "cn-shanghai-finance-1", "cn-shenzhen-finance-1"}
}

func warnTagRegion(m ruleModel, region string) (diags diag.Diagnostics) {
	if !m.TagFilter.IsNull() && slices.Contains(regionsWithoutTagFilter(), region) {
		diags.AddAttributeWarning(path.Root("tag_filter"), "Tag filter in a region without support",
			fmt.Sprintf("The documentation of OSS lists %s among the regions whose replication rules have no tag filter. OSS may refuse the rule.", region))
	}
	return diags
}
