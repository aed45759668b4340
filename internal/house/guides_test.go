package house_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestHouse_guidesLeadToEachOther: whoever comes from a search engine finds the
// other guides, and every guide is on the page of the provider.
func TestHouse_guidesLeadToEachOther(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "docs", "guides", "*.md"))
	if err != nil || len(files) < 9 {
		t.Fatalf("only %d guides were found: %v", len(files), err)
	}
	index := read(t, filepath.Join(root, "docs", "index.md"))
	for _, guide := range files {
		link := "(" + registryDocs + "/guides/" + strings.TrimSuffix(filepath.Base(guide), ".md")
		if !strings.Contains(index, link+")") {
			t.Errorf("the page of the provider does not link to %s", guide)
		}
		from := 0
		for _, other := range files {
			if other != guide && strings.Contains(read(t, other), link) {
				from++
			}
		}
		if from == 0 {
			t.Errorf("no other guide links to %s", guide)
		}
	}
}
