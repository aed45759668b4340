//go:build !windows

package provider_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/ledger"
	"github.com/terraform-srr/terraform-provider-srr/internal/provider"
)

// withoutHome gives a home that is a file, and the temporary directory.
func withoutHome(t *testing.T) (temp string) {
	t.Helper()
	home, temp := filepath.Join(t.TempDir(), "home"), t.TempDir()
	if err := os.WriteFile(home, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", home)
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("TMPDIR", temp)
	return temp
}

func TestNotesDir_isInTheCacheOfTheUser(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("HOME", cache)
	t.Setenv("XDG_CACHE_HOME", cache)
	if got := provider.NotesDir(); !strings.HasPrefix(got, cache) {
		t.Errorf("the directory is %s, not below %s", got, cache)
	}
}

func TestNotesDir_withoutAWritableHomeIsOfThisUserAlone(t *testing.T) {
	temp := withoutHome(t)
	name := filepath.Join(temp, "terraform-provider-srr-"+strconv.Itoa(os.Getuid()))
	for range 2 {
		if got := provider.NotesDir(); got != filepath.Join(name, "notes") {
			t.Fatalf("the directory is %s, want one below %s", got, name)
		}
	}
	if err := ledger.Open(provider.NotesDir()).Edit(t.Context(), "a", func([]byte) []byte { return []byte("x") }); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("others have access to %s: %v, %v", name, info, err)
	}
}

func TestNotesDir_leavesWhatOthersMayWrite(t *testing.T) {
	temp := withoutHome(t)
	name := filepath.Join(temp, "terraform-provider-srr-"+strconv.Itoa(os.Getuid()))
	open, elsewhere := name, filepath.Join(temp, "elsewhere")
	for _, dir := range []string{open, elsewhere} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(open, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, name+"-1"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got := provider.NotesDir(); got != filepath.Join(name+"-2", "notes") {
			t.Errorf("the directory is %s, want one below %s-2", got, name)
		}
	}
}
