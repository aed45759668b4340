package mutation

import (
	"fmt"
	"slices"
	"strings"
)

// Mutant is one way to break the code.
type Mutant struct {
	// Name says what goes wrong.
	Name string
	// File is below internal/. Old occurs in it exactly once, and New takes its place.
	File, Old, New string
	// Tests are names of test functions in the package of the file that must fail.
	Tests []string
}

// Package is the directory of the package, below the root of the module.
func (m Mutant) Package() string { return "./internal/" + m.File[:strings.LastIndex(m.File, "/")] }

// Apply returns the source with the mutant in it.
func (m Mutant) Apply(source string) (string, error) {
	if found := strings.Count(source, m.Old); found != 1 {
		return "", fmt.Errorf("%s: %q occurs %d times in %s", m.Name, m.Old, found, m.File)
	}
	return strings.Replace(source, m.Old, m.New, 1), nil
}

// All are the mutants, the packages with the fastest tests first.
func All() []Mutant {
	return slices.Concat(ofPolicies(), ofNames(), ofDocuments(), ofCalls(), ofResources(), ofRules())
}

// in makes the mutants of one file.
func in(file string, mutants ...Mutant) []Mutant {
	for i := range mutants {
		mutants[i].File = file
	}
	return mutants
}

func killedBy(tests ...string) []string { return tests }
