package provider_test

import (
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// trusting adds a role that the service may assume, and that may do everything.
func trusting(role, service string) func(*emulator.World) {
	return roleWith(role, trustOf("Allow", service), identity.Attachment{Type: "System", Policy: "AdministratorAccess"})
}

func TestRule_roleThatOSSCannotAssumeIsAWarning(t *testing.T) {
	d := ruleTest(t, trusting("oss-srr-orders", "ecs.aliyuncs.com"), trusting("good", "oss.aliyuncs.com"))
	d.write(ruleBlock("a")).plan().warns("OSS cannot assume the role", "does not let the service oss.aliyuncs.com assume it")
	d.write(ruleBlock("a", arguments{"role": `"good"`})).plan().ok()
	before := d.cloud.calls("GetRole")
	d.apply().ok()
	d.plan().empty()
	if got := d.cloud.calls("GetRole"); got > before+2 {
		t.Errorf("%d calls of GetRole, want one for each planning of the creation", got-before)
	}
}

func TestRule_unreadableFactsAreNoWarning(t *testing.T) {
	d := ruleTest(t)
	for _, operation := range []string{"GetRole", getRules} {
		d.inject(emulator.Fault{Kind: emulator.FaultError, Operation: operation, Status: 403, Code: "NoPermission"})
	}
	d.write(ruleBlock("a")).plan().ok().plans("a create")
}

func TestRule_unchangedRuleCostsOneListCall(t *testing.T) {
	d := ruleTest(t, more)
	d.write(ruleBlock("a") + ruleBlock("b", arguments{"destination_bucket": `"orders-b"`})).apply().ok()
	d.cloud.ClearRequests()
	d.plan().empty()
	var asked []string
	for _, r := range d.cloud.Requests(0) {
		asked = append(asked, r.Operation)
	}
	if got := strings.Join(asked, " "); got != "GetCallerIdentity GetBucketReplication" {
		t.Errorf("the plan called %s", got)
	}
}

func TestRule_tagFilterInARegionWithoutSupportIsAWarning(t *testing.T) {
	t.Parallel()
	d := newCloud(t, silent, func(w *emulator.World) {
		w.OSS.Buckets = append(w.OSS.Buckets,
			oss.Bucket{Name: "zjk", Owner: emulator.SourceAccount, Region: "cn-zhangjiakou"},
			oss.Bucket{Name: "zjk-backup", Owner: emulator.DestinationAccount, Region: "cn-zhangjiakou"})
	}).terraform()
	body := ruleBlock("a", arguments{"source_bucket": `"zjk"`, "destination_bucket": `"zjk-backup"`, "tag_filter": tagFilter("all", "k|v")})
	d.writeIn("cn-zhangjiakou", body).plan().plans("a create").warns("Tag filter in a region without support",
		"The documentation of OSS lists cn-zhangjiakou among the regions whose replication rules have no tag filter. OSS may refuse the rule.")
}

func TestRule_twoAccountsPlanWithoutAWarning(t *testing.T) {
	t.Parallel()
	empty := newCloud(t, func(w *emulator.World) { w.OSS.Buckets, w.KMS.Keys = nil, nil }).terraform()
	empty.write(twoAccounts).plan().ok()
	d := newCloud(t).terraform()
	d.write(twoAccounts).apply().ok()
	d.plan().empty()
	// What changes in place upstream leaves the rule alone.
	changed := strings.Replace(twoAccounts, "role_arn = ", "allow_deletes = false\n  role_arn = ", 1)
	changed = strings.Replace(changed, "source_buckets = ", "description = \"x\"\n  source_buckets = ", 1)
	d.write(changed).apply().ok().plans("srr_destination_grant.orders update", "srr_replication_role.orders update")
	d.plan().empty()
	d.destroy().ok()
}

func TestRule_withoutAGrantTheServiceSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	d := newCloud(t).terraform()
	d.write(ruleBlock("a", arguments{"timeouts": `{ create = "1s" }`})).apply().
		fails("Cannot create the rule orders => orders-backup", "NoPermission", "OSS cannot assume the role oss-srr-orders")
}

func TestRule_roleThatThisPlanRepairsIsNoWarning(t *testing.T) {
	const role = "resource \"srr_replication_role\" \"r\" {\n  name = \"repaired\"\n  source_buckets = [\"orders\"]\n}\n"
	d := ruleTest(t)
	d.write(role).apply().ok()
	d.cloud.change(func(w *emulator.World) {
		for i := range w.Accounts[0].Roles {
			if r := &w.Accounts[0].Roles[i]; r.Name == "repaired" {
				r.TrustPolicy = strings.ReplaceAll(r.TrustPolicy, "oss.aliyuncs.com", "ecs.aliyuncs.com")
			}
		}
	})
	made := arguments{"role": "srr_replication_role.r.name"}
	d.write(role + ruleBlock("a", made)).plan().ok()
	// The provider block of the rule is another process for the same account.
	d.writeOneAccount(role+ruleBlock("a", made, arguments{"provider": "srralt"})).plan().ok().plans("a create", "srr_replication_role.r update")
	d.writeOneAccount(ruleBlock("a", arguments{"role": `"repaired"`, "provider": "srralt"})).plan().says("warning", "OSS cannot assume the role")
}
