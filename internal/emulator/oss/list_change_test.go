package oss_test

import (
	"slices"
	"testing"
)

// Every listing shows what the calls before it left, also after other listings.
func TestList_followsEveryChange(t *testing.T) {
	w := newWorld(t)
	for i, c := range []struct {
		call string
		want []string
	}{
		{"PUT /src/b", []string{"b"}},
		{"PUT /src/a", []string{"a", "b"}},
		{"PUT /src/b", []string{"a", "b"}},
		{"DELETE /src/b", []string{"a"}},
		{"PUT /src/c", []string{"a", "c"}},
		{"DELETE /src/a", []string{"c"}},
		{"DELETE /src/c", nil},
		{"PUT /src/a", []string{"a"}},
	} {
		if a := w.call(source, c.call, ""); a.Code >= 300 {
			t.Fatalf("%s: %d", c.call, a.Code)
		}
		if got := w.listed("GET /src/"); !slices.Equal(got, c.want) {
			t.Errorf("step %d, after %s: %q, want %q", i, c.call, got, c.want)
		}
		if got := w.listed("GET /src/?versions"); len(got) != len(c.want) {
			t.Errorf("step %d, after %s: versions %q", i, c.call, got)
		}
	}
}
