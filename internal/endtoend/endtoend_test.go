package endtoend_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

const (
	// patience bounds one test; each takes a few seconds.
	patience = 90 * time.Second
	// speed makes a rule active after 0.36 s and gone 0.24 s after its deletion.
	speed = 500
)

// programs are what the tests run, built once.
type programs struct {
	root, cli, provider, demo string
}

func TestBuilt(t *testing.T) {
	p := build(t)
	t.Run("example", p.testExamples)
	t.Run("bad input", p.testBadInput)
	t.Run("network", p.testNetwork)
	t.Run("snippets", p.testSnippets)
	t.Run("two processes", p.testProcesses)
	t.Run("demo", p.testDemo)
	t.Run("demo interrupted", p.testDemoInterrupted)
}

func build(t *testing.T) programs {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute) // a cold build cache
	defer cancel()
	dir := t.TempDir()
	var p programs
	var err error
	if p.root, err = demo.Root(ctx); err != nil {
		t.Fatal(err)
	}
	if p.cli, err = demo.FindCLI(ctx, filepath.Join(dir, "cli")); err != nil {
		t.Fatal(err)
	}
	for program, path := range map[string]*string{".": &p.provider, "./cmd/srr-demo": &p.demo} {
		if *path, err = demo.Build(ctx, p.root, program, dir); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// within bounds a test in time.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func newCloud(t *testing.T, changes ...func(*emulator.World)) *emulator.Server {
	t.Helper()
	world := emulator.DefaultWorld()
	for _, change := range changes {
		change(&world)
	}
	made, err := emulator.New(emulator.Options{World: &world, Speed: speed})
	if err != nil {
		t.Fatal(err)
	}
	server, err := emulator.Start(t.Context(), made, "127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

// open makes a workspace with a copy of an example.
func (p programs) open(t *testing.T, example, cloud string, variables map[string]string) *demo.Workspace {
	t.Helper()
	w, err := demo.Open(demo.Setting{
		CLI: p.cli, Provider: p.provider, Example: example, CloudURL: cloud, Dir: t.TempDir(), Variables: variables,
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (p programs) read(t *testing.T, file string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(p.root, file))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
