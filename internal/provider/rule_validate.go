package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

func objectOptions() basetypes.ObjectAsOptions { return basetypes.ObjectAsOptions{} }

// ValidateConfig refuses what OSS would refuse, at the attribute at fault.
// Unknown values are decided when they are known.
func (r *ruleResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config ruleModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(config.check(ctx)...)
}

// check is also run on plans, where more may be known.
func (m *ruleModel) check(ctx context.Context) (diags diag.Diagnostics) {
	known := !m.SourceBucket.IsUnknown() && !m.DestinationBucket.IsUnknown()
	if known && m.SourceBucket.ValueString() == m.DestinationBucket.ValueString() {
		diags.AddAttributeError(path.Root("destination_bucket"), "Source and destination are the same bucket",
			"A bucket cannot replicate to itself. Name the bucket of the other account.")
	}
	diags.Append(m.checkPrefixes()...)
	diags.Append(m.checkTags(ctx)...)
	return diags
}

func (m *ruleModel) checkPrefixes() (diags diag.Diagnostics) {
	if m.Prefixes.IsNull() || m.Prefixes.IsUnknown() {
		return diags
	}
	var known []string
	for _, element := range m.Prefixes.Elements() {
		prefix, ok := element.(types.String)
		if !ok || prefix.IsUnknown() {
			continue
		}
		at := path.Root("prefixes").AtSetValue(prefix)
		if prefix.IsNull() {
			diags.AddAttributeError(at, "Invalid prefix", "A prefix must not be null.")
			continue
		}
		if err := replication.CheckPrefix(prefix.ValueString(), m.SourceBucket.ValueString()); err != nil {
			diags.AddAttributeError(at, "Invalid prefix", err.Error())
		}
		known = append(known, prefix.ValueString())
	}
	if outer, inner, found := replication.NestedPrefixes(known); found {
		diags.AddAttributeError(path.Root("prefixes"), "One prefix contains another",
			fmt.Sprintf("%q covers %q already, and OSS refuses such rules. Leave out %q.", outer, inner, inner))
	}
	return diags
}

func (m *ruleModel) checkTags(ctx context.Context) (diags diag.Diagnostics) {
	if m.TagFilter.IsNull() || m.TagFilter.IsUnknown() {
		return diags
	}
	if m.ReplicateDeletes.ValueBool() {
		diags.AddAttributeError(path.Root("replicate_deletes"), "Tag filter and deletions exclude each other",
			"OSS replicates deletions only in rules without a tag filter: a deletion carries no tags. Set replicate_deletes = false or leave tag_filter out.")
	}
	match, tags, tagDiags := m.tags(ctx)
	diags.Append(tagDiags...)
	if len(tags) == 0 {
		return diags
	}
	at := path.Root("tag_filter").AtName("tags")
	for _, t := range tags {
		if err := replication.CheckTag(t); err != nil {
			diags.AddAttributeError(at, "Invalid tag", err.Error())
		}
	}
	if err := replication.CheckTags(match, tags); err != nil {
		diags.AddAttributeError(at, "Invalid tag filter", err.Error())
	}
	return diags
}

// checkPrefixCount compares with the limit that the provider block gives.
func (m *ruleModel) checkPrefixCount(limit int) (diags diag.Diagnostics) {
	if m.Prefixes.IsUnknown() || len(m.Prefixes.Elements()) <= limit {
		return diags
	}
	diags.AddAttributeError(path.Root("prefixes"), "Too many prefixes",
		fmt.Sprintf("%d prefixes are given, OSS accepts %d. If Alibaba Cloud raised the quota of the account, say so with prefix_limit in the provider block.",
			len(m.Prefixes.Elements()), limit))
	return diags
}

// checkAccount compares accounts and regions that the configuration names with
// those of the provider block.
func (m *ruleModel) checkAccount(accountID, region string) (diags diag.Diagnostics) {
	if role, err := replication.ParseRole(m.Role.ValueString()); err == nil && role.AccountID != "" && role.AccountID != accountID {
		diags.AddAttributeError(path.Root("role"), "Role of another account",
			fmt.Sprintf("The role belongs to account %s, the provider's credentials to account %s. OSS assumes a role of the account that owns the source bucket. "+
				"Check whether two provider blocks have each other's credentials.", role.AccountID, accountID))
	}
	if key, err := replication.ParseKeyARN(m.ReplicaKMSKeyID.ValueString()); err == nil && !strings.EqualFold(key.Region, region) {
		diags.AddAttributeError(path.Root("replica_kms_key_id"), "Key of another region",
			fmt.Sprintf("The key is in %s, the buckets are in %s. Use a key of the buckets' region.", key.Region, region))
	}
	return diags
}
