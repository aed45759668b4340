package house_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// enough is how much of a text a test has to expect.
const enough = 15

// textsIn are the texts in the functions of a Go file, those that are added up as one.
// Descriptions are for the documentation.
func textsIn(t *testing.T, file string) (found []string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	collect := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			key, named := n.Key.(*ast.Ident)
			return !named || !strings.HasSuffix(key.Name, "Description")
		case ast.Expr:
			text, constant := constantText(n)
			if constant {
				found = append(found, text)
			}
			return !constant
		}
		return true
	}
	for _, declared := range parsed.Decls {
		if function, ok := declared.(*ast.FuncDecl); ok {
			ast.Inspect(function, collect)
		}
	}
	return found
}

func constantText(e ast.Expr) (text string, ok bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.BinaryExpr:
		left, leftOK := constantText(e.X)
		right, rightOK := constantText(e.Y)
		return left + right, leftOK && rightOK && e.Op == token.ADD
	}
	return "", false
}

// sentencesIn are the parts of a text between the values that are put into it, as far
// as they say something.
func sentencesIn(text string) (sentences []string) {
	for _, part := range regexp.MustCompile(`%[a-z]|[.:;] |\n`).Split(text, -1) {
		if part = strings.TrimSpace(part); strings.Count(part, " ") > 2 {
			sentences = append(sentences, part)
		}
	}
	return sentences
}

// TestHouse_everyTextOfARuleIsInATest looks for a test that expects something of each
// text that errors and warnings of srr_rule are made of.
func TestHouse_everyTextOfARuleIsInATest(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "internal", "provider", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var expected []string
	said := map[string][]string{}
	for _, file := range files {
		name := filepath.Base(file)
		for _, text := range textsIn(t, file) {
			if strings.HasSuffix(name, "_test.go") {
				expected = append(expected, strings.Split(text, "\n")...)
			} else if sentences := sentencesIn(text); strings.HasPrefix(name, "rule_") && name != "rule_schema.go" && len(sentences) > 0 {
				said[name+": "+text] = sentences
			}
		}
	}
	for text, sentences := range said {
		if !slices.ContainsFunc(expected, func(want string) bool {
			return slices.ContainsFunc(sentences, func(sentence string) bool {
				return strings.Contains(want, sentence) || len(want) >= enough && strings.Contains(sentence, strings.TrimSpace(want))
			})
		}) {
			t.Errorf("no test expects anything of %q", text)
		}
	}
	if len(said) < 80 {
		t.Errorf("only %d texts were found", len(said))
	}
}
