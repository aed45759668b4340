package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Options say what is measured and with what. All but Provider and Only are required.
type Options struct {
	CLI  string // path of the Terraform or OpenTofu program
	Root string // directory of this module
	Dir  string // an empty directory of our own
	Runs int    // of each command; the median counts
	// Provider is the path of the program, called terraform-provider-srr; "" builds it as a release is built.
	Provider string
	Only     []string  // names of scenarios; none means all
	Log      io.Writer // progress, a line for each scenario
}

// Result is one line of the table.
type Result struct {
	Name, What, Measured, Bar string
	// Missed says that the bar is not held. Details are sentences for below the table.
	Missed  bool
	Details []string
}

// bench is what the scenarios share.
type bench struct {
	options Options
	cloud   *cloud
	srr     program
}

// Names lists the scenarios in their order.
func Names() (names []string) {
	for _, s := range scenarios() {
		names = append(names, s.name)
	}
	return names
}

// Run builds the provider and measures. The error is of the first scenario that could not be carried out; a missed bar
// is none.
func Run(ctx context.Context, o Options) (results []Result, err error) {
	for _, name := range o.Only {
		if !slices.Contains(Names(), name) {
			return nil, fmt.Errorf("there is no scenario %q, only %s", name, strings.Join(Names(), ", "))
		}
	}
	b := &bench{options: o, srr: program{providerSource, o.Provider}}
	if o.Provider == "" {
		if b.srr, err = buildProvider(ctx, o.Root, o.Dir); err != nil {
			return nil, err
		}
	}
	if b.cloud, err = startCloud(ctx); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.cloud.close()) }()
	for _, s := range scenarios() {
		if len(o.Only) > 0 && !slices.Contains(o.Only, s.name) {
			continue
		}
		r, err := s.run(ctx, b)
		if err != nil {
			return results, fmt.Errorf("%s: %w", s.name, err)
		}
		r.Name, r.What, r.Bar = s.name, s.what, s.bar
		results = append(results, r)
		if _, err := fmt.Fprintf(o.Log, "%s: %s\n", s.name, r.Measured); err != nil {
			return results, err
		}
	}
	return results, nil
}

// workspace makes a directory for a scenario.
func (b *bench) workspace(name string, plugin program, configuration string) (workspace, error) {
	dir := filepath.Join(b.options.Dir, name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return workspace{}, err
	}
	return newWorkspace(b.options.CLI, dir, plugin, b.cloud.url, configuration)
}
