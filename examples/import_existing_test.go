package examples_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-exec/tfexec"
	tfjson "github.com/hashicorp/terraform-json"

	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

const (
	recipe = "import-existing"
	// pairs is how many buckets of the account have a rule to take over.
	pairs = 300
	// obstacles are rules that the recipe leaves out.
	obstacles = 5
)

// consoleMade has buckets with one rule each, in all shapes, that nobody manages
// with Terraform: count to take over, and one of each kind that cannot be.
func consoleMade(count int) emulator.World {
	world := emulator.DefaultWorld()
	world.Switches.SilentCreate = true
	add := func(name string, rule oss.Rule) {
		rule.ID, rule.Destination, rule.Role = "by-hand-"+name, name+"-backup", "oss-srr-"+name
		if rule.Location == "" {
			rule.Location = "oss-" + emulator.Region
		}
		world.OSS.Buckets = append(world.OSS.Buckets,
			oss.Bucket{Name: name, Owner: emulator.SourceAccount, Region: emulator.Region, Rules: []oss.Rule{rule}},
			oss.Bucket{Name: name + "-backup", Owner: emulator.DestinationAccount, Region: emulator.Region})
	}
	shapes := []oss.Rule{
		{Action: "PUT", ReplicateHistory: true},
		{Action: "ALL"},
		{Action: "PUT,DELETE", ReplicateHistory: true},
		{Action: "PUT", Prefixes: []string{"b/", "${a}/", "%{c}/", `"quoted"/`}},
		{Action: "PUT", TagFilter: &oss.TagFilter{Match: "OR", Tags: []oss.Tag{{Key: "k", Value: "v"}, {Key: "l", Value: "w"}}}},
		{Action: "PUT", ReplicateHistory: true, ReplicateKMS: true, ReplicaKMSKeyID: emulator.ReplicaKeyARN()},
	}
	for i := range count {
		add(fmt.Sprintf("data-%03d", i), shapes[i%len(shapes)])
	}
	add("fast", oss.Rule{Action: "PUT", RTC: true})
	add("accelerated", oss.Rule{Action: "PUT", TransferType: "oss_acc"})
	add("far", oss.Rule{Action: "PUT", Location: "oss-cn-beijing"})
	add("closing", oss.Rule{Action: "PUT"})
	add("deletions", oss.Rule{Action: "DELETE"})
	return world
}

// TestImportExisting goes through the recipe for taking over what was made by
// hand, on any CLI: 300 rules, each bucket's list read once per plan, and nothing
// written to the cloud.
func TestImportExisting(t *testing.T) {
	t.Parallel()
	program := build(t)
	for _, cli := range clis(t) {
		t.Run(filepath.Base(cli), func(t *testing.T) {
			cloud := startWorld(t, consoleMade(pairs))
			closing(t, cloud, "closing")
			found := takeStock(t, cli, program, cloud)
			manage(t, cli, program, cloud, found)
		})
	}
}

// TestImportExisting_besideWhatIsLeftOut takes over a rule whose pair still has an
// old one that closes, and says which bucket it could not read.
func TestImportExisting_besideWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	program, cli := build(t), clis(t)[0]
	world := consoleMade(2)
	bucket := bucketNamed(&world, "data-000")
	old := bucket.Rules[0]
	old.ID = "old"
	bucket.Rules = append([]oss.Rule{old}, bucket.Rules...)
	bucketNamed(&world, "data-001").Policy = `{"Version":"1","Statement":[{"Effect":"Deny","Action":["oss:*"],"Principal":["*"],"Resource":["acs:oss:*:*:data-001","acs:oss:*:*:data-001/*"]}]}`
	cloud := startWorld(t, world)
	closing(t, cloud, "data-000")
	closing(t, cloud, "closing")
	outputs := applied(t, openRecipe(t, cli, program, cloud, "find", nil))
	if why := leftOut(t, outputs)["data-000=>data-000-backup (old)"]; why != "is being deleted." {
		t.Errorf("the old rule is left out because it %q", why)
	}
	var rules map[string]struct{ ID string }
	var unread map[string]string
	if err := errors.Join(json.Unmarshal(outputs["rules"].Value, &rules), json.Unmarshal(outputs["not_read"].Value, &unread)); err != nil {
		t.Fatal(err)
	}
	if got := rules["data-000=>data-000-backup"].ID; len(rules) != 1 || got != "data-000,by-hand-data-000" {
		t.Errorf("the rules are %v", rules)
	}
	if !strings.HasPrefix(unread["data-001"], "GetBucketReplication of bucket data-001 failed with AccessDenied") || len(unread) != 1 {
		t.Errorf("not read are %v", unread)
	}
}

func bucketNamed(world *emulator.World, name string) *oss.Bucket {
	return &world.OSS.Buckets[slices.IndexFunc(world.OSS.Buckets, func(b oss.Bucket) bool { return b.Name == name })]
}

// closing ends the first rule of the bucket of that name, for as long as the test runs.
func closing(t *testing.T, cloud *emulator.Server, bucket string) {
	t.Helper()
	world := cloud.World()
	world.Switches.ClosingTime = 1 << 60
	bucketNamed(&world, bucket).Rules[0].Closed = cloud.Clock().Now()
	if err := cloud.SetWorld(world); err != nil {
		t.Fatal(err)
	}
}

// takeStock is the first step. It returns rules.json.
func takeStock(t *testing.T, cli, program string, cloud *emulator.Server) []byte {
	t.Helper()
	w := openRecipe(t, cli, program, cloud, "find", nil)
	cloud.ClearRequests()
	outputs := applied(t, w)
	// The account also has the default world's bucket, which has no rule.
	countCalls(t, cloud, map[string]int{"GetBucketReplication": pairs + obstacles + 1, "ListBuckets": 1, "GetCallerIdentity": 1})
	left := leftOut(t, outputs)
	want := map[string]string{
		"fast=>fast-backup (by-hand-fast)":                      "uses replication time control, which exists for cross-region replication only.",
		"accelerated=>accelerated-backup (by-hand-accelerated)": "uses transfer acceleration, which exists for cross-region replication only.",
		"far=>far-backup (by-hand-far)":                         "goes from cn-hangzhou to cn-beijing; this provider manages rules within one region.",
		"closing=>closing-backup (by-hand-closing)":             "is being deleted.",
		"deletions=>deletions-backup (by-hand-deletions)":       "repeats DELETE and no writes; a rule of this provider repeats writes, with or without deletions.",
	}
	if !maps.Equal(left, want) {
		t.Errorf("left out are %v, want %v", left, want)
	}
	return outputs["rules"].Value
}

func applied(t *testing.T, w *demo.Workspace) map[string]tfexec.OutputMeta {
	t.Helper()
	if err := w.Apply(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, w.Output)
	}
	outputs, err := w.Terraform.Output(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return outputs
}

func leftOut(t *testing.T, outputs map[string]tfexec.OutputMeta) (left map[string]string) {
	t.Helper()
	if err := json.Unmarshal(outputs["left_out"].Value, &left); err != nil {
		t.Fatal(err)
	}
	return left
}

// TestImportExisting_whereNoRoleIsShown leaves such rules out until the user says
// which role they have; it becomes a part of the import's id.
func TestImportExisting_whereNoRoleIsShown(t *testing.T) {
	t.Parallel()
	program, cli := build(t), clis(t)[0]
	world := consoleMade(1)
	world.Switches.OmitSyncRole = true
	cloud := startWorld(t, world)
	w := openRecipe(t, cli, program, cloud, "find", nil)
	const rule = "data-000=>data-000-backup (by-hand-data-000)"
	if got := leftOut(t, applied(t, w))[rule]; got != "shows no role, and neither var.roles nor var.role has it." {
		t.Errorf("left out is %q", got)
	}
	if err := os.WriteFile(filepath.Join(w.WorkingDir(), "role.auto.tfvars"), []byte("role = \"oss-srr-data-000\"\nsource_buckets = [\"data-000\"]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	manager := openRecipe(t, cli, program, cloud, "manage", applied(t, w)["rules"].Value)
	plan, err := manager.Preview(t.Context())
	if err != nil {
		t.Fatalf("%v\n%s", err, manager.Output)
	}
	onlyImports(t, plan, 1)
	if id := plan.ResourceChanges[0].Change.Importing.ID; id != "data-000,by-hand-data-000,oss-srr-data-000" {
		t.Errorf("the id is %s", id)
	}
}

// TestImportExisting_whereRolesAreHiddenAndDiffer gives each rule its own role: by
// its bucket, by its id, or else the one for all.
func TestImportExisting_whereRolesAreHiddenAndDiffer(t *testing.T) {
	t.Parallel()
	program, cli := build(t), clis(t)[0]
	world := consoleMade(4)
	world.Switches.OmitSyncRole = true
	cloud := startWorld(t, world)
	w := openRecipe(t, cli, program, cloud, "find", nil)
	given := func(text string) {
		t.Helper()
		all := "source_buckets = [\"data-000\", \"data-001\", \"data-002\", \"data-003\"]\n" + text
		if err := os.WriteFile(filepath.Join(w.WorkingDir(), "roles.auto.tfvars"), []byte(all), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const byBucketAndRule = `"data-000" = "oss-srr-data-000", "data-001,by-hand-data-001" = "oss-srr-data-001", "data-001" = "of-other-rules"`
	given("roles = { " + byBucketAndRule + " }\n")
	left := leftOut(t, applied(t, w))
	for _, name := range []string{"data-002", "data-003"} {
		if why := left[name+"=>"+name+"-backup (by-hand-"+name+")"]; why != "shows no role, and neither var.roles nor var.role has it." || len(left) != 2 {
			t.Errorf("left out are %v", left)
		}
	}
	given("role = \"oss-srr-data-002\"\nroles = { " + byBucketAndRule + ", \"data-003\" = \"oss-srr-data-003\" }\n")
	outputs := applied(t, w)
	var shown map[string]string
	if err := json.Unmarshal(outputs["roles_given"].Value, &shown); err != nil {
		t.Fatal(err)
	}
	manager := openRecipe(t, cli, program, cloud, "manage", outputs["rules"].Value)
	plan, err := manager.Preview(t.Context())
	if err != nil {
		t.Fatalf("%v\n%s", err, manager.Output)
	}
	onlyImports(t, plan, 4)
	for _, change := range plan.ResourceChanges {
		bucket, role := change.Change.After.(map[string]any)["source_bucket"].(string), change.Change.After.(map[string]any)["role"]
		if want := "oss-srr-" + bucket; role != want || shown[bucket+",by-hand-"+bucket] != want {
			t.Errorf("%s has the role %v, and %v are shown", bucket, role, shown)
		}
	}
	given("role = \"oss-srr-data-002\"\nroles = { \"data-00\" = \"oss-srr-data-000\" }\n")
	if err := w.Apply(t.Context()); err == nil || !strings.Contains(fmt.Sprint(err, w.Output), "keys of var.roles: data-00.") {
		t.Errorf("a key that names nothing: %v\n%s", err, w.Output)
	}
}

// manage is the second step, with what the first one found.
func manage(t *testing.T, cli, program string, cloud *emulator.Server, rules []byte) {
	t.Helper()
	w := openRecipe(t, cli, program, cloud, "manage", rules)
	// Per rule: its bucket's list, and where the bucket is, which decides whether
	// the rule can be taken over.
	calls := map[string]int{"GetBucketReplication": pairs, "GetBucketInfo": pairs, "GetCallerIdentity": 1}
	cloud.ClearRequests()
	plan, err := w.Preview(t.Context())
	if err != nil {
		t.Fatalf("%v\n%s", err, w.Output)
	}
	countCalls(t, cloud, calls)
	if warning := w.Warned(); warning != "" {
		t.Errorf("the plan warns: %s", warning)
	}
	onlyImports(t, plan, pairs)
	if err := w.ApplyPlan(t.Context()); err != nil {
		t.Fatal(err)
	}
	cloud.ClearRequests()
	again, err := w.Preview(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := demo.Actions(again); len(got) > 0 {
		t.Errorf("the plan after the import is %v", got)
	}
	delete(calls, "GetBucketInfo")
	countCalls(t, cloud, calls)
}

// onlyImports fails unless the plan imports every rule and changes nothing.
func onlyImports(t *testing.T, plan *tfjson.Plan, want int) {
	t.Helper()
	imports := 0
	for _, change := range plan.ResourceChanges {
		if change.Change.Importing != nil {
			imports++
		}
		if !change.Change.Actions.NoOp() {
			t.Errorf("%s: %v", change.Address, change.Change.Actions)
		}
	}
	if imports != want {
		t.Errorf("%d imports, want %d", imports, want)
	}
}

// countCalls fails unless exactly these calls were made, and each bucket was asked
// for its rules once.
func countCalls(t *testing.T, cloud *emulator.Server, want map[string]int) {
	t.Helper()
	got, asked := map[string]int{}, []string{}
	for _, r := range cloud.Requests(0) {
		got[r.Operation]++
		if r.Operation == "GetBucketReplication" {
			asked = append(asked, r.Object)
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("the calls are %v, want %v", got, want)
	}
	slices.Sort(asked)
	if distinct := len(slices.Compact(asked)); distinct != want["GetBucketReplication"] {
		t.Errorf("%d buckets were asked, want %d", distinct, want["GetBucketReplication"])
	}
}

// openRecipe prepares one directory of the recipe; rules is for rules.json.
func openRecipe(t *testing.T, cli, program string, cloud *emulator.Server, name string, rules []byte) *demo.Workspace {
	t.Helper()
	w, err := demo.Open(demo.Setting{CLI: cli, Provider: program, Example: filepath.Join(recipe, name), CloudURL: cloud.URL, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if rules != nil {
		if err := os.WriteFile(filepath.Join(w.WorkingDir(), "rules.json"), rules, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Init(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, w.Output)
	}
	w.Begin()
	return w
}
