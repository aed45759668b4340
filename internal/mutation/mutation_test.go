package mutation_test

import (
	"path/filepath"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/mutation"
)

const root = "../.."

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
