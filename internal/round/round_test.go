package round_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/round"
)

// tree is a source tree, with a cache directory of its own.
func tree(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for _, name := range []string{"HOME", "XDG_CACHE_HOME", "LocalAppData"} {
		t.Setenv(name, t.TempDir())
	}
	for _, name := range sources() {
		source(t, root, name, "as it was")
	}
	return root
}

// sources are files that decide about results.
func sources() []string {
	return []string{"go.mod", "go.sum", "main.go", "cmd/b/main.go", "internal/a.go", "internal/c/c_test.go"}
}

func source(t *testing.T, root, name, text string) {
	t.Helper()
	path := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, root string, fresh bool) *round.Round { return openWith(t, root, "v1", fresh) }

func openWith(t *testing.T, root, with string, fresh bool) *round.Round {
	t.Helper()
	r, err := round.Open(root, "check", with, fresh)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRound_goesOnUntilItEnds(t *testing.T) {
	root := tree(t)
	first := open(t, root, false)
	for part, result := range map[string]int{"a": 1, "b": 2} {
		if err := first.Add(part, result, true); err != nil {
			t.Fatal(err)
		}
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := open(t, root, false)
	var result int
	if !second.Done("b", &result) || result != 2 || second.Done("c", &result) {
		t.Errorf("b is known as %d", result)
	}
	if err := second.Finish(); err != nil {
		t.Fatal(err)
	}
	if open(t, root, false).Done("a", &result) {
		t.Error("the round had ended")
	}
}

func TestRound_beginsAnew(t *testing.T) {
	again := map[string]func(*testing.T, string) *round.Round{
		"when it is asked to":          func(t *testing.T, root string) *round.Round { t.Helper(); return open(t, root, true) },
		"with another version of what": func(t *testing.T, root string) *round.Round { t.Helper(); return openWith(t, root, "v2", false) },
	}
	for _, name := range sources() {
		again["when "+name+" changes"] = func(t *testing.T, root string) *round.Round {
			t.Helper()
			source(t, root, name, "as it is")
			return open(t, root, false)
		}
	}
	for name, again := range again {
		t.Run(name, func(t *testing.T) {
			root := tree(t)
			if err := open(t, root, false).Add("a", 1, true); err != nil {
				t.Fatal(err)
			}
			var result int
			if !open(t, root, false).Done("a", &result) {
				t.Fatal("the round does not go on when nothing changes")
			}
			if again(t, root).Done("a", &result) {
				t.Error("the result of another round is known")
			}
		})
	}
}

// A bad part is not done, and a good result that it has later excuses nothing.
func TestRound_remembersWhatWasBad(t *testing.T) {
	root := tree(t)
	first := open(t, root, false)
	if err := first.Add("a", 1, false); err != nil {
		t.Fatal(err)
	}
	var result int
	second := open(t, root, false)
	if second.Done("a", &result) {
		t.Error("a bad part is done")
	}
	if err := second.Add("a", 2, true); err != nil {
		t.Fatal(err)
	}
	third := open(t, root, false)
	if !third.Done("a", &result) || result != 2 {
		t.Errorf("the good result is %d", result)
	}
	if failed := third.Failed(); !slices.Equal(failed, []string{"a"}) {
		t.Errorf("bad were %v", failed)
	}
	if failed := open(t, root, true).Failed(); len(failed) > 0 {
		t.Errorf("a new round begins with %v", failed)
	}
}
