package house_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
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
	titles := regexp.MustCompile(`(?:Add|AddAttribute|New|NewAttribute)(?:Error|Warning)(?:Diagnostic)?\((?:(?:path\.[^,]+|at|req\.Path),\s*)?"([A-Z][^"]+)"|summary(?:: |.* = )"([A-Z][^"]+)"`)
	seen := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range titles.FindAllStringSubmatch(string(source), -1) {
			seen++
			if title := strings.TrimSpace(found[1] + found[2]); !strings.Contains(string(guide), title) {
				t.Errorf("%s: %q is not in the troubleshooting guide", filepath.Base(file), title)
			}
		}
	}
	if seen < 50 {
		t.Errorf("only %d titles were found", seen)
	}
}
