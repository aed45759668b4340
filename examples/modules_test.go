package examples_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

const (
	module = "modules/cross-account-srr"
	// speed makes a rule active after 0.18 s.
	speed = 1000
)

// clis are the programs to test with: the one that is found, and OpenTofu where
// it is installed beside Terraform.
func clis(t *testing.T) []string {
	t.Helper()
	found, err := demo.FindCLI(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	list := []string{found}
	if tofu, err := exec.LookPath("tofu"); err == nil && !slices.Contains(list, tofu) {
		list = append(list, tofu)
	}
	return list
}

func build(t *testing.T) string {
	t.Helper()
	root, err := demo.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	program, err := demo.Build(t.Context(), root, ".", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// startCloud runs the emulator with the module's world.
func startCloud(t *testing.T) *emulator.Server {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(module, "tests", "world.json"))
	if err != nil {
		t.Fatal(err)
	}
	var world emulator.World
	if err := json.Unmarshal(raw, &world); err != nil {
		t.Fatal(err)
	}
	return startWorld(t, world)
}

func startWorld(t *testing.T, world emulator.World) *emulator.Server {
	t.Helper()
	made, err := emulator.New(emulator.Options{World: &world, Speed: speed})
	if err != nil {
		t.Fatal(err)
	}
	server, err := emulator.Start(t.Context(), made, "127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

func TestModule_passesItsOwnTests(t *testing.T) {
	t.Parallel()
	program := build(t)
	for _, cli := range clis(t) {
		t.Run(filepath.Base(cli), func(t *testing.T) {
			cloud := startCloud(t)
			space, err := demo.Open(demo.Setting{CLI: cli, Provider: program, Example: module, CloudURL: cloud.URL, Dir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			if testsOfDocuments(t, module, filepath.Join(space.WorkingDir(), "tests")) == 0 {
				t.Error("the guide has no test file")
			}
			if err := space.Init(t.Context()); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if err := space.Test(t.Context(), &out); err != nil {
				t.Fatalf("%v\n%s", err, failures(out.String()))
			}
			for _, run := range runs(t) {
				if !strings.Contains(out.String(), run) {
					t.Errorf("run %s did not take place", run)
				}
			}
			nothingLeft(t, cloud)
		})
	}
}

// TestModule_secondPlanIsEmpty applies the pairs of the module's tests, and plans
// them again.
func TestModule_secondPlanIsEmpty(t *testing.T) {
	t.Parallel()
	cloud := startCloud(t)
	space, err := demo.Open(demo.Setting{CLI: clis(t)[0], Provider: build(t), Example: callOfModule(t), CloudURL: cloud.URL, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []func(context.Context) error{
		func(ctx context.Context) error { return space.Init(ctx) },
		func(ctx context.Context) error { return space.Apply(ctx) },
	} {
		if err := step(t.Context()); err != nil {
			t.Fatalf("%v\n%s", err, space.Output)
		}
	}
	space.Begin()
	if changes, err := space.Plan(t.Context()); err != nil || changes || space.Warned() != "" {
		t.Errorf("changes %v, %v\n%s", changes, err, space.Output)
	}
	if err := space.Destroy(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, space.Output)
	}
	nothingLeft(t, cloud)
}

var pairsOfTests = regexp.MustCompile(`(?ms)^variables \{\n(.*?)^\}`)

// callOfModule is a directory that calls the module with the pairs of its tests.
func callOfModule(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(module, "tests", "pairs.tftest.hcl"))
	found := pairsOfTests.FindStringSubmatch(string(raw))
	if err != nil || found == nil {
		t.Fatalf("%v, %q", err, found)
	}
	dir := t.TempDir()
	call := required + providers + "module \"srr\" {\n  source    = \"./srr\"\n  providers = { srr.source = srr.source, srr.backup = srr.backup }\n" + found[1] + "}\n"
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(call), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "srr"), os.DirFS(module)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// directoryOfTests says for which example a document shows a test file.
func directoryOfTests() map[string]string {
	return map[string]string{
		"templates/guides/testing-modules.md.tmpl": module,
		"internal/emulator/README.md":              "two-accounts",
	}
}

// testsOfDocuments adds the test files that documents show for an example.
func testsOfDocuments(t *testing.T, example, dir string) (count int) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for document, about := range directoryOfTests() {
		if about != example {
			continue
		}
		for _, block := range blocksOf(t, filepath.Join("..", document)) {
			if !isTestFile(block) {
				continue
			}
			count++
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("document-%d.tftest.hcl", count)), []byte(block), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return count
}

// TestExample_passesTheTestOfTheDocuments runs the test file that the emulator's
// page shows.
func TestExample_passesTheTestOfTheDocuments(t *testing.T) {
	t.Parallel()
	const example = "two-accounts"
	cloud := startCloud(t)
	space, err := demo.Open(demo.Setting{CLI: clis(t)[0], Provider: build(t), Example: example, CloudURL: cloud.URL, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if testsOfDocuments(t, example, filepath.Join(space.WorkingDir(), "tests")) == 0 {
		t.Fatal("no document has a test file")
	}
	if err := space.Init(t.Context()); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := space.Test(t.Context(), &out); err != nil {
		t.Fatalf("%v\n%s", err, failures(out.String()))
	}
	nothingLeft(t, cloud)
}

// failures are the lines of the JSON output that tell of an error.
func failures(output string) string {
	var lines []string
	for line := range strings.Lines(output) {
		if strings.Contains(line, `"@level":"error"`) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// runs are the names of all runs in the module's test files.
func runs(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(module, "tests", "*.tftest.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`(?m)^run "([^"]+)"`).FindAllStringSubmatch(string(raw), -1) {
			names = append(names, found[1])
		}
	}
	if len(names) < 5 {
		t.Fatalf("only the runs %v were found", names)
	}
	return names
}

// nothingLeft: the tests of a module end with its destruction.
func nothingLeft(t *testing.T, cloud *emulator.Server) {
	t.Helper()
	world := cloud.World()
	for _, a := range world.Accounts {
		ours := func(p identity.Policy) bool { return strings.HasPrefix(p.Name, "oss-srr-") }
		if len(a.Roles) > 0 || slices.ContainsFunc(a.Policies, ours) {
			t.Errorf("account %s still has %v %v", a.ID, a.Roles, a.Policies)
		}
	}
	for _, b := range world.OSS.Buckets {
		if strings.Contains(b.Policy, "assumed-role") {
			t.Errorf("the policy of %s still has a grant: %s", b.Name, b.Policy)
		}
	}
}

var (
	variableBlock = regexp.MustCompile(`(?ms)^variable "(\w+)" \{\n(.*?)^\}`)
	outputBlock   = regexp.MustCompile(`(?ms)^output "(\w+)" \{\n(.*?)^\}`)
	description   = regexp.MustCompile(`(?m)^  description = "(.*)"$`)
	fieldLine     = regexp.MustCompile(`(?m)^    # (.*)\n    (\w+) += (.*)$`)
	fieldDefault  = regexp.MustCompile(`, (true|false)\)$`)
	defaultValue  = regexp.MustCompile(`(?m)^  default     = (.*)$`)
)

// TestModule_readmeShowsItsVariables renders the tables of the README from the
// module's files; where they differ it prints them.
func TestModule_readmeShowsItsVariables(t *testing.T) {
	t.Parallel()
	var want strings.Builder
	want.WriteString("| Variable | Default | What it is |\n|---|---|---|\n")
	for _, v := range blocks(t, "variables.tf", variableBlock) {
		shown := "required"
		if found := defaultValue.FindStringSubmatch(v[2]); found != nil {
			shown = "`" + found[1] + "`"
		}
		fmt.Fprintf(&want, "| `%s` | %s | %s |\n", v[1], shown, description.FindStringSubmatch(v[2])[1])
	}
	want.WriteString("\n| Field of a pair | Default | What it is |\n|---|---|---|\n")
	for _, f := range blocks(t, "variables.tf", fieldLine) {
		shown := "required"
		if strings.HasPrefix(f[3], "optional(") {
			shown = "`null`"
			if found := fieldDefault.FindStringSubmatch(f[3]); found != nil {
				shown = "`" + found[1] + "`"
			}
		}
		fmt.Fprintf(&want, "| `%s` | %s | %s |\n", f[2], shown, f[1])
	}
	want.WriteString("\n| Output | What it is |\n|---|---|\n")
	for _, o := range blocks(t, "outputs.tf", outputBlock) {
		fmt.Fprintf(&want, "| `%s` | %s |\n", o[1], description.FindStringSubmatch(o[2])[1])
	}
	readme, err := os.ReadFile(filepath.Join(module, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), want.String()) {
		t.Errorf("the README does not hold these tables:\n%s", want.String())
	}
}

func blocks(t *testing.T, file string, block *regexp.Regexp) [][]string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(module, file))
	if err != nil {
		t.Fatal(err)
	}
	found := block.FindAllStringSubmatch(string(raw), -1)
	if len(found) == 0 {
		t.Fatalf("%s holds nothing", file)
	}
	return found
}
