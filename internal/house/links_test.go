package house_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	// registryDocs begins links from one page of the documentation to another,
	// the form that works in the registry and on GitHub alike.
	registryDocs = "https://registry.terraform.io/providers/terraform-srr/srr/latest/docs"
	// minimumLinks is less than there are, so that a search that finds nothing is noticed.
	minimumLinks = 30
)

var (
	fenced     = regexp.MustCompile("(?ms)^```.*?^```$")
	inlineCode = regexp.MustCompile("`[^`\n]*`")
	linkForm   = regexp.MustCompile(`\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"`)
	heading    = regexp.MustCompile(`(?m)^#{1,6} +(.+)$`)
	anchorForm = regexp.MustCompile(`<a (?:id|name)="([^"]+)"`)
	notInSlug  = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// TestHouse_linksLeadSomewhere follows every link from one file of the project to
// another, and to a heading of it.
func TestHouse_linksLeadSomewhere(t *testing.T) {
	seen := 0
	for _, page := range pages(t) {
		text := inlineCode.ReplaceAllString(fenced.ReplaceAllString(read(t, page), ""), "")
		for _, found := range linkForm.FindAllStringSubmatch(text, -1) {
			link := found[1] + found[2]
			target, anchor, _ := strings.Cut(link, "#")
			switch {
			case strings.HasPrefix(target, registryDocs):
				target = filepath.Join(root, "docs", strings.TrimPrefix(target, registryDocs)+".md")
				target = strings.Replace(target, "docs.md", "docs/index.md", 1)
			case strings.Contains(target, "://"), strings.HasPrefix(target, "mailto:"):
				continue
			case target == "":
				target = page
			default:
				target = filepath.Join(filepath.Dir(page), target)
			}
			seen++
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: nothing is at %s", page, link)
			} else if anchor != "" && !slices.Contains(anchors(read(t, target)), anchor) {
				t.Errorf("%s: no heading of %s is #%s", page, target, anchor)
			}
		}
	}
	if seen < minimumLinks {
		t.Errorf("only %d links were found", seen)
	}
}

// pages are the Markdown files of the project, without templates: their links
// are relative to the page that is generated from them.
func pages(t *testing.T) (files []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && path != root {
			if name := entry.Name(); strings.HasPrefix(name, ".") && name != ".github" || name == "templates" || name == "bin" || name == "dist" {
				return filepath.SkipDir
			}
		}
		if filepath.Ext(path) == ".md" {
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func read(t *testing.T, file string) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// anchors are what a link into a page can name: its headings, as GitHub writes
// them, and explicit anchors.
func anchors(page string) (names []string) {
	for _, found := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(page, ""), -1) {
		slug := notInSlug.ReplaceAllString(strings.ToLower(strings.TrimSpace(found[1])), "")
		names = append(names, strings.ReplaceAll(slug, " ", "-"))
	}
	for _, found := range anchorForm.FindAllStringSubmatch(page, -1) {
		names = append(names, found[1])
	}
	return names
}

// TestHouse_everyListSaysItsLimit: Terraform ends a list after 100 objects where
// nobody says how many (Terraform "list block" reference, 2026-11).
func TestHouse_everyListSaysItsLimit(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "examples", "list-resources", "*", "*.tfquery.hcl"))
	if err != nil || len(files) < 4 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(raw), "limit ") {
			t.Errorf("%s has no limit", file)
		}
	}
}
