package examples_test

import (
	"fmt"
	"io/fs"
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
		"srr_kms_key_policy.orders": `
resource "srr_kms_key_policy" "orders" {
  provider = srr.backup
  key_id   = "acs:kms:cn-hangzhou:2000000000000002:key/key-hzz000000000000replica"
  role_arn = "acs:ram::1000000000000001:role/oss-srr-orders"
}
`,
	}
}

var (
	fence = regexp.MustCompile("(?ms)^```hcl\n(.*?)^```$")
	// pageFence is how a generated page shows a file.
	pageFence = regexp.MustCompile("(?ms)^```terraform\n(.*?)^```$")

	moved = regexp.MustCompile(`(?ms)^moved \{.*?^\}`)

	runBlock     = regexp.MustCompile(`(?m)^run "`)
	moduleSource = regexp.MustCompile(`(?m)^  source = "\./(.*)"$`)
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

// otherFence finds blocks of configuration that blocksOf would not see.
var otherFence = regexp.MustCompile("(?mi)^(?:[ \t>]*(?:```|~~~)[ \t]*(?:terraform|tf|tofu|opentofu)\\b|[ \t>]+```hcl|[ \t>]*~~~[ \t]*hcl|```hcl[ \t]+).*$")

// TestBlocks_noBlockIsOverlooked refuses configuration behind other fences.
func TestBlocks_noBlockIsOverlooked(t *testing.T) {
	for _, fenced := range []string{"```terraform", "```tf", "  ```hcl", "~~~hcl", "```hcl "} {
		if !otherFence.MatchString("x\n" + fenced + "\n") {
			t.Errorf("%q would be overlooked", fenced)
		}
	}
	for _, file := range documents(t) {
		raw, err := os.ReadFile(filepath.Join("..", file))
		if err != nil {
			t.Fatal(err)
		}
		if found := otherFence.FindString(string(raw)); found != "" {
			t.Errorf("%s: write ```hcl instead of %q, or nothing plans the block", file, found)
		}
	}
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
		used := strings.Contains(moved.ReplaceAllString(block, ""), address+".") || strings.Contains(block, "= "+address+"\n") && !moved.MatchString(block) || strings.Contains(block, "= ["+address+"]\n")
		if used && !declared {
			text += definition
		}
	}
	return text
}

// testedElsewhere are the documents and directories whose blocks another test
// runs, by the name of that test.
func testedElsewhere() map[string]string {
	return map[string]string{
		"templates/guides/migration.md.tmpl": "TestMigrationGuide", // of the provider's package

		"examples/modules":         "TestModule_passesItsOwnTests",
		"examples/import-existing": "TestImportExisting",
		"examples/resources":       "TestImports_planOnTheCloud", // import-*.tf; the rest is here
	}
}

// documents are the files with blocks for users: everything but what is
// generated from them.
func documents(t *testing.T) (files []string) {
	t.Helper()
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (path == "docs" || strings.HasPrefix(path, ".") && path != "."):
			return fs.SkipDir
		case !entry.IsDir() && (strings.HasSuffix(path, ".md") || strings.HasSuffix(path, ".tmpl")):
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// isTestFile says that a block is a file of `terraform test`.
func isTestFile(block string) bool { return runBlock.MatchString(block) }

// configurations are all blocks of the documents and all examples, by name.
func configurations(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, file := range documents(t) {
		if testedElsewhere()[file] != "" {
			continue
		}
		for i, block := range blocksOf(t, filepath.Join("..", file)) {
			switch {
			case strings.Contains(block, "provider_installation"): // settings of the CLI
			case isTestFile(block):
				if directoryOfTests()[file] == "" {
					t.Errorf("nothing runs the test file in %s", file)
				}
			default:
				name := strings.NewReplacer("/", "-", ".md", "", ".tmpl", "").Replace(file)
				found[fmt.Sprintf("%s-%d", name, i+1)] = complete(block)
			}
		}
	}
	for _, file := range exampleFiles(t) {
		if area, _, _ := strings.Cut(file, "/"); testedElsewhere()["examples/"+area] != "" && area != "resources" || isImport(file) {
			continue
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found[strings.NewReplacer("/", "-", ".tf", "").Replace(file)] = complete(string(raw))
	}
	for name, text := range pagesAsTheyStand(t) {
		found[name] = text // nothing is added to these
	}
	if len(found) < minimum {
		t.Fatalf("only %d configurations were found", len(found))
	}
	return found
}

// pagesAsTheyStand are the examples of the generated pages that a reader copies as
// a whole: of the provider, of data sources and of functions.
func pagesAsTheyStand(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, pattern := range []string{"index.md", "data-sources/*.md", "functions/*.md"} {
		pages, err := filepath.Glob(filepath.Join("..", "docs", pattern))
		if err != nil || len(pages) == 0 {
			t.Fatalf("no page matches %s: %v", pattern, err)
		}
		for _, page := range pages {
			raw, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			_, usage, _ := strings.Cut(string(raw), "\n## Example Usage\n")
			usage, _, _ = strings.Cut(usage, "\n## ")
			var text strings.Builder
			for _, block := range pageFence.FindAllStringSubmatch(usage, -1) {
				text.WriteString(block[1] + "\n")
			}
			if text.Len() == 0 {
				t.Errorf("%s has no example", page)
			}
			found["page-"+filepath.Base(filepath.Dir(page))+"-"+strings.TrimSuffix(filepath.Base(page), ".md")] = text.String()
		}
	}
	return found
}

func isImport(file string) bool { return strings.HasPrefix(filepath.Base(file), "import-") }

// exampleFiles are all configuration files below examples.
func exampleFiles(t *testing.T) (files []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS("."), ".", func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".tf") {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// copyModules puts the modules that a block calls where the block looks for them.
func copyModules(t *testing.T, block, dir string) {
	t.Helper()
	for _, found := range moduleSource.FindAllStringSubmatch(block, -1) {
		if err := os.CopyFS(filepath.Join(dir, found[1]), os.DirFS(filepath.Join("modules", found[1]))); err != nil {
			t.Fatal(err)
		}
	}
}

// TestBlocks_planOnTheCloud plans every block for users and every example in
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
		copyModules(t, text, filepath.Join(dir, name))
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
