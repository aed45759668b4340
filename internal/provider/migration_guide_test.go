package provider_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// migration is the guide on migrating: its configurations, in order, and what it
// says of the plans.
type migration struct {
	alicloud, ours, document, key, console, letGo           string
	oursPlan, documentPlan, keyPlan, consolePlan, letGoPlan string
}

var (
	configurations = regexp.MustCompile("(?ms)^```hcl\n(.*?)^```$")
	outputs        = regexp.MustCompile("(?ms)^The plan:\n\n```text\n(.*?)^```$")
	space          = regexp.MustCompile(`\s+`)
)

func migrationText(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", "migration.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func migrationGuide(t *testing.T) (g migration) {
	t.Helper()
	text := migrationText(t)
	blocks, plans := configurations.FindAllStringSubmatch(text, -1), outputs.FindAllStringSubmatch(text, -1)
	into := []*string{&g.alicloud, &g.ours, &g.document, &g.key, &g.console, &g.letGo}
	shown := []*string{&g.oursPlan, &g.documentPlan, &g.keyPlan, &g.consolePlan, &g.letGoPlan}
	if len(blocks) != len(into) || len(plans) != len(shown) {
		t.Fatalf("the guide has %d configurations and %d plans", len(blocks), len(plans))
	}
	// Two accounts are two providers in these tests, see factories.
	accounts := strings.NewReplacer("srr.source", "srr", "srr.backup", "srralt")
	for i, text := range into {
		*text = accounts.Replace(blocks[i][1])
	}
	for i, text := range shown {
		*text = plans[i][1]
	}
	return g
}

// guided is the world that the guide is about, made by hand or by another tool.
func guided(w *emulator.World) {
	handMade(w)
	role := &w.Accounts[0].Roles[0]
	role.Name, role.Attached = "oss-srr-orders", []identity.Attachment{{Type: "Custom", Policy: "read-orders"}}
	w.Accounts[0].Policies[0].Name = "read-orders"
	withPolicy(documentOf(ours()))(w)
	existing(oss.Rule{ID: "7f3c2a90-5d1e-4b8a-9c64-1e0f5a2b7d38", ReplicateHistory: true})(w)
}

const alicloudAccounts = "provider \"alicloud\" {\n  alias = \"source\"\n}\nprovider \"alicloud\" {\n  alias = \"backup\"\n}\n"

// shows fails unless a plan for people has every line that the guide shows.
func (d terraformDir) shows(guide string) {
	d.t.Helper()
	said, err := d.command("plan", "-no-color").CombinedOutput()
	if err != nil {
		d.t.Fatalf("%v\n%s", err, said)
	}
	text := space.ReplaceAllString(string(said), " ")
	inOpenTofu := strings.NewReplacer("will no longer be managed by Terraform", "will be removed from the OpenTofu state", "to destroy.", "to destroy")
	for line := range strings.Lines(guide) {
		line = strings.TrimSpace(line)
		if strings.Contains(string(said), "OpenTofu") {
			line = inOpenTofu.Replace(line)
		}
		if !strings.Contains(text, line) {
			d.t.Errorf("the plan does not show %q but\n%s", line, said)
		}
	}
}

func TestMigrationGuide_fromAlicloudAndBack(t *testing.T) {
	guide := migrationGuide(t)
	d, stub := besideAlicloud(t, guided)
	d.writeBoth(guide.alicloud + alicloudAccounts).apply().ok()
	state, err := d.command("state", "pull").Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(d.path, "before.tfstate"), state, 0o600); err != nil {
		t.Fatal(err)
	}
	d.cloud.ClearRequests()
	d.writeBoth(guide.ours + alicloudAccounts).shows(guide.oursPlan)
	if got := d.apply(); got.exit != 0 {
		t.Fatal(got.said())
	}
	blocks, _, _ := strings.Cut(guide.ours, "moved {")
	d.write(blocks).plan().empty()
	if got := d.cloud.calls("GetBucketReplication"); got == 0 {
		t.Error("nothing was read")
	}
	d.writeBoth(guide.alicloud+alicloudAccounts).text("state", "push", "-force", "before.tfstate")
	d.plan().empty()
	stub.spared()
}

func TestMigrationGuide_documentWithOtherStatements(t *testing.T) {
	guide := migrationGuide(t)
	document := documentOf(foreign, ours())
	d, stub := besideAlicloud(t, guided, withPolicy(document))
	d.writeBoth(strings.Replace(bucketPolicyBlock(document), `"a"`, `"backup"`, 1)).apply().ok()
	d.cloud.ClearRequests()
	d.writeBoth(guide.document).shows(guide.documentPlan)
	if got := d.apply(); got.exit != 0 {
		t.Fatal(got.said())
	}
	block, _, _ := strings.Cut(guide.document, "import {")
	d.write(block).plan().empty()
	if got := d.cloud.policy(emulator.DestinationBucket); got != document {
		t.Errorf("the policy became %s", got)
	}
	stub.spared()
}

func TestMigrationGuide_keyBesideItsGrant(t *testing.T) {
	guide := migrationGuide(t)
	d, stub := besideAlicloud(t, withKeyPolicy(documentOf(keyOwner, keyAllows("", keyActions, `"`+roleOfSource+`"`))))
	key, _, _ := strings.Cut(guide.key, "resource \"srr_kms_key_policy\"")
	d.writeBoth(key + alicloudAccounts).apply().ok()
	d.cloud.ClearRequests()
	d.writeBoth(guide.key + alicloudAccounts).shows(guide.keyPlan)
	d.apply().ok().plans("srr_kms_key_policy.orders import")
	d.plan().empty()
	stub.spared()
}

func TestMigrationGuide_lettingGoAndComingBack(t *testing.T) {
	t.Parallel()
	guide := migrationGuide(t)
	d := newCloud(t, guided).terraform()
	d.write(guide.console).apply().ok()
	d.cloud.ClearRequests()
	d.write(guide.letGo).shows(guide.letGoPlan)
	if got := d.apply(); got.exit != 0 {
		t.Fatal(got.said())
	}
	d.write("").plan().empty()
	d.write(guide.console).shows(guide.consolePlan)
	d.apply().ok()
	block, _, _ := strings.Cut(guide.console, "import {")
	d.write(block).plan().empty()
	d.cloud.onlyReads()
}

// OSS may not show the role of a rule: the guide's plan is the same all the same,
// and the shorter id does what the guide says of it.
func TestMigrationGuide_fromTheConsoleWhereTheRoleIsHidden(t *testing.T) {
	t.Parallel()
	guide := migrationGuide(t)
	hidden := func(w *emulator.World) { w.Switches.OmitSyncRole = true }
	d := newCloud(t, guided, hidden).terraform()
	d.write(guide.console).shows(guide.consolePlan)
	const id = `"orders,7f3c2a90-5d1e-4b8a-9c64-1e0f5a2b7d38,oss-srr-orders"`
	pair := strings.Replace(guide.console, id, `"orders=>orders-backup"`, 1)
	if pair == guide.console {
		t.Fatalf("the guide does not import %s", id)
	}
	other := newCloud(t, guided, hidden).terraform()
	other.write(pair).shows("Plan: 3 to import, 0 to add, 1 to change, 0 to destroy.")
	for _, one := range []terraformDir{d, other} {
		one.cloud.ClearRequests()
		one.apply().ok()
		block, _, _ := strings.Cut(guide.console, "import {")
		one.write(block).plan().empty()
		one.cloud.onlyReads()
	}
}

func TestMigrationGuide_fromTheConsoleAndBack(t *testing.T) {
	guide := migrationGuide(t)
	d, stub := besideAlicloud(t, guided)
	d.cloud.ClearRequests()
	d.write(guide.console).shows(guide.consolePlan)
	d.apply().ok()
	block, _, _ := strings.Cut(guide.console, "import {")
	d.write(block).plan().empty()
	d.text("state", "rm", "srr_rule.orders", "srr_destination_grant.orders", "srr_replication_role.orders")
	d.write("").plan().empty()
	stub.spared()
}
