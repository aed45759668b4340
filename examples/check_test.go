package examples_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
)

// checkBlocks are the places that show a check with srr_check.
func checkBlocks(t *testing.T) map[string]string {
	t.Helper()
	example, err := os.ReadFile(filepath.Join("data-sources", "srr_check", "data-source.tf"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{"example": string(example)}
	for _, block := range blocksOf(t, filepath.Join("..", "templates", "guides", "verifying.md.tmpl")) {
		if strings.Contains(block, "srr_check") {
			found["guide"] = block
		}
	}
	if len(found) != 2 {
		t.Fatal("the guide has no check")
	}
	return found
}

// TestCheckBlocks_warnOfNothingThatIsBeingMade applies the blocks together with
// the resources that they are about, from nothing.
func TestCheckBlocks_warnOfNothingThatIsBeingMade(t *testing.T) {
	t.Parallel()
	program := build(t)
	for name, block := range checkBlocks(t) {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS("two-accounts")); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "check.tf"), []byte(block), 0o600); err != nil {
				t.Fatal(err)
			}
			space, err := demo.Open(demo.Setting{CLI: clis(t)[0], Provider: program, Example: dir, CloudURL: startCloud(t).URL, Dir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			if err := space.Init(t.Context()); err != nil {
				t.Fatalf("%v\n%s", err, space.Output)
			}
			space.Begin()
			if err := space.Apply(t.Context()); err != nil || space.Warned() != "" {
				t.Fatalf("%v\n%s", err, space.Output)
			}
			space.Begin()
			if changes, err := space.Plan(t.Context()); err != nil || changes || space.Warned() != "" {
				t.Fatalf("changes %v, %v\n%s", changes, err, space.Output)
			}
		})
	}
}
