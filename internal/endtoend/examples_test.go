package endtoend_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

func (p programs) testExamples(t *testing.T) {
	for name, c := range map[string]struct {
		maxLines  int
		variables map[string]string
		creates   []string
	}{
		"two-accounts": {
			maxLines: 35,
			creates:  []string{"srr_destination_grant.orders create", "srr_replication_role.orders create", "srr_rule.orders create"},
		},
		"two-accounts-kms": {
			maxLines:  45,
			variables: map[string]string{"replica_key_arn": emulator.ReplicaKeyARN()},
			creates: []string{
				"srr_destination_grant.orders create", "srr_kms_key_policy.orders create",
				"srr_replication_role.orders create", "srr_rule.orders create",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Run("with the case of ARNs kept", func(t *testing.T) {
				t.Parallel()
				cloud := newCloud(t, func(w *emulator.World) { w.Switches.KeepRoleARNCase = true })
				goThrough(t, p.open(t, filepath.Join(p.root, "examples", name), cloud.URL, c.variables), cloud, c.creates)
			})
			if lines := nonBlank(p.read(t, "examples/"+name+"/main.tf")); lines > c.maxLines {
				t.Errorf("the configuration has %d lines, at most %d", lines, c.maxLines)
			}
			cloud := newCloud(t)
			w := p.open(t, filepath.Join(p.root, "examples", name), cloud.URL, c.variables)
			goThrough(t, w, cloud, c.creates)
		})
	}
}

// goThrough takes a configuration from nothing to nothing.
func goThrough(t *testing.T, w *demo.Workspace, cloud *emulator.Server, creates []string) {
	t.Helper()
	ctx := within(t)
	before := cloud.World()
	initialize(ctx, t, w)
	plan, err := w.Preview(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if warning := w.Warned(); warning != "" {
		t.Errorf("planning on the empty world warns: %s", warning)
	}
	if got := demo.Actions(plan); !slices.Equal(got, creates) {
		t.Errorf("the plan is %q instead of %q", got, creates)
	}
	if err := w.ApplyPlan(ctx); err != nil {
		t.Fatal(err)
	}
	arrives(t, cloud, "2026/first.json")
	if err := w.CheckEmpty(ctx); err != nil {
		t.Error(err)
	}
	if err := w.Destroy(ctx); err != nil {
		t.Fatal(err)
	}
	nothingLeft(t, before, cloud.World())
}

func initialize(ctx context.Context, t *testing.T, w *demo.Workspace) {
	t.Helper()
	if err := w.Init(ctx); err != nil {
		t.Fatal(err)
	}
	checked, err := w.Validate(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range checked.Diagnostics {
		t.Errorf("validate: %s: %s: %s", d.Severity, d.Summary, d.Detail)
	}
}

// arrives waits for the replica of an object.
func arrives(t *testing.T, cloud *emulator.Server, key string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		for _, b := range cloud.World().OSS.Buckets {
			for _, o := range b.Objects {
				if b.Name == emulator.DestinationBucket && o.Key == key && o.ReplicaOf == emulator.SourceBucket {
					return
				}
			}
		}
	}
	t.Errorf("%s did not arrive", key)
}

func nothingLeft(t *testing.T, before, after emulator.World) {
	t.Helper()
	for _, account := range after.Accounts {
		if len(account.Roles)+len(account.Policies) > 0 {
			t.Errorf("account %s still has %v %v", account.ID, account.Roles, account.Policies)
		}
	}
	for i, b := range after.OSS.Buckets {
		if len(b.Rules) > 0 {
			t.Errorf("bucket %s still has %v", b.Name, b.Rules)
		}
		if b.Policy != before.OSS.Buckets[i].Policy {
			t.Errorf("the policy of bucket %s is not as it was:\n%s", b.Name, b.Policy)
		}
	}
	for _, k := range after.KMS.Keys {
		if strings.Contains(k.Policy, "assumed-role") {
			t.Errorf("the policy of key %s still grants:\n%s", k.ID, k.Policy)
		}
	}
}

func nonBlank(text string) int {
	count := 0
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			count++
		}
	}
	return count
}

// TestReadme_showsTheExample holds the README to the configuration that is tested.
func TestReadme_showsTheExample(t *testing.T) {
	root, err := demo.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p := programs{root: root}
	if !strings.Contains(p.read(t, "README.md"), "```hcl\n"+p.read(t, "examples/two-accounts/main.tf")+"```") {
		t.Error("the README does not show examples/two-accounts/main.tf as it is")
	}
}

// testSnippets validates the snippets of the documentation together, as they
// refer to each other.
func (p programs) testSnippets(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := p.read(t, "examples/provider/provider.tf")
	snippets, err := filepath.Glob(filepath.Join(p.root, "examples", "resources", "*", "resource.tf"))
	if err != nil || len(snippets) == 0 {
		t.Fatalf("no snippet was found: %v", err)
	}
	for _, file := range snippets {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text += "\n" + string(raw)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx := within(t)
	initialize(ctx, t, p.open(t, dir, newCloud(t).URL, nil))
}
