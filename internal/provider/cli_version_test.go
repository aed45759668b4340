package provider_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// atLeast skips a test that the CLI at hand is too old for, or that OpenTofu has
// no such command for; its versions are numbers of their own.
func (d terraformDir) atLeast(major, minor int, feature string, tofuToo bool) terraformDir {
	d.t.Helper()
	said, err := d.command("version").Output()
	if err != nil {
		d.t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(said), "\n")
	product, number, _ := strings.Cut(first, " v")
	var have [2]int
	if _, err := fmt.Sscanf(number, "%d.%d", &have[0], &have[1]); err != nil {
		d.t.Fatalf("version of %q: %v", first, err)
	}
	if product == "OpenTofu" && !tofuToo {
		d.t.Skipf("OpenTofu has no %s", feature)
	}
	if have[0] < major || have[0] == major && have[1] < minor {
		d.t.Skipf("%s needs version %d.%d; this is %s", feature, major, minor, first)
	}
	return d
}

// put writes another file beside main.tf.
func (d terraformDir) put(name, text string) terraformDir {
	d.t.Helper()
	if err := os.WriteFile(filepath.Join(d.path, name), []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
	return d
}

// drop removes a file.
func (d terraformDir) drop(name string) terraformDir {
	d.t.Helper()
	if err := os.Remove(filepath.Join(d.path, name)); err != nil {
		d.t.Fatal(err)
	}
	return d
}

// file reads a file of the configuration.
func (d terraformDir) file(name string) string {
	d.t.Helper()
	raw, err := os.ReadFile(filepath.Join(d.path, name))
	if err != nil {
		d.t.Fatal(err)
	}
	return string(bytes.TrimSpace(raw))
}

// example is a file of the documentation, for the provider blocks of the tests.
func example(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "examples", name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer("srr.source", "srr", "srr.backup", "srralt").Replace(string(raw))
}
