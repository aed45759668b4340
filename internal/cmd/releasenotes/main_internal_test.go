package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const changelog = `# Changelog

## Unreleased

## 1.2.0 (December 1, 2026)

FEATURES:

- **New Resource:** ` + "`srr_rule`" + `

## 1.1.0

- an older one

## 1.0.0
`

func TestNotesOf(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ tag, readme, notes, refusal string }{
		"with a date":       {"v1.2.0", "# Provider", "FEATURES:\n\n- **New Resource:** `srr_rule`", ""},
		"without a date":    {"v1.1.0", "# Provider", "- an older one", ""},
		"part of a version": {"v1.2", "# Provider", "", `no heading "## 1.2"`},
		"nothing said":      {"v1.0.0", "# Provider", "", "says nothing about 1.0.0"},
		"unknown":           {"v2.0.0", "# Provider", "", `no heading "## 2.0.0"`},
		"no version":        {"main", "# Provider", "", "does not begin with v"},
		"stale README":      {"v1.2.0", "# Provider\n\nNot released yet: build it.", "", "Not released yet: build it."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for file, text := range map[string]string{"CHANGELOG.md": changelog, "README.md": c.readme} {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			notes, err := notesOf(dir, c.tag)
			if notes != c.notes {
				t.Errorf("the notes are %q, want %q", notes, c.notes)
			}
			if c.refusal == "" && err != nil || c.refusal != "" && (err == nil || !strings.Contains(err.Error(), c.refusal)) {
				t.Errorf("the refusal is %v, want %q", err, c.refusal)
			}
		})
	}
}

// TestNotesOf_theWorkflowUsesThem holds the release to it: without the file, or with
// the changelog of the release program switched off, a release has no notes.
func TestNotesOf_theWorkflowUsesThem(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..", "..")
	for file, c := range map[string]struct {
		text   string
		wanted bool
	}{
		".github/workflows/release.yml": {"--release-notes=bin/release-notes.md", true},
		".goreleaser.yml":               {"disable: true", false},
	} {
		raw, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), c.text) != c.wanted {
			t.Errorf("%s: %q must be there: %v", file, c.text, c.wanted)
		}
	}
	workflow, err := os.ReadFile(filepath.Join(root, ".github", "workflows", "release.yml"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(workflow), "go run ./internal/cmd/releasenotes \"$GITHUB_REF_NAME\""); n != 2 {
		t.Errorf("the notes are asked for %d times, want once before the tests and once for the release", n)
	}
}
