package policy

import "testing"

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          verdict
	}{
		{"", "", yes},
		{"", "a", no},
		{"*", "", yes},
		{"*", "a/b:c", yes},
		{"a*", "b", no},
		{"a*c", "abbc", yes},
		{"a*c", "abb", no},
		{"*a*a*", "xaxx", no},
		{"?", "a", yes},
		{"?", "", no},
		{"?", "ab", no},
		{"b/*", "b/*", yes},
		{"b*", "b/*", yes},
		{"b/x*", "b/*", maybe},
		{"c/*", "b/*", no},
		{"b/?", "b/*", maybe},
		{"?", "*", maybe},
		{"*/x", "b/*", maybe},
		{"*/x", "b/*y", no},
		{"b", "b*", maybe},
		{"***", "*", yes},
		{"a?c", "a*d", no},
	} {
		if got := matches(c.pattern, c.text); got != c.want {
			t.Errorf("%q, %q: %v, want %v", c.pattern, c.text, got, c.want)
		}
	}
}

// FuzzMatches compares the two walks over patterns with each other.
func FuzzMatches(f *testing.F) {
	f.Add("a*c?", "abc*")
	f.Fuzz(func(t *testing.T, a, b string) {
		if intersects(a, b) != intersects(b, a) {
			t.Errorf("%q and %q overlap in one direction only", a, b)
		}
		if covers(a, b) && !intersects(a, b) {
			t.Errorf("%q covers %q without a common part", a, b)
		}
		if !hasWildcard(b) && covers(a, b) != intersects(a, b) {
			t.Errorf("%q and the name %q: %v, %v", a, b, covers(a, b), intersects(a, b))
		}
	})
}
