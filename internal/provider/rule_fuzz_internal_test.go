package provider

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// FuzzRule_whatPassesIsAccepted sends whatever the checks let through to an
// emulated service, which knows the service's rules by itself, and reads it back.
func FuzzRule_whatPassesIsAccepted(f *testing.F) {
	f.Add("orders-backup", "logs/\nvideo/", "all", "a=1\nb=2", "role", "", true, false)
	f.Add("orders-backup", "a\x01b", "any", "k=1\nk=2", "acs:ram::1000000000000001:role/R.x", "acs:kms:cn-hangzhou:2000000000000002:key/k", false, false)
	f.Add("orders", strings.Repeat("ä", 511)+"\norders/x\n*", "all", "ключ=значение", "a@b", "alias/x", false, true)
	f.Add("orders-backup", "a&b<c>\"'\t\r", "any", " =+-=._:/", "R-1.a", "", false, false)
	world := emulator.DefaultWorld()
	world.Switches.SilentCreate = true
	cloud, err := emulator.New(emulator.Options{World: &world})
	if err != nil {
		f.Fatal(err)
	}
	server, err := emulator.Start(f.Context(), cloud, "127.0.0.1:0", nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := server.Close(); err != nil {
			f.Error(err)
		}
	})
	keys := emulator.SourceKeyPair()
	client, err := alicloud.New(alicloud.Config{
		Region: emulator.Region, Endpoints: alicloud.Endpoints{OSS: server.URL, RAM: server.URL, KMS: server.URL, STS: server.URL}, MaxRetries: -1,
		Credentials: alicloud.StaticCredentials{AccessKeyID: keys.ID, AccessKeySecret: keys.Secret},
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, destination, prefixes, match, tags, role, key string, history, deletes bool) {
		m := fuzzedRule(t, destination, prefixes, match, tags, role, key, history, deletes)
		wanted, passes := passing(t, m)
		if !passes {
			return
		}
		id, err := client.PutRule(t.Context(), wanted.SourceBucket, toSend(wanted, "oss-"+emulator.Region))
		if alicloud.HasCode(err, "InvalidTargetBucket") {
			return // there is no such bucket, which no check can know
		}
		if err != nil {
			t.Fatalf("%+v passes, but: %v", wanted, err)
		}
		rules, err := client.Rules(alicloud.Fresh(t.Context()), wanted.SourceBucket)
		if err != nil || len(rules) != 1 {
			t.Fatalf("%v %v", rules, err)
		}
		if differ := wanted.Differences(asSeen(wanted.SourceBucket, rules[0])); len(differ) > 0 {
			t.Errorf("%+v comes back as %+v, different in %v", wanted, rules[0], differ)
		}
		if err := client.DeleteRule(t.Context(), wanted.SourceBucket, id); err != nil {
			t.Fatal(err)
		}
		cloud.Advance(time.Hour)
	})
}

// fuzzedRule makes a configuration of texts: prefixes and key=value tags stand
// on lines of their own.
func fuzzedRule(t *testing.T, destination, prefixes, match, tags, role, key string, history, deletes bool) ruleModel {
	t.Helper()
	m := ruleModel{
		SourceBucket: types.StringValue(emulator.SourceBucket), DestinationBucket: types.StringValue(destination), Role: types.StringValue(role),
		ReplicateHistory: types.BoolValue(history), ReplicateDeletes: types.BoolValue(deletes),
		Prefixes: types.SetNull(types.StringType), TagFilter: types.ObjectNull(tagFilterType().AttrTypes), ReplicaKMSKeyID: types.StringNull(),
	}
	if key != "" {
		m.ReplicaKMSKeyID = types.StringValue(key)
	}
	if prefixes != "" {
		set, diags := types.SetValueFrom(t.Context(), types.StringType, strings.Split(prefixes, "\n"))
		if diags.HasError() {
			t.Fatal(diags)
		}
		m.Prefixes = set
	}
	if tags != "" {
		seen := replication.Rule{TagMatch: replication.Match(match)}
		for line := range strings.SplitSeq(tags, "\n") {
			k, v, _ := strings.Cut(line, "=")
			seen.Tags = append(seen.Tags, replication.Tag{Key: k, Value: v})
		}
		if diags := m.showTags(t.Context(), seen); diags.HasError() {
			t.Fatal(diags)
		}
	}
	return m
}

// passing applies what plan applies: the validators of the schema, the checks of
// the rule, and the comparison with account and region.
func passing(t *testing.T, m ruleModel) (replication.Rule, bool) {
	t.Helper()
	wanted, diags := m.rule(t.Context())
	p := planning{plan: m}
	diags.Append(m.check(t.Context())...)
	diags.Append(p.checkBareKey()...)
	diags.Append(m.checkPrefixCount(replication.DefaultPrefixLimit)...)
	diags.Append(m.checkAccount(emulator.SourceAccount, emulator.Region)...)
	valid := bucketName().(checkedString).check(wanted.DestinationBucket) == nil &&
		roleNameOrARN().(checkedString).check(wanted.Role) == nil &&
		(wanted.ReplicaKeyID == "" || replicaKey().check(wanted.ReplicaKeyID) == nil) &&
		len(wanted.Tags) <= replication.MaxTags &&
		(len(wanted.Tags) == 0 || wanted.TagMatch == replication.MatchAll || wanted.TagMatch == replication.MatchAny)
	wanted.ID, _, _ = newRuleID()
	return wanted, valid && !diags.HasError()
}
