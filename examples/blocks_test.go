package examples_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
)

const (
	// minimum is less than what the guides and examples hold, so that a search
	// that finds nothing is noticed.
	minimum = 20

	required = `terraform {
  required_providers {
    srr = { source = "terraform-srr/srr" }
  }
}
`
	providers = `provider "srr" {
  alias   = "source"
  region  = "cn-hangzhou"
  profile = "prod"
}
provider "srr" {
  alias   = "backup"
  region  = "cn-hangzhou"
  profile = "backup"
}
`
)

// stock is what a block may refer to without declaring it.
func stock() map[string]string {
	return map[string]string{
		"srr_replication_role.orders": `
resource "srr_replication_role" "orders" {
  provider       = srr.source
  name           = "oss-srr-orders"
  source_buckets = ["orders"]
}
`,
		"srr_rule.orders": `
resource "srr_rule" "orders" {
  provider           = srr.source
  source_bucket      = "orders"
  destination_bucket = "orders-backup"
  role               = "oss-srr-orders"
  replicate_history  = true
}
`,
		"srr_destination_grant.orders": `
resource "srr_destination_grant" "orders" {
  provider = srr.backup
  bucket   = "orders-backup"
  role_arn = "acs:ram::1000000000000001:role/oss-srr-orders"
}
`,
	}
}

var (
	fence = regexp.MustCompile("(?ms)^```hcl\n(.*?)^```$")
	moved = regexp.MustCompile(`(?ms)^moved \{.*?^\}`)
)

// blocksOf are the HCL blocks of a guide.
func blocksOf(t *testing.T, file string) (blocks []string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range fence.FindAllStringSubmatch(string(raw), -1) {
		blocks = append(blocks, found[1])
	}
	return blocks
}

// complete makes a configuration of a block: requirements, provider blocks and
// what it refers to.
func complete(block string) string {
	text := block
	if !strings.Contains(block, "required_providers") {
		text = required + text
	}
	if !strings.Contains(block, `provider "srr"`) {
		text += providers
	}
	for address, definition := range stock() {
		kind, name, _ := strings.Cut(address, ".")
		declared := strings.Contains(block, fmt.Sprintf("resource %q %q", kind, name))
		if !declared && strings.Contains(moved.ReplaceAllString(block, ""), address+".") {
			text += definition
		}
	}
	return text
}

// configurations are all blocks of the guides and all examples, by name.
func configurations(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, pattern := range []string{"../templates/guides/*.md", "../templates/guides/*.tmpl", "../templates/*.tmpl"} {
		for _, file := range glob(t, pattern) {
			for i, block := range blocksOf(t, file) {
				if strings.Contains(block, ".tftest.hcl") {
					continue // TestModule_passesItsOwnTests runs it
				}
				if filepath.Base(file) == "migration.md.tmpl" {
					continue // TestMigrationGuide plans and applies it, on what it is about
				}
				stem, _, _ := strings.Cut(filepath.Base(file), ".")
				found[fmt.Sprintf("%s-%d", stem, i+1)] = complete(block)
			}
		}
	}
	for _, pattern := range []string{"data-sources/*/*.tf", "resources/*/*.tf", "provider/*.tf", "two-accounts*/*.tf"} {
		for _, file := range glob(t, pattern) {
			if strings.HasPrefix(filepath.Base(file), "import-") {
				continue // imports what an empty world does not have
			}
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			found[strings.NewReplacer("/", "-", ".tf", "").Replace(file)] = complete(string(raw))
		}
	}
	if len(found) < minimum {
		t.Fatalf("only %d configurations were found", len(found))
	}
	return found
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestBlocks_planOnTheCloud plans every block of the guides and every example in
// one run, each as a module of its own with its own providers.
func TestBlocks_planOnTheCloud(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var all strings.Builder
	for name, text := range configurations(t) {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name, "main.tf"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "module %q {\n  source = %q\n%s}\n", name, "./"+name, arguments(text))
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(all.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	space, err := demo.Open(demo.Setting{
		CLI: clis(t)[0], Provider: build(t), Example: dir, CloudURL: startCloud(t).URL, Dir: t.TempDir(),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := space.Init(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, space.Output)
	}
	space.Begin()
	if changes, err := space.Plan(t.Context()); err != nil || !changes {
		t.Fatalf("changes %v, %v\n%s", changes, err, space.Output)
	}
}

// arguments are values for the variables that an example asks for.
func arguments(text string) string {
	if strings.Contains(text, `variable "replica_key_arn"`) {
		return "  replica_key_arn = \"acs:kms:cn-hangzhou:2000000000000002:key/key-hzz000000000000replica\"\n"
	}
	return ""
}
