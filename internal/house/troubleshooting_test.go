package house_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/check"
)

// TestHouse_everyTitleHasACure finds the titles of errors and warnings in the
// provider's source and looks them up in the guide for users.
func TestHouse_everyTitleHasACure(t *testing.T) {
	guide, err := os.ReadFile(filepath.Join(root, "templates", "guides", "troubleshooting.md"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, "internal", "provider", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	sources, all := map[string]string{}, ""
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources[filepath.Base(file)] = string(source)
		all += string(source)
	}
	seen := 0
	for name, source := range sources {
		for _, title := range titlesIn(source, all) {
			seen++
			if !strings.Contains(string(guide), title) {
				t.Errorf("%s: %q is not in the troubleshooting guide", name, title)
			}
		}
	}
	if seen < 50 {
		t.Errorf("only %d titles were found", seen)
	}
}

// guideHas reports what is missing of the guide for users.
func guideHas(t *testing.T, what string, names []string) {
	t.Helper()
	guide, err := os.ReadFile(filepath.Join(root, "templates", "guides", "troubleshooting.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if !strings.Contains(string(guide), "`"+name+"`") {
			t.Errorf("%s %s is not in the troubleshooting guide", what, name)
		}
	}
}

// TestHouse_everyVerdictHasASymptom lets the guide lead from what people see to
// each verdict of srr_check, and its own page list them all, in their order.
func TestHouse_everyVerdictHasASymptom(t *testing.T) {
	var ids []string
	for _, verdict := range check.Judge(check.Input{}, check.Facts{}) {
		ids = append(ids, verdict.ID)
	}
	if len(ids) < 30 {
		t.Errorf("only %d verdicts were found", len(ids))
	}
	guideHas(t, "the verdict", ids)
	var rows []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| .+ \\| (?:source|destination|both) \\| .+ \\|$").FindAllStringSubmatch(
		read(t, filepath.Join(root, "docs", "data-sources", "check.md")), -1) {
		rows = append(rows, row[1])
	}
	if !slices.Equal(rows, ids) {
		t.Errorf("the page of srr_check has the verdicts\n%q, and the check\n%q", rows, ids)
	}
}

// TestHouse_everyCodeIsExplained finds the codes that have a next step of their
// own.
func TestHouse_everyCodeIsExplained(t *testing.T) {
	source, err := os.ReadFile(filepath.Join(root, "internal", "alicloud", "next_step.go"))
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, line := range regexp.MustCompile(`(?m)^\s*case (".*"):$`).FindAllStringSubmatch(string(source), -1) {
		for _, code := range regexp.MustCompile(`"([^"]+)"`).FindAllStringSubmatch(line[1], -1) {
			codes = append(codes, code[1])
		}
	}
	if len(codes) < 50 {
		t.Errorf("only %d codes were found", len(codes))
	}
	guideHas(t, "the code", codes)
}
