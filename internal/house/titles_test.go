package house_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// titlesIn are the titles of errors and warnings in a source file, those of failed
// calls included; of one that names an object, what stands before the name. A title
// may be written where it is used, in a format, or as a constant that any file of
// the package, which all holds, hands on.
func titlesIn(source, all string) (titles []string) {
	const place = `(?:path\.[^"\n]+"[a-z_]+"\),\s*|path\.[^,\n]+,\s*|\w+\.AtName\("\w+"\),\s*|req\.Path,\s*|at,\s*|fileAt,\s*)?`
	written := regexp.MustCompile(`(?:Error|Warning|Diagnostic|callFailed|grantFailed)\(` + place + `(?:fmt\.Sprintf\()?"([A-Z][^"]+)"|summary(?:: | := |.* = )"([A-Z][^"]+)"`)
	for _, found := range written.FindAllStringSubmatch(source, -1) {
		title, _, _ := strings.Cut(found[1]+found[2], "%")
		titles = append(titles, strings.TrimSpace(title))
	}
	constant := regexp.MustCompile(`(?m)^(?:const |\t)(\w+) *= "([A-Z]\w+ [^"]*[^".])"$`)
	for _, found := range constant.FindAllStringSubmatch(source, -1) {
		handedOn := regexp.MustCompile(`(?m)(?:Error|Warning|Diagnostic|[fF]ailed|refusedMove|Imported)\([^\n]*\b` + found[1] + `, |\btitle :?= (?:[^\n]*, )?` + found[1] + `$`)
		if handedOn.MatchString(all) {
			titles = append(titles, found[2])
		}
	}
	return titles
}

// TestTitlesIn shows every way in which the provider writes a title.
func TestTitlesIn(t *testing.T) {
	const source = "const roleCannotMove = \"Role cannot be moved\"\n" +
		"const place = \"RAM role\"\nrun.editRule(ctx, place, id)\n" +
		"const ruleCannotImport = \"Rule cannot be imported\"\n" +
		"const answer = \"Put public bucket policy is not allowed\"\n" +
		"diags.AddError(\"No credentials\", \"Set some.\")\n" +
		"diags.AddAttributeError(path.Root(\"region\"), \"No region\", \"Set it.\")\n" +
		"diags.Append(callFailed(\"Cannot read the bucket \"+name, err))\n" +
		"diags.Append(callFailed(fmt.Sprintf(\"Cannot read the progress of rule %s of bucket %s\", id, bucket), err))\n" +
		"if strings.HasPrefix(message, answer) {\n"
	want := []string{"No credentials", "No region", "Cannot read the bucket", "Cannot read the progress of rule", "Role cannot be moved", "Rule cannot be imported"}
	if got := titlesIn(source, source+"refusedMove(\"x\", roleCannotMove, text)\nplace, title := r.place(), ruleCannotImport\n"); !slices.Equal(got, want) {
		t.Errorf("the titles are %q, want %q", got, want)
	}
}

// TestHouse_everyTitleOfARuleIsInATest finds the titles of errors and warnings of
// srr_rule, those of failed calls included, and looks for a test that expects each.
func TestHouse_everyTitleOfARuleIsInATest(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "internal", "provider", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	sources, all := map[string]string{}, ""
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		switch name := filepath.Base(file); {
		case strings.HasSuffix(name, "_test.go"):
			tests.Write(raw)
		case strings.HasPrefix(name, "rule_"):
			sources[name] = string(raw)
			fallthrough
		default:
			all += string(raw)
		}
	}
	seen := map[string]bool{}
	for name, source := range sources {
		for _, title := range titlesIn(source, all) {
			seen[title] = true
			if !strings.Contains(tests.String(), title) {
				t.Errorf("%s: no test expects %q", name, title)
			}
		}
	}
	if len(seen) < 40 {
		t.Errorf("only %d titles were found", len(seen))
	}
}
