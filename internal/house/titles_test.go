package house_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// titlesIn are the titles of errors and warnings in a source file, those of failed
// calls included; of one that names an object, what stands before the name.
func titlesIn(source string) (titles []string) {
	const place = `(?:path\.[^"\n]+"[a-z_]+"\),\s*|path\.[^,\n]+,\s*|\w+\.AtName\("\w+"\),\s*|req\.Path,\s*|at,\s*|fileAt,\s*)?`
	written := regexp.MustCompile(`(?:Error|Warning|Diagnostic|callFailed|grantFailed)\(` + place + `"([A-Z][^"]+)"|summary(?:: | := |.* = )"([A-Z][^"]+)"`)
	for _, found := range written.FindAllStringSubmatch(source, -1) {
		titles = append(titles, strings.TrimSpace(found[1]+found[2]))
	}
	return titles
}

// TestHouse_everyTitleOfARuleIsInATest finds the titles of errors and warnings of
// srr_rule, those of failed calls included, and looks for a test that expects each.
func TestHouse_everyTitleOfARuleIsInATest(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "internal", "provider", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	sources := map[string]string{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		switch name := filepath.Base(file); {
		case strings.HasSuffix(name, "_test.go"):
			tests.Write(raw)
		case strings.HasPrefix(name, "rule_"):
			sources[name] = string(raw)
		}
	}
	seen := map[string]bool{}
	for name, source := range sources {
		for _, title := range titlesIn(source) {
			seen[title] = true
			if !strings.Contains(tests.String(), title) {
				t.Errorf("%s: no test expects %q", name, title)
			}
		}
	}
	if len(seen) < 40 {
		t.Errorf("only %d titles were found", len(seen))
	}
}
