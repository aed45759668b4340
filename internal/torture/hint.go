package torture

import (
	"context"
	"regexp"
	"strings"
)

// importAsTold follows the advice of errors that name an import. It reports whether there was any.
func (r *rack) importAsTold(ctx context.Context, failed answer) (bool, error) {
	imported := false
	for _, p := range failed.problems {
		id := importID(p.Detail)
		if p.Severity != "error" || id == "" || p.Address == "" {
			continue
		}
		a, err := r.run(ctx, "import", "-input=false", "-no-color", p.Address, id)
		if err != nil {
			return false, err
		}
		if a.failed() {
			return false, finding{Stuck, "the import of " + p.Address + " that was named fails: " + a.said()}
		}
		imported = true
	}
	return imported, nil
}

// importID is the id in the advice: an import block, or a command.
func importID(detail string) string {
	if found := regexp.MustCompile(`(?s)import \{.*?id\s*=\s*"([^"]+)"`).FindStringSubmatch(detail); found != nil {
		return found[1]
	}
	if found := regexp.MustCompile(`terraform import \S+ (\S+)`).FindStringSubmatch(detail); found != nil {
		return strings.Trim(found[1], "'\"")
	}
	return ""
}
