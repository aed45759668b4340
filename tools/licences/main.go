// Command licences lists the licences of everything that is linked into the
// released programs, on every system they are released for.
//
//	licences -dir <root of the project> [-texts] <package>...
//
// It prints a table, with -texts also the text of every licence, and fails when
// a licence is missing or not one of those that may be combined with MPL-2.0.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// known is how much of a file has to be a licence, in percent; the rest is
// copyright lines.
const known = 75

// compatible are licences whose code may be distributed together with a program
// under MPL-2.0 ("Licenses compatible with MPL 2.0", mozilla.org, 2026-03).
func compatible() []string {
	return []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0"}
}

func systems() []string { return []string{"darwin", "linux", "windows"} }

// module is what `go list` says about a module.
type module struct {
	Path, Version, Dir string
	Main               bool
}

// licensed is a module with what its licence files say.
type licensed struct {
	module
	names []string
	files []string
}

func main() {
	log.SetFlags(0)
	dir := flag.String("dir", ".", "root of the project")
	texts := flag.Bool("texts", false, "print the text of every licence below the table")
	flag.Parse()
	if err := run(os.Stdout, *dir, flag.Args(), *texts); err != nil {
		log.Fatal("licences: ", err)
	}
}

func run(out io.Writer, dir string, packages []string, texts bool) error {
	linked, err := modules(dir, packages)
	if err != nil {
		return err
	}
	all := make([]licensed, 0, len(linked))
	for _, path := range slices.Sorted(maps.Keys(linked)) {
		found, failed := classify(linked[path])
		err = errors.Join(err, failed)
		all = append(all, found)
	}
	if err != nil {
		return err
	}
	table(out, all)
	if texts {
		return printTexts(out, all)
	}
	return nil
}

// modules are those that the packages are built from, by path.
func modules(dir string, packages []string) (map[string]module, error) {
	linked := map[string]module{}
	for _, system := range systems() {
		command := exec.Command("go", append([]string{"list", "-deps", "-json=Module"}, packages...)...) //nolint:gosec,noctx // ends by itself; the Makefile names the packages
		command.Dir, command.Stderr = dir, os.Stderr
		command.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		listed, err := command.Output()
		if err != nil {
			return nil, fmt.Errorf("go list for %s: %w", system, err)
		}
		for decoder := json.NewDecoder(bytes.NewReader(listed)); decoder.More(); {
			var one struct{ Module *module }
			if err := decoder.Decode(&one); err != nil {
				return nil, err
			}
			if m := one.Module; m != nil && !m.Main {
				linked[m.Path] = *m
			}
		}
	}
	return linked, nil
}

// classify reads the licence files in the root of a module.
func classify(m module) (licensed, error) {
	found := licensed{module: m}
	entries, err := os.ReadDir(m.Dir)
	if err != nil {
		return found, err
	}
	for _, entry := range entries {
		upper := strings.ToUpper(entry.Name())
		file := filepath.Join(m.Dir, entry.Name())
		switch {
		case entry.IsDir():
			continue
		case strings.HasPrefix(upper, "NOTICE"):
			found.files = append(found.files, file)
			continue
		case !strings.HasPrefix(upper, "LICEN") && !strings.HasPrefix(upper, "COPYING"):
			continue
		}
		text, err := os.ReadFile(file) //nolint:gosec // a file of the module cache
		if err != nil {
			return found, err
		}
		found.files = append(found.files, file)
		cover := licensecheck.Scan(text)
		if cover.Percent < known {
			return found, fmt.Errorf("%s: only %.0f %% of %s is a known licence", m.Path, cover.Percent, entry.Name())
		}
		for _, match := range cover.Match {
			found.names = append(found.names, match.ID)
		}
	}
	slices.Sort(found.names)
	found.names = slices.Compact(found.names)
	if len(found.names) == 0 {
		return found, fmt.Errorf("%s has no licence", m.Path)
	}
	for _, name := range found.names {
		if !slices.Contains(compatible(), name) {
			return found, fmt.Errorf("%s has the licence %s, which is not on the list of compatible ones", m.Path, name)
		}
	}
	return found, nil
}

func table(out io.Writer, all []licensed) {
	fmt.Fprint(out, "# Licences of what is linked into the released programs\n\n")
	fmt.Fprint(out, "Made by `make generate` from the modules that `go list -deps` names for Linux, macOS and Windows.\n\n")
	fmt.Fprint(out, "| module | version | licence |\n|---|---|---|\n")
	for _, m := range all {
		fmt.Fprintf(out, "| `%s` | %s | %s |\n", m.Path, m.Version, strings.Join(m.names, ", "))
	}
}

// printTexts prints licences and notices in full, as programs that contain the
// modules have to carry them.
func printTexts(out io.Writer, all []licensed) error {
	for _, m := range all {
		for _, file := range m.files {
			text, err := os.ReadFile(file) //nolint:gosec // a file of the module cache
			if err != nil {
				return err
			}
			fmt.Fprintf(out, "\n## %s\n\n```text\n%s\n```\n", m.Path, strings.TrimSpace(string(text)))
		}
	}
	return nil
}
