package provider_test

import (
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// replicationBlock is the rule "stranger" as alicloud has it. more replaces the
// destination block where it has one.
func replicationBlock(more string) string {
	if !strings.Contains(more, "destination {") {
		more += "  destination {\n    bucket   = \"orders-backup\"\n    location = \"oss-cn-hangzhou\"\n  }\n"
	}
	if !strings.Contains(more, "sync_role") {
		more += "  sync_role = \"oss-srr-orders\"\n"
	}
	return "resource \"alicloud_oss_bucket_replication\" \"a\" {\n  bucket = \"orders\"\n" + more + "}\n"
}

const moveRule = "moved {\n  from = alicloud_oss_bucket_replication.a\n  to   = srr_rule.a\n}\n"

func TestRule_moveFromAlicloudEndsWithAnEmptyPlan(t *testing.T) {
	kms := "  encryption_configuration {\n    replica_kms_key_id = \"" + emulator.ReplicaKeyARN() + "\"\n  }\n" +
		"  source_selection_criteria {\n    sse_kms_encrypted_objects {\n      status = \"Enabled\"\n    }\n  }\n"
	for name, c := range map[string]struct {
		rule  oss.Rule
		block string
		ours  arguments
		world func(*emulator.World)
	}{
		"whole bucket": {rule: oss.Rule{ReplicateHistory: true}, block: "  action = \"PUT\"\n  historical_object_replication = \"enabled\"\n"},
		"no history": {
			rule: oss.Rule{}, block: "  action = \"PUT\"\n  historical_object_replication = \"disabled\"\n  rtc {\n    enabled = false\n  }\n  progress {}\n",
			ours: arguments{"replicate_history": "false"},
		},
		"deletions": {
			rule: oss.Rule{ReplicateHistory: true, Action: "ALL"}, block: "  action = \"ALL\"\n  historical_object_replication = \"enabled\"\n",
			ours: arguments{"replicate_deletes": "true"},
		},
		"list of actions": {
			rule: oss.Rule{ReplicateHistory: true, Action: "PUT,DELETE"}, block: "  action = \"PUT,DELETE\"\n  historical_object_replication = \"enabled\"\n",
			ours: arguments{"replicate_deletes": "true"},
		},
		"prefixes": {
			rule: oss.Rule{ReplicateHistory: true, Prefixes: []string{"b/", "a/"}}, block: "  action = \"PUT\"\n  prefix_set {\n    prefixes = [\"b/\", \"a/\"]\n  }\n",
			ours: arguments{"prefixes": `["a/", "b/"]`},
		},
		"prefix of every key": {
			rule: oss.Rule{ReplicateHistory: true, Prefixes: []string{""}}, block: "  action = \"PUT\"\n  prefix_set {\n    prefixes = [\"\"]\n  }\n",
		},
		"encrypted objects": {
			rule: oss.Rule{ReplicateHistory: true, ReplicateKMS: true, ReplicaKMSKeyID: emulator.ReplicaKeyARN()}, block: "  action = \"PUT\"\n" + kms,
			ours: arguments{"replica_kms_key_id": `"` + emulator.ReplicaKeyARN() + `"`},
		},
		"transfer type": {
			rule: oss.Rule{ReplicateHistory: true}, block: "  action = \"PUT\"\n  destination {\n    bucket = \"orders-backup\"\n    location = \"oss-cn-hangzhou\"\n    transfer_type = \"internal\"\n  }\n",
		},
		"tag filter, which alicloud does not know": {
			rule:  oss.Rule{ReplicateHistory: true, TagFilter: &oss.TagFilter{Match: "AND", Tags: []oss.Tag{{Key: "k", Value: "v"}}}},
			block: "  action = \"PUT\"\n", ours: arguments{"tag_filter": tagFilter("all", "k|v")},
		},
		"role that OSS does not show": {
			rule: oss.Rule{ReplicateHistory: true}, block: "  action = \"PUT\"\n", world: func(w *emulator.World) { w.Switches.OmitSyncRole = true },
		},
	} {
		t.Run(name, func(t *testing.T) {
			changes := []func(*emulator.World){existing(c.rule)}
			if c.world != nil {
				changes = append(changes, c.world)
			}
			d, stub := besideAlicloud(t, changes...)
			d.writeBoth(replicationBlock(c.block)).apply().ok()
			d.cloud.ClearRequests()
			d.writeBoth(ruleBlock("a", c.ours) + moveRule).plan().ok().plans("a move")
			d.apply().ok().plans("a move")
			d.plan().empty()
			d.writeBoth(ruleBlock("a", c.ours)).plan().empty()
			stub.spared()
			if got := d.state("srr_rule", "a"); got["rule_id"] != "stranger" || got["account_id"] != emulator.SourceAccount {
				t.Errorf("the state is %v", got)
			}
		})
	}
}

func TestRule_moveRefusesWhatItCannotExpress(t *testing.T) {
	to := func(location, transfer string) string {
		return "  destination {\n    bucket = \"orders-backup\"\n    location = \"" + location + "\"\n    transfer_type = \"" + transfer + "\"\n  }\n"
	}
	for name, c := range map[string]struct {
		rule  oss.Rule
		block string
		want  []string
	}{
		"time control": {oss.Rule{RTC: true}, "  rtc {\n    enabled = true\n  }\n", []string{"uses replication time control", "Keep it with alicloud"}},
		"time control since the state was written": {oss.Rule{RTC: true}, "", []string{"uses replication time control"}},
		"acceleration":    {oss.Rule{TransferType: "oss_acc"}, to("oss-cn-hangzhou", "oss_acc"), []string{"uses transfer acceleration", "Keep it with alicloud"}},
		"other region":    {oss.Rule{Location: "oss-cn-beijing"}, to("oss-cn-beijing", ""), []string{"goes from oss-cn-hangzhou to oss-cn-beijing"}},
		"no role":         {oss.Rule{}, "  sync_role = \"\"\n", []string{"has no sync_role", "source_bucket,rule_id,role"}},
		"deletions alone": {oss.Rule{Action: "DELETE"}, "  action = \"DELETE\"\n", []string{"repeats DELETE and no writes", "Keep it with alicloud"}},
		"deletions alone since the state was written": {oss.Rule{Action: "DELETE"}, "  action = \"PUT\"\n", []string{"repeats DELETE and no writes"}},
		"KMS without key": {oss.Rule{}, "  source_selection_criteria {\n    sse_kms_encrypted_objects {\n      status = \"Enabled\"\n    }\n  }\n", []string{"names no key"}},
	} {
		t.Run(name, func(t *testing.T) {
			d, stub := besideAlicloud(t, existing(c.rule))
			d.writeBoth(replicationBlock(c.block)).apply().ok()
			d.cloud.ClearRequests()
			d.writeBoth(ruleBlock("a") + moveRule).plan().fails(append(c.want, "Rule cannot be moved")...)
			d.writeBoth(replicationBlock(c.block)).plan().empty()
			stub.spared()
		})
	}
}

// A plan without refresh has only what alicloud recorded, and does not replace
// the rule for it. What differs in the cloud is a plan like any other drift.
func TestRule_moveWithoutRefreshAndWithDrift(t *testing.T) {
	d, stub := besideAlicloud(t, existing(oss.Rule{ReplicateHistory: true}))
	d.writeBoth(replicationBlock("  action = \"PUT\"\n")).apply().ok()
	d.cloud.ClearRequests()
	d.writeBoth(ruleBlock("a") + moveRule).plan("-refresh=false").ok().plans("a move")
	d.apply("-refresh=false").ok().plans("a move")
	stub.spared()
	if got := d.state("srr_rule", "a")["account_id"]; got != nil {
		t.Errorf("the account is %v, though nothing was read", got)
	}
	d.cloud.change(func(w *emulator.World) { bucketOf(w, emulator.SourceBucket).Rules[0].RTC = true })
	d.plan().fails("Rule cannot be moved", "uses replication time control")
	d.cloud.change(func(w *emulator.World) { bucketOf(w, emulator.SourceBucket).Rules[0].RTC = false })
	d.apply("-refresh-only").ok()
	// A rule that was taken over is looked at like any other from then on.
	d.cloud.change(func(w *emulator.World) { bucketOf(w, emulator.SourceBucket).Rules[0].RTC = true })
	d.plan().empty()
}

func TestRule_moveIntoAnInstance(t *testing.T) {
	d, stub := besideAlicloud(t, existing(oss.Rule{ReplicateHistory: true}))
	d.writeBoth(replicationBlock("")).apply().ok()
	d.cloud.ClearRequests()
	d.writeBoth(ruleBlock("a", arguments{"for_each": `toset(["orders"])`}) + strings.Replace(moveRule, "srr_rule.a", `srr_rule.a["orders"]`, 1))
	d.plan().ok().plans(`a["orders"] move`)
	stub.spared()
}

func TestRule_moveOfARuleThatIsGone(t *testing.T) {
	d, _ := besideAlicloud(t, existing(oss.Rule{ReplicateHistory: true}))
	d.writeBoth(replicationBlock("")).apply().ok()
	d.cloud.change(func(w *emulator.World) { bucketOf(w, emulator.SourceBucket).Rules = nil })
	d.writeBoth(ruleBlock("a")+moveRule).plan().plans("a create").warns("Rule is gone", "The next apply creates it again")
}

func TestRule_moveWithTheCredentialsOfTheOtherAccount(t *testing.T) {
	d, stub := besideAlicloud(t, existing(oss.Rule{ReplicateHistory: true}), readableForAll)
	d.writeBoth(replicationBlock("")).apply().ok()
	d.cloud.ClearRequests()
	d.writeBoth(ruleBlock("a", arguments{"provider": "srralt"})+moveRule).plan().fails("Source bucket of another account", emulator.DestinationAccount)
	stub.spared()
}

// readableForAll lets the destination account look at the source bucket.
func readableForAll(w *emulator.World) {
	bucketOf(w, emulator.SourceBucket).Policy = documentOf(allows(`"oss:GetBucketReplication","oss:GetBucketInfo"`,
		`"`+emulator.DestinationAccount+`"`, `"acs:oss:*:`+emulator.SourceAccount+`:orders"`))
}

func TestRule_moveOfTheRuleOfAnotherResource(t *testing.T) {
	d, stub := besideAlicloud(t, existing(oss.Rule{ReplicateHistory: true}))
	d.writeBoth(replicationBlock("") + ruleBlock("b") + importing("b", "orders,stranger")).apply().ok()
	d.cloud.ClearRequests()
	d.writeBoth(ruleBlock("a") + ruleBlock("b") + moveRule).plan().fails("Rule belongs to another resource")
	stub.spared()
}
