package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

const ruleCannotMove = "Rule cannot be moved"

// alicloudReplication is the state of alicloud_oss_bucket_replication as far as
// it matters here (alicloud 1.2xx, 2026-08). Blocks are lists of one.
type alicloudReplication struct {
	ID          string `json:"id"`
	Bucket      string `json:"bucket"`
	RuleID      string `json:"rule_id"`
	Action      string `json:"action"`
	Role        string `json:"sync_role"`
	History     string `json:"historical_object_replication"`
	Destination []struct {
		Bucket       string `json:"bucket"`
		Location     string `json:"location"`
		TransferType string `json:"transfer_type"`
	} `json:"destination"`
	PrefixSet []struct {
		Prefixes []string `json:"prefixes"`
	} `json:"prefix_set"`
	Encryption []struct {
		Key string `json:"replica_kms_key_id"`
	} `json:"encryption_configuration"`
	Selection []struct {
		KMS []struct {
			Status string `json:"status"`
		} `json:"sse_kms_encrypted_objects"`
	} `json:"source_selection_criteria"`
	RTC []struct {
		Enabled bool `json:"enabled"`
	} `json:"rtc"`
}

// MoveState takes rules over from alicloud_oss_bucket_replication.
func (r *ruleResource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{{StateMover: moveReplication}}
}

func moveReplication(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	if !comesFrom(req, "alicloud_oss_bucket_replication") {
		return
	}
	source, diags := movedObject[alicloudReplication](req)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	rule, problem := source.rule()
	if problem != "" {
		resp.Diagnostics.AddError(ruleCannotMove, fmt.Sprintf("The rule %s of bucket %s %s", rule.ID, source.Bucket, problem))
		return
	}
	var moved ruleModel
	moved.SourceBucket = types.StringValue(source.Bucket)
	moved.showDefaults()
	seen := asSeen(source.Bucket, rule)
	resp.Diagnostics.Append(moved.show(ctx, seen)...)
	for name, value := range map[string]attr.Value{
		"source_bucket": moved.SourceBucket, "destination_bucket": moved.DestinationBucket, "rule_id": moved.RuleID, "role": moved.Role,
		"replicate_history": moved.ReplicateHistory, "replicate_deletes": moved.ReplicateDeletes, "replica_kms_key_id": moved.ReplicaKMSKeyID,
		"wait_until_active": moved.WaitUntilActive, "prevent_replacement": moved.PreventReplacement, "adopt_existing": moved.AdoptExisting,
	} {
		resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root(name), value)...)
	}
	if len(seen.Prefixes) > 0 {
		resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root("prefixes"), seen.Prefixes)...)
	}
	// alicloud does not record the account; reading finds it and sets the identity.
	resp.Diagnostics.Append(markMoved(ctx, resp.TargetPrivate)...)
}

// rule is the recorded rule in the words of the service. problem says why a
// srr_rule cannot stand for it, "" when it can.
func (a alicloudReplication) rule() (rule alicloud.Rule, problem string) {
	rule = alicloud.Rule{
		ID: a.RuleID, Action: a.Action, Role: a.Role,
		// OSS replicates history unless told otherwise (PutBucketReplication page, 2026-03).
		ReplicateHistory: a.History != "disabled",
	}
	if _, id, found := strings.Cut(a.ID, ":"); rule.ID == "" && found {
		rule.ID = id
	}
	if len(a.Destination) > 0 {
		rule.DestinationBucket, rule.DestinationLocation = a.Destination[0].Bucket, a.Destination[0].Location
		rule.TransferType = a.Destination[0].TransferType
	}
	if len(a.PrefixSet) > 0 {
		rule.Prefixes = a.PrefixSet[0].Prefixes
	}
	if len(a.Selection) > 0 && len(a.Selection[0].KMS) > 0 {
		rule.ReplicateKMS = a.Selection[0].KMS[0].Status == "Enabled"
	}
	if len(a.Encryption) > 0 {
		rule.ReplicaKMSKeyID = a.Encryption[0].Key
	}
	if len(a.RTC) > 0 && a.RTC[0].Enabled {
		rule.RTC = "enabled"
	}
	return rule, a.problem(rule)
}

func (a alicloudReplication) problem(rule alicloud.Rule) string {
	const stays = " Keep it with alicloud, and leave out the moved block."
	switch {
	case a.Bucket == "" || rule.ID == "" || rule.DestinationBucket == "":
		return "has no bucket, id or destination in the state. Run terraform apply -refresh-only with the provider alicloud first."
	case foreignFeature(rule) != "":
		return "uses " + foreignFeature(rule) + ", which exists for cross-region replication only." + stays
	case rule.Role == "":
		return "has no sync_role in the state, and a srr_rule needs a role. If the rule has one that OSS does not show, take the old resource out of the state " +
			"with a removed block and import the rule as \"source_bucket,rule_id,role\"; otherwise keep it with alicloud."
	case inexpressible(rule) != "":
		return inexpressible(rule) + stays
	}
	return ""
}
