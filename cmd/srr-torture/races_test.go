package main

import (
	"fmt"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/stress"
)

// TestSightings_countsLossesOfProcesses reads what cmd/srr-stress says as it says it.
func TestSightings_countsLossesOfProcesses(t *testing.T) {
	var seen sightings
	seen.count([]byte("run 1 of 3, key policy: 96 grants; lost and put back: 3 grants (next apply), 1 changes of the neighbour\n"))
	if seen.lost != 0 {
		t.Errorf("what was put back counts as lost: %+v", seen)
	}
	seen.count(fmt.Appendln(nil, "srr-stress:", fmt.Errorf("run 2 of 3, key policy: %w", stress.Loss{What: "1 grants are not there exactly once"})))
	if seen.lost != 1 {
		t.Errorf("a loss is not counted: %+v", seen)
	}
}
