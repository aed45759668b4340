// Package mutation breaks the provider in ways that matter, one at a time, and demands that the tests named for each
// way fail by an assertion. A mutant that survives is a promise that no test keeps.
package mutation
