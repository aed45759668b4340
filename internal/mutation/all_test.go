package mutation_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/mutation"
)

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
