package house_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// versionsTable is the table of features and the versions that they need.
func versionsTable(t *testing.T, page string) string {
	t.Helper()
	const heading = "| Feature | Terraform | OpenTofu |\n"
	_, rest, found := strings.Cut(page, heading)
	table, _, _ := strings.Cut(rest, "\n\n")
	if !found || strings.Count(table, "\n") < 5 {
		t.Fatal("there is no table of versions")
	}
	return table
}

// TestHouse_versionsAgree holds every place that names a version of the CLI to the
// README, and the README to what the workflow tests.
func TestHouse_versionsAgree(t *testing.T) {
	table := versionsTable(t, read(t, filepath.Join(root, "README.md")))
	if other := versionsTable(t, read(t, filepath.Join(root, "templates", "index.md.tmpl"))); other != table {
		t.Errorf("the page of the provider has another table than the README:\n%s", other)
	}
	needs := map[string][2]string{}
	for _, row := range regexp.MustCompile(`(?m)^\| (.*) \| ([0-9.]+) \| (.*) \|$`).FindAllStringSubmatch(table, -1) {
		needs[row[1]] = [2]string{row[2], row[3]}
	}
	workflow := read(t, filepath.Join(root, ".github", "workflows", "test.yml"))
	floor := needs["Resources, data sources, import blocks"]
	for _, first := range []string{`version: ["` + floor[0] + `.*", `, `version: ["` + floor[1] + `.0", `} {
		if !strings.Contains(workflow, first) {
			t.Errorf("the tests do not begin with %s", first)
		}
	}
	for _, place := range []struct{ file, feature, before, after string }{
		{"templates/functions.md.tmpl", "Functions", "Functions need ", ","},
		{"templates/guides/migration.md.tmpl", "`moved` from `alicloud_*`", "", " moves objects"},
		{"templates/resources/rule.md.tmpl", "Import by identity", "With ", " and later by identity"},
		{"templates/resources/replication_role.md.tmpl", "Import by identity", "With ", " and later by identity"},
		{"templates/resources/destination_grant.md.tmpl", "Import by identity", "With ", " and later by identity"},
		{"templates/resources/kms_key_policy.md.tmpl", "Import by identity", "With ", " and later by identity"},
	} {
		want := place.before + "Terraform " + needs[place.feature][0] + " or OpenTofu " + needs[place.feature][1] + place.after
		if !strings.Contains(read(t, filepath.Join(root, filepath.FromSlash(place.file))), want) {
			t.Errorf("%s does not say %q", place.file, want)
		}
	}
}
