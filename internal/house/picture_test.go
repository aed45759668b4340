package house_test

import (
	"html"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestHouse_pictureIsDrawnFromTheQuote holds the picture of the demo to the text
// that the README quotes, which is held to the demo itself.
func TestHouse_pictureIsDrawnFromTheQuote(t *testing.T) {
	_, quoted, found := strings.Cut(read(t, filepath.Join(root, "README.md")), "```text\nReplication between")
	quoted, _, closed := strings.Cut("Replication between"+quoted, "\n\n    step")
	if !found || !closed {
		t.Fatal("the README does not quote the demo")
	}
	var drawn []string
	for _, text := range regexp.MustCompile(`<text [^>]*>([^<]*)</text>`).FindAllStringSubmatch(read(t, filepath.Join(root, ".github", "demo.svg")), -1) {
		drawn = append(drawn, html.UnescapeString(text[1]))
	}
	if got := strings.Join(drawn, "\n"); got != "$ make demo\n"+quoted {
		t.Errorf("make generate has not been run since the quote changed; the picture shows\n%s", got)
	}
}
