package mutation_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/mutation"
)

const root = "../.."

// TestAll holds the mutants to the source as it is: each finds its place, and the
// tests that it names are there.
func TestAll(t *testing.T) {
	names, tests := map[string]bool{}, map[string]map[string]bool{}
	for _, m := range mutation.All() {
		if names[m.Name] {
			t.Errorf("two mutants are called %q", m.Name)
		}
		names[m.Name] = true
		source, err := os.ReadFile(filepath.Join(root, "internal", m.File))
		if err != nil {
			t.Fatal(err)
		}
		if changed, err := m.Apply(string(source)); err != nil {
			t.Error(err)
		} else if changed == string(source) {
			t.Errorf("%s changes nothing", m.Name)
		}
		if tests[m.Package()] == nil {
			tests[m.Package()] = testsIn(t, m.Package())
		}
		for _, name := range m.Tests {
			if !tests[m.Package()][name] {
				t.Errorf("%s: %s has no test %s", m.Name, m.Package(), name)
			}
		}
	}
	if len(names) < 50 {
		t.Errorf("only %d mutants", len(names))
	}
}

func testsIn(t *testing.T, at string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, at, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, declared := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllSubmatch(source, -1) {
			found[string(declared[1])] = true
		}
	}
	return found
}

// TestChecker_tellsKilledSurvivedAndBroken works on one file of a package with fast tests.
func TestChecker_tellsKilledSurvivedAndBroken(t *testing.T) {
	absolute, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	checker := mutation.Checker{Root: absolute, Dir: t.TempDir()}
	mutant := func(with string) mutation.Mutant {
		return mutation.Mutant{
			Name: with, File: "replication/role.go", Tests: []string{"TestRole_same"},
			Old: "return strings.EqualFold(r.Name, other.Name)", New: with,
		}
	}
	for with, want := range map[string]mutation.Result{
		"return r.Name == other.Name":                                   mutation.Killed,
		"return strings.ToLower(r.Name) == strings.ToLower(other.Name)": mutation.Survived,
		"return r.Name":                 mutation.Broken,
		`panic("this is no assertion")`: mutation.Broken,
	} {
		if got, said, err := checker.Check(t.Context(), mutant(with)); err != nil || got != want {
			t.Errorf("%s is %s, want %s; %v %s", with, got, want, err, said)
		}
	}
	if err := checker.Unbroken(t.Context(), []mutation.Mutant{mutant("")}); err != nil {
		t.Error(err)
	}
	missing := mutant("")
	missing.Tests = []string{"TestNobodyWroteThis"}
	if checker.Unbroken(t.Context(), []mutation.Mutant{missing}) == nil {
		t.Error("a test that is not there passes")
	}
}
