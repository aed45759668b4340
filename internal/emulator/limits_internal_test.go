package emulator

import "testing"

// Nobody who starts the program can set limits, so that these protect its memory.
func TestLimits_thatNobodyHasSet(t *testing.T) {
	if got, want := (Limits{}).orStandard(), (Limits{Object: 256 << 20, World: 1 << 30}); got != want {
		t.Errorf("the limits are %+v, want %+v", got, want)
	}
	if got, want := (Limits{Object: 1}).orStandard(), (Limits{Object: 1, World: 1 << 30}); got != want {
		t.Errorf("the limits are %+v, want %+v", got, want)
	}
}
