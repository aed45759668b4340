package provider

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// A plan that drops a rule beside a resource that keeps it is refused. Should an
// apply come to it all the same, the rule stays.
func TestRule_deletionSparesWhatAnotherResourceKeeps(t *testing.T) {
	r := &ruleResource{&account{run: newRun()}}
	ctx, state := t.Context(), ruleModel{
		SourceBucket: types.StringValue("orders"), DestinationBucket: types.StringValue("orders-backup"), RuleID: types.StringValue("srr-1"),
	}
	if r.account.run.dropRule(ctx, "orders", "srr-1", "a", false) {
		t.Error("nobody keeps the rule")
	}
	if _, lost := r.account.run.keepRule(ctx, "orders", "srr-1", "b"); !lost {
		t.Error("the other resource takes the rule along")
	}
	kept := r.othersHave(ctx, state, "a")
	if kept == nil || kept.Severity() != diag.SeverityWarning || kept.Summary() != "Rule is kept for another resource" ||
		!strings.Contains(kept.Detail(), "has the rule srr-1 of orders => orders-backup and keeps it, so it was not deleted") {
		t.Errorf("the deletion says %v", kept)
	}
	if gone := r.othersHave(ctx, state, "b"); gone != nil {
		t.Errorf("the last one cannot go: %v", gone)
	}
}

// What was kept before Terraform plans to destroy everything is over then.
func TestRule_destructionOfAllEndsThePlanBefore(t *testing.T) {
	run, ctx := newRun(), t.Context()
	for _, mark := range []string{"a", "b"} {
		if _, lost := run.keepRule(ctx, "orders", "srr-1", mark); lost {
			t.Error("nothing is planned to go")
		}
	}
	for _, mark := range []string{"a", "b"} {
		if run.dropRule(ctx, "orders", "srr-1", mark, false) {
			t.Errorf("%s must not go, although all go", mark)
		}
	}
}

// The cache directory may be emptied in the middle of an apply.
func TestRule_takenOverIsRememberedWithoutTheNote(t *testing.T) {
	for name, lose := range map[string]func(string) error{
		"removed": os.RemoveAll,
		"emptied": func(dir string) error {
			return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
				if err == nil && !entry.IsDir() {
					err = os.Truncate(path, 0)
				}
				return err
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			run, ctx, dir := newRun(), t.Context(), t.TempDir()
			run.share(func() string { return dir }, func() string { return "run" })
			run.dropRule(ctx, "orders", "srr-1", "old", false)
			if taken, err := run.takeOverRule(ctx, "orders", "srr-1", "new"); !taken || err != nil {
				t.Fatal(taken, err)
			}
			if err := lose(filepath.Join(dir, "runs")); err != nil {
				t.Fatal(err)
			}
			if why := run.leaveRule(ctx, "orders", "srr-1", "old", true); why != staysTakenOver {
				t.Errorf("the rule stays because %q", why)
			}
		})
	}
}
