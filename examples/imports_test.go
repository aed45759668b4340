package examples_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-exec/tfexec"

	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// identityVersion is the first minor version of either product with import by
// identity.
const identityVersion = 12

// handMade is a replication that exists without Terraform, as the import examples
// name it.
func handMade(t *testing.T) emulator.World {
	t.Helper()
	role, err := replication.ParseRoleARN("acs:ram::1000000000000001:role/oss-srr-orders")
	if err != nil {
		t.Fatal(err)
	}
	world := emulator.DefaultWorld()
	world.Accounts[0].Roles = []identity.Role{{
		Name: role.Name, TrustPolicy: replication.TrustPolicy(), Attached: []identity.Attachment{{Type: "Custom", Policy: role.Name}},
	}}
	world.Accounts[0].Policies = []identity.Policy{{
		Name: role.Name, Versions: []identity.Version{{Number: 1, Document: replication.SourcePolicy([]string{"orders"}, nil)}},
	}}
	world.OSS.Buckets[0].Rules = []oss.Rule{{
		ID: "orders-to-backup", Destination: "orders-backup", Action: "PUT", Role: role.Name, ReplicateHistory: true, Created: time.Now().Add(-time.Hour),
	}}
	world.OSS.Buckets[1].Policy = replication.DestinationPolicy("2000000000000002", "orders-backup", role, true)
	world.KMS.Keys[1].Policy = `{"Version":"1","Statement":[{"Effect":"Allow","Action":["kms:*"],"Principal":{"RAM":["acs:ram::2000000000000002:*"]},"Resource":["*"]},` +
		replication.KeyStatement(replication.KeySid(role), role, replication.DefaultKeyActions()) + `]}`
	return world
}

// importCommand is a line of an import.sh.
var importCommand = regexp.MustCompile(`(?m)^terraform import (\S+) (?:'(.*)'|(\S+))$`)

// imports are configurations that import, by name: files of one kind together,
// and the n-th commands of all scripts together.
func imports(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, file := range exampleFiles(t) {
		if isImport(file) {
			found[filepath.Base(file)] += read(t, file)
		}
	}
	scripts, err := filepath.Glob("resources/*/import.sh")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("scripts %v, %v", scripts, err)
	}
	for _, script := range scripts {
		for n, c := range importCommand.FindAllStringSubmatch(read(t, script), -1) {
			alias := "srr.source"
			if strings.HasPrefix(c[1], "srr_destination_grant") || strings.HasPrefix(c[1], "srr_kms_key_policy") {
				alias = "srr.backup"
			}
			found["commands-"+strconv.Itoa(n+1)] += fmt.Sprintf("import {\n  provider = %s\n  to = %s\n  id = %q\n}\n", alias, c[1], c[2]+c[3])
		}
	}
	return found
}

func read(t *testing.T, file string) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// TestImports_planOnTheCloud plans every example of an import: all is found, and
// nothing else would change.
func TestImports_planOnTheCloud(t *testing.T) {
	t.Parallel()
	program, cli := build(t), clis(t)[0]
	for name, text := range imports(t) {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(complete(text)), 0o600); err != nil {
				t.Fatal(err)
			}
			space, err := demo.Open(demo.Setting{CLI: cli, Provider: program, Example: dir, CloudURL: startWorld(t, handMade(t)).URL, Dir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(text, "identity = {") && minorVersion(t, space) < identityVersion {
				t.Skipf("import by identity needs version 1.%d of Terraform or OpenTofu", identityVersion)
			}
			if err := space.Init(t.Context()); err != nil {
				t.Fatalf("%v\n%s", err, space.Output)
			}
			importsAll(t, space, strings.Count(text, "import {"))
		})
	}
}

func minorVersion(t *testing.T, space *demo.Workspace) int {
	t.Helper()
	version, _, err := space.Version(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	return version.Segments()[1]
}

func importsAll(t *testing.T, space *demo.Workspace, want int) {
	t.Helper()
	space.Begin()
	if _, err := space.Plan(t.Context(), tfexec.Out("plan")); err != nil {
		t.Fatalf("%v\n%s", err, space.Output)
	}
	planned, err := space.ShowPlanFile(t.Context(), "plan")
	if err != nil {
		t.Fatal(err)
	}
	got := 0
	for _, change := range planned.ResourceChanges {
		if change.Change.Importing != nil {
			got++
		}
		if !change.Change.Actions.NoOp() {
			t.Errorf("%s: %v", change.Address, change.Change.Actions)
		}
	}
	if got != want {
		t.Errorf("%d resources are imported, want %d\n%s", got, want, space.Output)
	}
}
