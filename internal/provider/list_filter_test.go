package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/kms"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

func bucketNamed(name, owner string, rules ...oss.Rule) func(*emulator.World) {
	return func(w *emulator.World) {
		for i := range rules {
			rules[i].Location, rules[i].Action, rules[i].Role = orElse(rules[i].Location, "oss-"+emulator.Region), "PUT", "oss-srr-orders"
		}
		w.OSS.Buckets = append(w.OSS.Buckets, oss.Bucket{Name: name, Owner: owner, Region: emulator.Region, Rules: rules})
	}
}

func orElse(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}

// keyNamed adds a key with a policy to the destination account.
func keyNamed(id, policy string) func(*emulator.World) {
	return func(w *emulator.World) {
		w.KMS.Keys = append(w.KMS.Keys, kms.Key{
			ID: id, Owner: emulator.DestinationAccount, Region: emulator.Region, InstanceID: "kst-hzz0000000000replica", Policy: policy,
		})
	}
}

func TestRuleList_filters(t *testing.T) {
	t.Parallel()
	long := time.Now().Add(-time.Hour)
	cloud := newCloud(t, more, func(w *emulator.World) {
		w.Time, w.Switches.ClosingTime = time.Now(), never
	}, existing(
		oss.Rule{ID: "b", Destination: "orders-b", Created: long}, oss.Rule{ID: "first", Created: time.Now().Add(never)},
		oss.Rule{ID: "closing", Destination: "orders-c", Created: long, Closed: time.Now()},
	), bucketNamed("invoices", emulator.SourceAccount, oss.Rule{ID: "i", Destination: "orders-backup", Created: long}), bucketNamed("orders-2", emulator.SourceAccount))
	const invoices, toB, first = "invoices => orders-backup", "orders => orders-b", "orders => orders-backup"
	for _, row := range []struct {
		config map[string]any
		want   []string
		lists  int
	}{
		{nil, []string{invoices, toB, first}, 3},
		{map[string]any{"source_bucket_prefix": "orders"}, []string{toB, first}, 2},
		{map[string]any{"source_bucket_prefix": "none"}, []string{}, 0},
		{map[string]any{"destination_bucket": "orders-backup"}, []string{invoices, first}, 3},
		{map[string]any{"destination_bucket": "orders-c"}, []string{}, 3},
		{map[string]any{"status": "doing"}, []string{invoices, toB}, 3},
		{map[string]any{"status": "starting"}, []string{first}, 3},
		{map[string]any{"status": "starting", "destination_bucket": "orders-b"}, []string{}, 3},
	} {
		cloud.ClearRequests()
		listsExactly(t, cloud.speakForSource().list("srr_rule", row.config, 0, false), row.want)
		if got := cloud.calls("GetBucketReplication"); got != row.lists {
			t.Errorf("%v: %d lists of rules, want %d", row.config, got, row.lists)
		}
	}
}

func TestRuleList_namesWhatCannotBeManaged(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, more, existing(
		oss.Rule{ID: "far", Location: "oss-cn-beijing"}, oss.Rule{ID: "fast", Destination: "orders-b", TransferType: "oss_acc"}, oss.Rule{ID: "good", Destination: "orders-c"},
	), bucketNamed("copy", emulator.SourceAccount), bucketNamed("inside", emulator.SourceAccount, oss.Rule{ID: "own", Destination: "copy"}), func(w *emulator.World) {
		bucketOf(w, "inside").Rules[0].Role = ""
		w.OSS.Buckets = append(w.OSS.Buckets, oss.Bucket{Name: "beijing", Owner: emulator.SourceAccount, Region: "cn-beijing"})
	})
	found := cloud.speakForSource().list("srr_rule", nil, 0, true)
	listsExactly(t, found, []string{"orders => orders-c"}, "WARNING: Object is not listed: The rule far of bucket orders goes from oss-cn-hangzhou to oss-cn-beijing",
		"The rule fast of bucket orders uses transfer acceleration", "The rule own of bucket inside shows no role")
	if len(found) != 4 {
		t.Errorf("%d results", len(found))
	}
}

// crowdedWithRules has 1,050 source buckets with two rules each in the first 30.
func crowdedWithRules(w *emulator.World) {
	more(w)
	for i := range 1050 {
		var rules []oss.Rule
		if i < 30 {
			rules = []oss.Rule{{ID: "one", Destination: "orders-b"}, {ID: "two", Destination: "orders-c"}}
		}
		bucketNamed(fmt.Sprintf("many-%04d", i), emulator.SourceAccount, rules...)(w)
	}
}

func TestList_readsNoFurtherThanItMust(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, crowdedWithRules)
	for _, row := range []struct {
		what           string
		limit          int64
		enough         int
		results        int
		pages, atMost  int
		includedObject bool
	}{
		{"a limit", 3, 0, 3, 1, 10, true},
		{"a limit of one", 1, 0, 1, 1, 10, false},
		{"a limit at the end of a batch", 20, 0, 20, 1, 10, false},
		{"Terraform wants no more", 0, 21, 21, 1, 20, false},
		{"everything", 0, 0, 60, 2, 1051, false},
		{"a limit that is not reached", 1000, 0, 60, 2, 1051, false},
	} {
		cloud.ClearRequests()
		found := cloud.speakForSource().listUntil("srr_rule", nil, row.limit, row.includedObject, row.enough)
		if len(found) != row.results || said(found...) != "" {
			t.Errorf("%s: %d results, want %d\n%s", row.what, len(found), row.results, said(found...))
		}
		if got := cloud.calls("ListBuckets"); got != row.pages {
			t.Errorf("%s: %d pages of buckets, want %d", row.what, got, row.pages)
		}
		if got := cloud.calls("GetBucketReplication"); got > row.atMost {
			t.Errorf("%s: %d lists of rules, at most %d are needed", row.what, got, row.atMost)
		}
	}
}

func TestGrantList_findsGrantsByTheirMeaning(t *testing.T) {
	t.Parallel()
	principal := func(name string) string {
		return `"` + strings.Replace(grantPrincipal, "oss-srr-orders", name, 1) + `"`
	}
	arn := func(name string) string { return strings.Replace(roleOfSource, "oss-srr-orders", name, 1) }
	cloud := newCloud(t, withPolicy(documentOf(foreign,
		allows(grantActions, principal("shared-a")+","+principal("shared-b"), wholeBucket),
		strings.NewReplacer("[", "", "]", "").Replace(allows(`"oss:ReplicatePut"`, principal("Scalar"), `"`+grantBucket+`/*"`)),
		allows(grantActions+`,"oss:GetObject"`, principal("wider"), wholeBucket),
		allows(grantActions, principal("part"), `"`+grantBucket+`/in/*"`),
		allows(`"oss:*"`, principal("everything"), wholeBucket),
		allows(grantActions, `"*","`+emulator.SourceAccount+`",`+strings.Replace(principal("one"), "/*", "/session", 1), wholeBucket),
	)), bucketNamed("aaa-broken", emulator.DestinationAccount), bucketNamed("archive", emulator.DestinationAccount), func(w *emulator.World) {
		bucketOf(w, "aaa-broken").Policy = strings.Replace(strings.ReplaceAll(documentOf(ours()), "orders-backup", "aaa-broken"), `"Version":"1"`, `"Version":"1","Version":"1"`, 1)
		bucketOf(w, "archive").Policy = strings.ReplaceAll(documentOf(ours()), "orders-backup", "archive")
	})
	all := []string{roleOfSource + " on archive", arn("shared-a") + " on orders-backup", arn("shared-b") + " on orders-backup", arn("scalar") + " on orders-backup"}
	found := cloud.speakForDestination().list("srr_destination_grant", nil, 0, true)
	listsExactly(t, found, all, "WARNING: List is not complete: The policy of bucket aaa-broken", "twice",
		"WARNING: Object is not listed: The grant for "+strings.Trim(principal("wider"), `"`)+" on bucket orders-backup holds oss:GetObject", grantBucket+"/in/*")
	for _, row := range []struct {
		config map[string]any
		want   []string
	}{
		{map[string]any{"bucket_prefix": "arch"}, all[:1]},
		{map[string]any{"bucket_prefix": "orders", "role_arn": arn("Shared-B")}, all[2:3]},
		{map[string]any{"bucket_prefix": "arch", "role_arn": arn("shared-b")}, nil},
	} {
		listsExactly(t, cloud.speakForDestination().list("srr_destination_grant", row.config, 0, false), slices.Concat([]string{}, row.want))
	}
	listsExactly(t, cloud.speakForDestination().list("srr_destination_grant", map[string]any{"bucket_prefix": "orders"}, 2, false), all[1:3])
}

func TestKeyGrantList_findsRolesThatMayEncrypt(t *testing.T) {
	t.Parallel()
	role := func(name string) string { return `"` + strings.Replace(roleOfSource, "oss-srr-orders", name, 1) + `"` }
	second := strings.Replace(emulator.ReplicaKeyARN(), emulator.ReplicaKey, "key-second", 1)
	cloud := newCloud(t, withKeyPolicy(documentOf(keyOwner, keyForeign,
		keyAllows("", `"kms:Decrypt","kms:GenerateDataKey"`, role("plain")+","+role("Other")),
		keyAllows("", `"kms:Decrypt","kms:GenerateDataKey","kms:CreateAlias"`, role("wider")),
		keyAllows("", `"kms:GenerateDataKey"`, role("half")),
	)), keyNamed("key-second", documentOf(keyOwner, keyOurs())), func(w *emulator.World) {
		w.KMS.Keys = append(w.KMS.Keys, kms.Key{ID: "key-default", Owner: emulator.DestinationAccount, Region: emulator.Region})
	})
	arn := func(name, key string) string { return strings.Trim(role(name), `"`) + " on " + key }
	all := []string{arn("plain", emulator.ReplicaKeyARN()), arn("other", emulator.ReplicaKeyARN()), roleOfSource + " on " + second}
	listsExactly(t, cloud.speakForDestination().list("srr_kms_key_policy", nil, 0, true), all, "WARNING: Object is not listed", "kms:CreateAlias")
	for _, row := range []struct {
		config map[string]any
		want   []string
		texts  []string
	}{
		{map[string]any{"key_id": "key-second"}, all[2:], nil},
		{map[string]any{"key_id": second}, all[2:], nil},
		{map[string]any{"key_id": "key-absent"}, []string{}, nil},
		{map[string]any{"role_arn": strings.Trim(role("PLAIN"), `"`)}, all[:1], nil},
		{map[string]any{"key_id": strings.Replace(second, emulator.DestinationAccount, emulator.SourceAccount, 1)}, []string{}, []string{"ERROR", "Key of another account"}},
	} {
		cloud.ClearRequests()
		listsExactly(t, cloud.speakForDestination().list("srr_kms_key_policy", row.config, 0, false), row.want, row.texts...)
		if got := cloud.calls("ListKeys"); row.config["key_id"] != nil && got > 0 {
			t.Errorf("%v: %d lists of keys", row.config, got)
		}
	}
}

func TestRoleList_saysWhichRoleNoConfigurationHas(t *testing.T) {
	t.Parallel()
	found := newCloud(t, handMade, usesEveryKey).speakForSource().list("srr_replication_role", nil, 0, true)
	listsExactly(t, found, []string{}, "WARNING: Object is not listed: Role SRR-Orders may use the KMS keys that its policy names, and every key", "Detach AliyunKMSCryptoUserAccess")
}

func TestRoleList_listsReplicationRolesOnly(t *testing.T) {
	t.Parallel()
	attached := identity.Attachment{Type: "Custom", Policy: "Hand-Made"}
	policy := func(name, document string) func(*emulator.World) {
		return func(w *emulator.World) {
			w.Accounts[0].Policies = append(w.Accounts[0].Policies, identity.Policy{Name: name, Versions: []identity.Version{{Number: 1, Document: document}}})
		}
	}
	cloud := newRoleCloud(t, handMade,
		policy("invoices", strings.ReplaceAll(readOrders, ":orders", ":invoices")), policy("wider", strings.Replace(readOrders, "oss:ReplicateGet", "oss:GetObject", 1)),
		roleWith("invoices", strings.ReplaceAll(trustOfOSS, `["oss.aliyuncs.com"]`, `"oss.aliyuncs.com"`), identity.Attachment{Type: "Custom", Policy: "invoices"}, identity.Attachment{Type: "System", Policy: "AliyunOSSFullAccess"}),
		roleWith("ecs", trustOf("Allow", "ecs.aliyuncs.com"), attached), roleWith("both", strings.Replace(trustOfOSS, `"oss.aliyuncs.com"`, `"oss.aliyuncs.com","ecs.aliyuncs.com"`, 1), attached),
		roleWith("bare", trustOfOSS), roleWith("full", trustOfOSS, identity.Attachment{Type: "System", Policy: "AliyunOSSFullAccess"}),
		roleWith("wider", trustOfOSS, identity.Attachment{Type: "Custom", Policy: "wider"}),
	)
	shared := []string{"WARNING: Policy of the role is shared: Policy Hand-Made of role SRR-Orders is also attached to role both, role ecs."}
	for _, row := range []struct {
		config map[string]any
		want   []string
		reads  int
		texts  []string
	}{
		{nil, []string{"SRR-Orders", "invoices"}, 7, shared},
		{map[string]any{"name_prefix": "srr-"}, []string{"SRR-Orders"}, 1, shared},
		{map[string]any{"name_prefix": "none"}, []string{}, 0, nil},
		{map[string]any{"source_bucket": "invoices"}, []string{"invoices"}, 7, nil},
		{map[string]any{"source_bucket": "elsewhere"}, []string{}, 7, nil},
	} {
		cloud.ClearRequests()
		found := cloud.speakForSource().list("srr_replication_role", row.config, 0, true)
		slices.SortFunc(found, func(a, b identified) int { return strings.Compare(a.name, b.name) })
		listsExactly(t, found, row.want, row.texts...)
		if got := cloud.calls("GetRole"); got != row.reads {
			t.Errorf("%v: %d roles were read, want %d", row.config, got, row.reads)
		}
		if got := cloud.calls("ListPoliciesForRole"); got > max(1, row.reads-2) {
			t.Errorf("%v: the policies of %d roles were read, also of those that OSS cannot assume", row.config, got)
		}
	}
}
