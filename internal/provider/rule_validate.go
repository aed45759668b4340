package provider

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
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
	resp.Diagnostics.Append(config.checkPrefixCount(replication.MaxPrefixLimit)...)
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
	var filter tagFilterModel
	diags.Append(m.TagFilter.As(ctx, &filter, objectOptions())...)
	if filter.Tags.IsNull() || filter.Tags.IsUnknown() {
		return diags
	}
	// Terraform finds the line in the configuration for whole attributes only.
	at := path.Root("tag_filter")
	var whole []replication.Tag
	for _, element := range filter.Tags.Elements() {
		tag, known, err := checkTag(element)
		if err != nil {
			diags.AddAttributeError(at, "Invalid tag", err.Error())
		}
		if known {
			whole = append(whole, tag)
		}
	}
	if err := replication.CheckTags(replication.Match(filter.Match.ValueString()), whole); err != nil && len(whole) > 0 {
		diags.AddAttributeError(at, "Invalid tag filter", err.Error())
	}
	return diags
}

// checkTag refuses what is wrong in the known parts of a tag, and reports whether
// it is known as a whole. Unknown tags may turn out equal to others, so they do
// not count.
func checkTag(element attr.Value) (tag replication.Tag, known bool, err error) {
	object, ok := element.(types.Object)
	if !ok || object.IsUnknown() {
		return tag, false, nil
	}
	if object.IsNull() {
		return tag, false, errors.New("a tag must not be null")
	}
	key, keyOK := object.Attributes()["key"].(types.String)
	value, valueOK := object.Attributes()["value"].(types.String)
	tag = replication.Tag{Key: key.ValueString(), Value: value.ValueString()}
	known = keyOK && valueOK && !key.IsUnknown() && !value.IsUnknown()
	if !key.IsUnknown() {
		err = replication.CheckTagKey(tag.Key)
	}
	if !value.IsUnknown() {
		err = errors.Join(err, replication.CheckTagValue(tag.Value))
	}
	return tag, known, err
}

// replicaKey accepts what replica_kms_key_id may hold: a key's ARN, or the bare
// id that an imported rule may have. Whether a bare id may stand is decided on
// the plan, see checkBareKey.
func replicaKey() checkedString {
	return checkedString{what: "the ARN of a KMS key", check: checkReplicaKey}
}

func checkReplicaKey(text string) error {
	_, err := replication.ParseKeyARN(text)
	if err != nil && bareKeyID.MatchString(text) {
		return nil
	}
	return err
}

var bareKeyID = regexp.MustCompile(`^[A-Za-z0-9-]{1,128}$`)

func isBareKey(id string) bool { return id != "" && !strings.HasPrefix(id, "acs:kms:") }

// checkBareKey refuses a key without its account, unless the rule that is there
// already, made by somebody else and imported, has it and stays.
func (p *planning) checkBareKey() (diags diag.Diagnostics) {
	key := p.plan.ReplicaKMSKeyID.ValueString()
	if !isBareKey(key) || !p.creates() {
		return diags
	}
	diags.AddAttributeError(path.Root("replica_kms_key_id"), "Value is not the ARN of a KMS key",
		fmt.Sprintf("%q is a key id without an account. KMS looks it up in the account of the caller, so nothing encrypted would be copied to another account. "+
			"Give the ARN: acs:kms:<region>:<account uid>:key/<key id>.", key))
	return diags
}

// checkPrefixCount compares with the limit that the provider block gives. Unknown
// prefixes may turn out equal to others, so they do not count.
func (m *ruleModel) checkPrefixCount(limit int) (diags diag.Diagnostics) {
	known := 0
	for _, element := range m.Prefixes.Elements() {
		if !element.IsUnknown() {
			known++
		}
	}
	if known <= limit {
		return diags
	}
	diags.AddAttributeError(path.Root("prefixes"), "Too many prefixes",
		fmt.Sprintf("%d prefixes are given, OSS accepts %d. If Alibaba Cloud raised the quota of the account, say so with prefix_limit in the provider block.",
			known, limit))
	return diags
}

// checkAccount compares the account of the role that the configuration names with
// that of the provider block.
func (m *ruleModel) checkAccount(accountID string) (diags diag.Diagnostics) {
	if role, err := replication.ParseRole(m.Role.ValueString()); err == nil && role.AccountID != "" && role.AccountID != accountID {
		diags.AddAttributeError(path.Root("role"), "Role of another account",
			fmt.Sprintf("The role belongs to account %s, the provider's credentials to account %s. OSS assumes a role of the account that owns the source bucket. "+
				"Check whether two provider blocks have each other's credentials.", role.AccountID, accountID))
	}
	return diags
}

// checkKeyRegion refuses a key for the replicas that is not where the buckets are.
func (m *ruleModel) checkKeyRegion(region string) (diags diag.Diagnostics) {
	if key, err := replication.ParseKeyARN(m.ReplicaKMSKeyID.ValueString()); err == nil && !strings.EqualFold(key.Region, region) {
		diags.AddAttributeError(path.Root("replica_kms_key_id"), "Key of another region",
			fmt.Sprintf("The key is in %s, the buckets are in %s. Use a key of the buckets' region.", key.Region, region))
	}
	return diags
}
