package round_test

import (
	"os"
	"path/filepath"
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
	source(t, root, "package a")
	return root
}

func source(t *testing.T, root, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(root, "internal"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "internal", "a.go"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, root string, fresh bool) *round.Round {
	t.Helper()
	r, err := round.Open(root, "check", fresh)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRound_goesOnUntilItEnds(t *testing.T) {
	root := tree(t)
	first := open(t, root, false)
	for part, result := range map[string]int{"a": 1, "b": 2} {
		if err := first.Add(part, result); err != nil {
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
	for name, again := range map[string]func(*testing.T, string) *round.Round{
		"when it is asked to": func(t *testing.T, root string) *round.Round { return open(t, root, true) },
		"when a source changes": func(t *testing.T, root string) *round.Round {
			source(t, root, "package b")
			return open(t, root, false)
		},
	} {
		t.Run(name, func(t *testing.T) {
			root := tree(t)
			if err := open(t, root, false).Add("a", 1); err != nil {
				t.Fatal(err)
			}
			var result int
			if again(t, root).Done("a", &result) {
				t.Error("the result of another round is known")
			}
		})
	}
}
