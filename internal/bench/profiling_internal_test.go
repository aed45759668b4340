package bench

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestProfiling finds the two profiles of the one plugin process of a plan.
func TestProfiling(t *testing.T) {
	t.Parallel()
	b, profiles := testBench(t), t.TempDir()
	overlay, err := profiling(b.options.Root, t.TempDir(), profiles)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "go", "build", "-overlay", overlay, "-o", b.srr.path, ".") // of parts that tests have compiled
	command.Dir = b.options.Root
	if said, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	w, err := b.workspace("profiled", b.srr, oneRole())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.command(t.Context(), "plan", "-input=false", "-no-color", "-lock=false"); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"cpu", "heap"} {
		found, err := filepath.Glob(filepath.Join(profiles, "profiled-*."+kind+".pprof"))
		if err != nil || len(found) == 0 {
			t.Fatalf("there is no profile %s: %v", kind, err)
		}
		for _, name := range found {
			if file, err := os.Stat(name); err != nil || file.Size() == 0 {
				t.Errorf("%s is empty: %v", name, err)
			}
		}
	}
}
