package stress

import (
	"errors"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// TestCheck_seesWhatIsGone changes every statement of a good document a little.
func TestCheck_seesWhatIsGone(t *testing.T) {
	t.Parallel()
	for _, d := range Documents() {
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			theirs := strings.ReplaceAll(d.foreign, "%d", "7")
			ours := `{"Principal":[` + d.grantee(0, 0) + `]}`
			for name, tc := range map[string]struct {
				statements []string
				lost       bool
			}{
				"all of it":                {[]string{d.first, ours, theirs}, false},
				"ours":                     {[]string{d.first, theirs}, true},
				"ours twice":               {[]string{d.first, ours, ours, theirs}, true},
				"the neighbour's":          {[]string{d.first, ours}, true},
				"a space of the first":     {[]string{strings.Replace(d.first, " ", "", 1), ours, theirs}, true},
				"a tab of the neighbour's": {[]string{d.first, ours, strings.Replace(theirs, "\t", "", 1)}, true},
			} {
				world := emulator.DefaultWorld()
				*d.kept(&world) = document(tc.statements)
				s := &scene{
					options:   Options{Document: d, Processes: 1, Grants: 1},
					cloud:     &cloud{world: func() emulator.World { return world }},
					neighbour: &foreignWriter{document: d, want: map[int]string{7: theirs}},
				}
				var lost Loss
				if err := s.check(Report{}); errors.As(err, &lost) != tc.lost || !tc.lost && err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}
