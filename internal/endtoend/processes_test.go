package endtoend_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// oneAccountTwice has two provider blocks of one account, which Terraform serves
// with a process each.
const oneAccountTwice = `
terraform {
  required_providers {
    srr = { source = "terraform-srr/srr" }
  }
}
provider "srr" {
  alias   = "one"
  region  = "cn-hangzhou"
  profile = "prod"
}
provider "srr" {
  alias   = "two"
  region  = "cn-hangzhou"
  profile = "prod"
}
resource "srr_rule" "one" {
  provider           = srr.one
  source_bucket      = "orders"
  destination_bucket = "orders-backup"
  role               = "by-hand"
  replicate_history  = true
  adopt_existing     = true
}
resource "srr_rule" "two" {
  provider           = srr.two
  source_bucket      = "orders"
  destination_bucket = "orders-backup"
  role               = "by-hand"
  replicate_history  = true
  adopt_existing     = true
}
`

// testProcesses lets two processes of one run take over the same rule: one gets it.
func (p programs) testProcesses(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	world := cloud.World()
	for i := range world.OSS.Buckets {
		if b := &world.OSS.Buckets[i]; b.Name == emulator.SourceBucket {
			b.Rules = []oss.Rule{{
				ID: "by-hand", Destination: emulator.DestinationBucket, Location: "oss-" + emulator.Region, Role: "by-hand", Action: "PUT", ReplicateHistory: true,
			}}
		}
	}
	if err := cloud.SetWorld(world); err != nil {
		t.Fatal(err)
	}
	example := t.TempDir()
	if err := os.WriteFile(filepath.Join(example, "main.tf"), []byte(oneAccountTwice), 0o600); err != nil {
		t.Fatal(err)
	}
	w := p.open(t, example, cloud.URL, nil)
	ctx := within(t)
	initialize(ctx, t, w)
	var said bytes.Buffer
	if err := w.ApplyJSON(ctx, &said); err == nil {
		t.Error("both resources were applied")
	}
	if found := failures(t, said.Bytes()); len(found) != 1 || !strings.Contains(found[0], "Another resource of this configuration has that rule") {
		t.Errorf("the errors are %q", found)
	}
	state, err := w.Show(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if state.Values == nil || len(state.Values.RootModule.Resources) != 1 {
		t.Errorf("the state has %+v, want one resource", state.Values)
	}
}
