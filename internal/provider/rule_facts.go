package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/check"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// facts reads what is known of buckets, role and rules. What nothing in this run
// can change is an error; what stops objects as things are is a warning.
func (r *ruleResource) facts(ctx context.Context, p *planning, who alicloud.Account) (diags diag.Diagnostics) {
	diags.Append(warnTagRegion(p.plan, r.account.client.Region())...)
	in, inDiags := p.plan.checkInput(ctx)
	diags.Append(inDiags...)
	if diags.HasError() {
		return diags
	}
	facts := check.ReadForPlan(ctx, r.account.client, who, in, r.asked(p, in, who))
	diags.Append(p.foretell(in, facts)...)
	diags.Append(r.refuseSource(in.SourceBucket, facts, who)...)
	if p.plan.SourceBucket.IsUnknown() || p.plan.DestinationBucket.IsUnknown() || diags.HasError() {
		return append(diags, p.warnUnseen()...)
	}
	diags.Append(r.refuseDestination(in.DestinationBucket, facts)...)
	diags.Append(r.factsOfPair(ctx, p)...)
	return diags
}

// asked leaves out what is not known yet, and a role that this run changes: it
// may be right in the end.
func (r *ruleResource) asked(p *planning, in check.Input, who alicloud.Account) check.Asked {
	source := !p.plan.SourceBucket.IsUnknown()
	destination := source && !p.plan.DestinationBucket.IsUnknown()
	role := in.Role.Name != "" && !r.account.run.plansRole(replication.Role{AccountID: who.ID, Name: in.Role.Name})
	// The rule that a replacement deletes says nothing of the one that it makes.
	return check.Asked{
		Source: source, Destination: destination, Role: role, Reading: role && source, Rules: destination && p.state == nil && p.goes == nil,
	}
}

// checkInput is the rule as the verdicts see it. What is not known is left out.
func (m *ruleModel) checkInput(ctx context.Context) (check.Input, diag.Diagnostics) {
	rule, diags := m.rule(ctx)
	in := check.Input{
		SourceBucket: rule.SourceBucket, DestinationBucket: rule.DestinationBucket,
		Prefixes: rule.Prefixes, TagMatch: rule.TagMatch, Tags: rule.Tags,
		Deletes: m.ReplicateDeletes.ValueBoolPointer(), History: m.ReplicateHistory.ValueBoolPointer(),
	}
	if role, err := replication.ParseRole(rule.Role); err == nil { // the schema refuses everything else
		in.Role = role
	}
	if key, err := replication.ParseKeyARN(rule.ReplicaKeyID); err == nil {
		in.ReplicaKey = &key
	}
	return in, diags
}

// refuseSource refuses a source bucket that another provider block has to name.
// A missing bucket may be created in this run.
func (r *ruleResource) refuseSource(bucket string, facts check.Facts, who alicloud.Account) (diags diag.Diagnostics) {
	err := facts.Source.Err
	switch {
	case facts.Source.Known():
		diags.Append(checkSourceBucket(facts.Source.Value, who, r.account.client.Region())...)
	case alicloud.IsForeignBucket(err):
		diags.AddAttributeError(path.Root("source_bucket"), "Source bucket of another account",
			fmt.Sprintf("The provider's credentials belong to account %s, which does not own bucket %s, or they are of a RAM user who has no permission on it at all. A rule is made by the account that owns the source bucket. "+
				"Check whether two provider blocks have each other's credentials. OSS answers both alike; "+
				"to a user of the bucket's account allow oss:GetBucketInfo on it.\n\n%v", who.ID, bucket, err))
	case alicloud.IsOtherRegion(err):
		diags.AddAttributeError(path.Root("source_bucket"), "Source bucket in another region",
			fmt.Sprintf("Bucket %s is not in %s, where the provider block works. Use a provider block with the bucket's region.\n\n%v", bucket, r.account.client.Region(), err))
	}
	return diags
}

// refuseDestination usually learns little: the bucket is another account's.
func (r *ruleResource) refuseDestination(bucket string, facts check.Facts) (diags diag.Diagnostics) {
	region, destination := r.account.client.Region(), facts.Destination
	elsewhere := ""
	switch {
	case alicloud.IsOtherRegion(destination.Err):
		elsewhere = "another region"
	case destination.Known() && destination.Value.Region != region:
		elsewhere = destination.Value.Region
	default:
		return diags
	}
	diags.AddAttributeError(path.Root("destination_bucket"), "Destination bucket in another region",
		fmt.Sprintf("Bucket %s is in %s; the source is in %s. This provider manages rules within one region.", bucket, elsewhere, region))
	return diags
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
