//go:build !windows

package provider

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// Anybody may make the name below the directory of temporary files first.
func TestLockDir_withoutAHomeLeavesWhatOthersMayWrite(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("HOME", "")
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("TMPDIR", temp)
	name := filepath.Join(temp, "terraform-provider-srr-"+strconv.Itoa(os.Getuid()))
	if err := os.Symlink(t.TempDir(), name); err != nil {
		t.Fatal(err)
	}
	if got, want := lockDir(), filepath.Join(name+"-1", "locks"); got != want {
		t.Errorf("the directory is %s, want %s", got, want)
	}
}
