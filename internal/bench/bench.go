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
	"sync"
)

// Options say what is measured and with what. All but Provider, TLS, Alicloud, Profile and Only are required.
type Options struct {
	CLI  string // path of the Terraform or OpenTofu program
	Root string // directory of this module
	Dir  string // an empty directory of our own
	Runs int    // of each command; the median counts
	// Provider is the path of the program, called terraform-provider-srr; "" builds it as a release is built.
	Provider string
	TLS      string    // path of the program to compare with; "" builds it
	Alicloud string    // path of a built terraform-provider-alicloud; "" leaves that comparison out
	Profile  string    // a directory for profiles of the plugin, which is then built to write them
	Only     []string  // names of scenarios; none means all
	Log      io.Writer // progress, a line for each scenario
}

// Result is one line of the table.
type Result struct {
	Name, What, Measured, Bar string

	held verdict
	// Details are sentences for below the table.
	Details []string
}

// bench is what the scenarios share.
type bench struct {
	options Options
	cloud   *cloud
	srr     program
	tls     func() (program, error) // built when it is first asked for
}

// Names lists the scenarios in their order.
func Names() (names []string) {
	for _, s := range scenarios() {
		names = append(names, s.name)
	}
	return names
}

// Run builds the provider and measures. A missed bar is no error. A scenario that cannot be carried out is one, and a line
// of the results as well: it does not keep the others from being measured.
func Run(ctx context.Context, o Options) (results []Result, err error) {
	for _, name := range o.Only {
		if !slices.Contains(Names(), name) {
			return nil, fmt.Errorf("there is no scenario %q, only %s", name, strings.Join(Names(), ", "))
		}
	}
	b := &bench{options: o, srr: program{providerSource, o.Provider}, tls: sync.OnceValues(func() (program, error) { return o.tls(ctx) })}
	if o.Provider == "" {
		if b.srr, err = o.build(ctx); err != nil {
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
		r, failure := s.run(ctx, b)
		if ctx.Err() != nil {
			return results, errors.Join(err, ctx.Err())
		}
		if failure != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", s.name, failure))
			r = Result{Measured: "could not be carried out", held: notJudged}
		}
		r.Name, r.What, r.Bar = s.name, s.what, s.bar
		results = append(results, r)
		if _, failure := fmt.Fprintf(o.Log, "%s: %s\n", s.name, r.Measured); failure != nil {
			return results, errors.Join(err, failure)
		}
	}
	return results, err
}

// workspace makes a directory for a scenario.
func (b *bench) workspace(name string, plugin program, configuration string) (workspace, error) {
	dir := filepath.Join(b.options.Dir, name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return workspace{}, err
	}
	return newWorkspace(b.options.CLI, dir, plugin, b.cloud.url, configuration)
}
