package provider

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// Actions of PutBucketReplication (OSS API page, 2026-03).
const (
	actionAll = "ALL"
	actionPut = "PUT"
)

func (m *ruleModel) identity() ruleIdentityModel {
	return ruleIdentityModel{AccountID: m.AccountID, SourceBucket: m.SourceBucket, RuleID: m.RuleID}
}

func (m *ruleModel) pair() string {
	return m.SourceBucket.ValueString() + " => " + m.DestinationBucket.ValueString()
}

// rule is the model as the domain sees it. Unknown values count as empty; ask
// whether they are known first.
func (m *ruleModel) rule(ctx context.Context) (replication.Rule, diag.Diagnostics) {
	r := replication.Rule{
		ID: m.RuleID.ValueString(), SourceBucket: m.SourceBucket.ValueString(), DestinationBucket: m.DestinationBucket.ValueString(),
		Role: m.Role.ValueString(), History: m.ReplicateHistory.ValueBool(), Deletes: m.ReplicateDeletes.ValueBool(),
		ReplicaKeyID: m.ReplicaKMSKeyID.ValueString(),
	}
	var diags diag.Diagnostics
	if !m.Prefixes.IsNull() && !unknownSet(m.Prefixes) {
		diags.Append(m.Prefixes.ElementsAs(ctx, &r.Prefixes, false)...)
	}
	match, tags, tagDiags := m.tags(ctx)
	diags.Append(tagDiags...)
	r.TagMatch, r.Tags = match, tags
	return r, diags
}

// tags reads the filter; nothing while any part of it is unknown.
func (m *ruleModel) tags(ctx context.Context) (match replication.Match, tags []replication.Tag, diags diag.Diagnostics) {
	if m.TagFilter.IsNull() || !m.tagFilterKnown(ctx) {
		return "", nil, nil
	}
	var filter tagFilterModel
	var list []tagModel
	diags.Append(m.TagFilter.As(ctx, &filter, objectOptions())...)
	diags.Append(filter.Tags.ElementsAs(ctx, &list, false)...)
	for _, t := range list {
		tags = append(tags, replication.Tag{Key: t.Key.ValueString(), Value: t.Value.ValueString()})
	}
	return replication.Match(filter.Match.ValueString()), tags, diags
}

func (m *ruleModel) tagFilterKnown(ctx context.Context) bool {
	value, err := m.TagFilter.ToTerraformValue(ctx)
	return err == nil && value.IsFullyKnown()
}

// toSend is the rule in the words of the service. The location is always what
// OSS says of the source bucket, and the role travels by name.
func toSend(r replication.Rule, location string) alicloud.Rule {
	sent := alicloud.Rule{
		ID: r.ID, Prefixes: r.Prefixes, Action: actionPut, DestinationBucket: r.DestinationBucket, DestinationLocation: location,
		TransferType: "internal", ReplicateHistory: r.History, Role: r.Role,
		ReplicateKMS: r.ReplicaKeyID != "", ReplicaKMSKeyID: r.ReplicaKeyID,
	}
	if r.Deletes {
		sent.Action = actionAll
	}
	if role, err := replication.ParseRole(r.Role); err == nil {
		sent.Role = role.Name
	}
	if len(r.Tags) > 0 {
		sent.TagFilter = &alicloud.TagFilter{Match: alicloud.TagsAll}
		if r.TagMatch == replication.MatchAny {
			sent.TagFilter.Match = alicloud.TagsAny
		}
		for _, t := range r.Tags {
			sent.TagFilter.Tags = append(sent.TagFilter.Tags, alicloud.Tag{Key: t.Key, Value: t.Value})
		}
	}
	return sent
}

// asSeen is a rule of the service in the words of the domain. Comma lists of
// actions with DELETE count as replicating deletes. An empty prefix begins every
// key, so a set that has it is as none.
func asSeen(source string, r alicloud.Rule) replication.Rule {
	seen := replication.Rule{
		ID: r.ID, SourceBucket: source, DestinationBucket: r.DestinationBucket, Location: r.DestinationLocation, Role: r.Role,
		History: r.ReplicateHistory, Deletes: repeatsDeletes(r.Action), Prefixes: slices.Clone(r.Prefixes),
	}
	if r.ReplicateKMS {
		seen.ReplicaKeyID = r.ReplicaKMSKeyID
	}
	if slices.Contains(seen.Prefixes, "") {
		seen.Prefixes = nil
	}
	if r.TagFilter != nil && len(r.TagFilter.Tags) > 0 {
		seen.TagMatch = replication.MatchAll
		if r.TagFilter.Match == alicloud.TagsAny {
			seen.TagMatch = replication.MatchAny
		}
		for _, t := range r.TagFilter.Tags {
			seen.Tags = append(seen.Tags, replication.Tag{Key: t.Key, Value: t.Value})
		}
	}
	return seen
}

func repeatsDeletes(action string) bool {
	return action == "" || hasAction(action, actionAll, "DELETE")
}

// repeatsWrites is false for a rule that repeats nothing but deletions, or
// nothing at all.
func repeatsWrites(action string) bool {
	return action == "" || hasAction(action, actionAll, actionPut)
}

// hasAction looks for any of the names in a comma list of actions.
func hasAction(action string, names ...string) bool {
	for part := range strings.SplitSeq(action, ",") {
		if slices.Contains(names, strings.TrimSpace(part)) {
			return true
		}
	}
	return false
}

// show puts what was read into the state. What the service leaves out stays as
// it is; spellings that mean the same stay as well.
func (m *ruleModel) show(ctx context.Context, seen replication.Rule) (diags diag.Diagnostics) {
	before, diags := m.rule(ctx)
	m.RuleID = types.StringValue(seen.ID)
	m.DestinationBucket = types.StringValue(seen.DestinationBucket)
	m.ReplicateHistory, m.ReplicateDeletes = types.BoolValue(seen.History), types.BoolValue(seen.Deletes)
	differences := before.Differences(seen)
	if seen.Role != "" && (m.Role.IsNull() || slices.Contains(differences, "role")) {
		m.Role = types.StringValue(seen.Role)
	}
	if slices.Contains(differences, "prefixes") {
		m.Prefixes = types.SetNull(types.StringType)
		if len(seen.Prefixes) > 0 {
			set, setDiags := types.SetValueFrom(ctx, types.StringType, seen.Prefixes)
			diags.Append(setDiags...)
			m.Prefixes = set
		}
	}
	if slices.Contains(differences, "tag_filter") {
		diags.Append(m.showTags(ctx, seen)...)
	}
	m.ReplicaKMSKeyID = types.StringNull()
	if seen.ReplicaKeyID != "" {
		m.ReplicaKMSKeyID = types.StringValue(seen.ReplicaKeyID)
	}
	return diags
}

func (m *ruleModel) showTags(ctx context.Context, seen replication.Rule) (diags diag.Diagnostics) {
	m.TagFilter = types.ObjectNull(tagFilterType().AttrTypes)
	if len(seen.Tags) == 0 {
		return diags
	}
	var list []tagModel
	for _, t := range seen.Tags {
		list = append(list, tagModel{Key: types.StringValue(t.Key), Value: types.StringValue(t.Value)})
	}
	tags, tagDiags := types.SetValueFrom(ctx, tagType(), list)
	diags.Append(tagDiags...)
	filter, filterDiags := types.ObjectValueFrom(ctx, tagFilterType().AttrTypes, tagFilterModel{
		Match: types.StringValue(string(seen.TagMatch)), Tags: tags,
	})
	diags.Append(filterDiags...)
	m.TagFilter = filter
	return diags
}

// showDefaults fills in this provider's own settings after an import.
func (m *ruleModel) showDefaults() {
	for _, flag := range []*types.Bool{&m.WaitUntilActive, &m.PreventReplacement, &m.AdoptExisting} {
		if flag.IsNull() {
			*flag = types.BoolValue(false)
		}
	}
}
