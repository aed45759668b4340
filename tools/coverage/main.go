// Command coverage sums a coverage profile by package.
//
//	coverage -least 85 -names <profile>
//
// It prints how many statements of each package ran, with -names also the places
// of those that did not, and fails when less than the wanted share ran.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/cover"
)

// tally counts statements.
type tally struct{ ran, all int }

func (t tally) percent() float64 {
	if t.all == 0 {
		return 100
	}
	return 100 * float64(t.ran) / float64(t.all)
}

func (t *tally) add(statements int, ran bool) {
	t.all += statements
	if ran {
		t.ran += statements
	}
}

func main() {
	log.SetFlags(0)
	least := flag.Float64("least", 0, "percent of the statements that must have run")
	names := flag.Bool("names", false, "name the lines that did not run")
	flag.Parse()
	profiles, err := cover.ParseProfiles(flag.Arg(0))
	if err != nil {
		log.Fatal("coverage: ", err)
	}
	if *names {
		name(os.Stdout, profiles)
	}
	if total := sum(os.Stdout, profiles); total.percent() < *least {
		log.Fatalf("coverage: %.1f %% of the statements ran, at least %.0f %% are wanted", total.percent(), *least)
	}
}

// name prints, file by file, the lines of the blocks that did not run.
func name(out io.Writer, profiles []*cover.Profile) {
	for _, p := range profiles {
		var lines []string
		for _, b := range p.Blocks {
			if b.Count == 0 {
				lines = append(lines, fmt.Sprintf("%d-%d", b.StartLine, b.EndLine))
			}
		}
		if len(lines) > 0 {
			fmt.Fprintf(out, "not run: %s %s\n", p.FileName, strings.Join(lines, " "))
		}
	}
}

func sum(out io.Writer, profiles []*cover.Profile) (total tally) {
	packages := map[string]tally{}
	for _, p := range profiles {
		one := packages[path.Dir(p.FileName)]
		for _, b := range p.Blocks {
			one.add(b.NumStmt, b.Count > 0)
			total.add(b.NumStmt, b.Count > 0)
		}
		packages[path.Dir(p.FileName)] = one
	}
	for _, name := range slices.Sorted(maps.Keys(packages)) {
		fmt.Fprintf(out, "%5.1f %% of %5d statements  %s\n", packages[name].percent(), packages[name].all, name)
	}
	fmt.Fprintf(out, "%5.1f %% of %5d statements  all of it\n", total.percent(), total.all)
	return total
}
