package demo_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
)

// Both streams of a command are copied at the same time; the race detector watches.
func TestOutput_takesBothStreams(t *testing.T) {
	var out demo.Output
	var streams sync.WaitGroup
	for range 2 {
		streams.Go(func() {
			for range 100 {
				fmt.Fprintln(&out, "a line")
			}
		})
	}
	streams.Wait()
	if got := strings.Count(out.String(), "a line\n"); got != 200 {
		t.Errorf("%d whole lines", got)
	}
	out.Reset()
	if got := out.String(); got != "" {
		t.Errorf("after a reset %q", got)
	}
}
