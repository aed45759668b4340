// Command releasenotes prints what the changelog says of a version, and refuses a
// tag whose commit still describes itself as not released.
//
//	releasenotes -dir . v1.2.3 >notes.md
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("releasenotes: ")
	dir := flag.String("dir", ".", "directory of the project")
	flag.Parse()
	if flag.NArg() != 1 {
		log.Fatal("name the tag, such as v1.2.3")
	}
	notes, err := notesOf(*dir, flag.Arg(0))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(notes)
}

// notesOf is the part of the changelog about a version, without its heading.
func notesOf(dir, tag string) (string, error) {
	changelog, err := os.ReadFile(filepath.Join(dir, "CHANGELOG.md")) //nolint:gosec // a file of the source tree
	if err != nil {
		return "", err
	}
	readme, err := os.ReadFile(filepath.Join(dir, "README.md")) //nolint:gosec // a file of the source tree
	if err != nil {
		return "", err
	}
	if line := regexp.MustCompile(`(?mi)^.*not (?:yet )?released.*$`).Find(readme); line != nil {
		return "", fmt.Errorf("README.md still says %q", line)
	}
	version, found := strings.CutPrefix(tag, "v")
	if !found {
		return "", fmt.Errorf("the tag %q does not begin with v", tag)
	}
	heading := regexp.MustCompile(`(?m)^## ` + regexp.QuoteMeta(version) + `(?: .*)?$`).FindIndex(changelog)
	if heading == nil {
		return "", fmt.Errorf("CHANGELOG.md has no heading \"## %s\": rename \"Unreleased\"", version)
	}
	notes, _, _ := strings.Cut(string(changelog[heading[1]:]), "\n## ")
	if notes = strings.TrimSpace(notes); notes == "" {
		return "", fmt.Errorf("CHANGELOG.md says nothing about %s", version)
	}
	return notes, nil
}
