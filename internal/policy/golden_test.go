package policy_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
)

// TestGolden runs over documents in the shapes in which consoles, templates and
// people write them. UPDATE_GOLDEN=1 writes the results anew, for review.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.json"))
	if err != nil || len(files) < 20 {
		t.Fatalf("%d documents, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(file, ".json") + ".golden"
			got := report(t, grantOf(strings.HasPrefix(filepath.Base(file), "key-")), string(raw))
			if os.Getenv("UPDATE_GOLDEN") != "" {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func report(t *testing.T, g policy.Grant, raw string) string {
	d, err := policy.Parse(g.Kind, []byte(raw))
	if err != nil {
		return err.Error() + "\n"
	}
	found := d.Find(g)
	out := fmt.Sprintf("-- find --\npresent %v, exact %v, wider %v, owner %v\nours %s\n",
		found.Present, found.Exact, found.Wider, found.OwnerStatement, found.Projection)
	for _, hit := range found.Denies {
		out += fmt.Sprintf("denied by %d %q, certain %v: %v\n", hit.Index, hit.Sid, hit.Certain, hit.Actions)
	}
	out += "-- put --\n" + outcome(put(t, g, raw))
	return out + "-- remove --\n" + outcome(remove(t, g, raw))
}

func outcome(change policy.Change) string {
	switch {
	case !change.Changed:
		return "nothing to write\n"
	case change.Empty:
		return "the policy is deleted\n"
	case change.DefaultRestored:
		return "the default policy is back\n" + string(change.Raw) + "\n"
	}
	return string(change.Raw) + "\n"
}
