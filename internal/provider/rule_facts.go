package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// Detail codes of OSS (403 AccessDenied pages, 2026).
const (
	ecForeignBucket = "0003-00000001"
	ecOtherEndpoint = "0003-00001403"
	// ossService is the service that assumes the role.
	ossService = "oss.aliyuncs.com"
	suspended  = "Suspended"
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

// factsOfRole warns of a role that OSS cannot assume. A role that cannot be
// read, or is not there, may be made in this run.
func (r *ruleResource) factsOfRole(ctx context.Context, m ruleModel) (diags diag.Diagnostics) {
	named, err := replication.ParseRole(m.Role.ValueString())
	if err != nil {
		return diags
	}
	role, err := r.account.client.GetRole(ctx, named.Name)
	if err != nil || strings.Contains(role.TrustPolicy, ossService) || r.account.run.has(plannedRole, strings.ToLower(named.Name)) {
		return diags
	}
	diags.AddAttributeWarning(path.Root("role"), "OSS cannot assume the role",
		fmt.Sprintf("The trust policy of role %s does not name the service %s. OSS will refuse the rule, or copy nothing, unless this run changes that. "+
			"srr_replication_role makes a role that fits.", role.Name, ossService))
	return diags
}

// plannedRole stands where a rule's bucket stands in the memory of the run.
const plannedRole = "acs:ram:role"

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

// factsOfPair looks for a rule of the pair. ModifyPlan has no state here: the
// rule is created, replaced (a second look), or replaced because it is tainted.
func (r *ruleResource) factsOfPair(ctx context.Context, p *planning) (diags diag.Diagnostics) {
	bucket := p.plan.SourceBucket.ValueString()
	if p.goes != "" {
		if p.plan.PreventReplacement.ValueBool() {
			diags.Append(prevented(p.goes, p.plan.pair()))
		}
		return diags
	}
	existing, found, err := r.ruleForPair(ctx, bucket, p.plan.DestinationBucket.ValueString())
	if err != nil || !found || existing.Status == alicloud.RuleClosing {
		return diags
	}
	if r.account.run.take(bucket, existing.ID) {
		diags.Append(contested(existing.ID, p.plan.pair()))
		return diags
	}
	// Without a refresh the rule of a tainted resource shows by its id only.
	inState := r.account.run.has(bucket, existing.ID)
	ours := inState || strings.HasPrefix(existing.ID, ruleIDPrefix) && !p.plan.AdoptExisting.ValueBool()
	switch {
	case p.plan.PreventReplacement.ValueBool() && ours:
		diags.Append(prevented(existing.ID, p.plan.pair()))
	case inState:
		diags.AddAttributeWarning(path.Root("destination_bucket"), "The rule will be replaced",
			fmt.Sprintf("The rule %s of %s is in the state, and this plan makes another one for the same pair: the resource is tainted, or was renamed without a moved block. %s",
				existing.ID, p.plan.pair(), p.plan.costOfReplacement()))
	default:
		diags.Append(r.warnExisting(ctx, p.plan, existing)...)
	}
	return diags
}

func prevented(id, pair string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("prevent_replacement"), "Replacement is prevented", fmt.Sprintf(
		"The rule %s of %s exists and this plan would replace it: the resource is tainted or was renamed without a moved block, or -replace was given. prevent_replacement is true. "+
			"Run terraform untaint, or set prevent_replacement = false in the same plan.", id, pair))
}

// warnExisting foretells what creating a second rule for a pair will end in.
func (r *ruleResource) warnExisting(ctx context.Context, m ruleModel, existing alicloud.Rule) (diags diag.Diagnostics) {
	unknown := m
	different := unknown.replacedBy(ctx, modelOf(ctx, m, existing), &diags)
	if m.AdoptExisting.ValueBool() && len(different) == 0 {
		return diags
	}
	text := fmt.Sprintf("This plan does not replace the rule %s of %s (%s), as far as Terraform can see, and creating another one will fail.", existing.ID, m.pair(), existing.Status)
	if len(different) > 0 {
		text += fmt.Sprintf(" It differs from this configuration in: %s.", strings.Join(different, ", "))
	} else {
		text += " Set adopt_existing = true to take it over."
	}
	text += " Import it if it is not in the state yet:" + importBlock(m.SourceBucket.ValueString(), existing.ID)
	diags.AddAttributeWarning(path.Root("destination_bucket"), "A rule for these buckets exists already", text)
	return diags
}

// modelOf is an existing rule in the form of a state.
func modelOf(ctx context.Context, like ruleModel, existing alicloud.Rule) ruleModel {
	seen := ruleModel{SourceBucket: like.SourceBucket, TagFilter: like.TagFilter, Prefixes: like.Prefixes}
	_ = seen.show(ctx, asSeen(like.SourceBucket.ValueString(), existing))
	return seen
}
