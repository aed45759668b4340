package policy

import "strings"

// verdict is what a document alone can say about a match.
type verdict int

const (
	no verdict = iota
	maybe
	yes
)

func (v verdict) not() verdict { return yes - v }

// matches compares a pattern with a text that may be a pattern itself: yes when
// the pattern holds for all of it, maybe when only for a part.
func matches(pattern, text string) verdict {
	switch {
	case covers(pattern, text):
		return yes
	case hasWildcard(text) && intersects(pattern, text):
		return maybe
	default:
		return no
	}
}

// covers says that the pattern holds for everything that text stands for. In a
// pattern * is any run of characters, separators included, and ? is one
// character (RAM "Policy elements" page, 2025).
func covers(pattern, text string) bool {
	p, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == text[t] || pattern[p] == '?' && text[t] != '*'):
			p++
			t++
		case star >= 0:
			p = star + 1
			mark++
			t = mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// intersects says that there is something for which both patterns hold.
func intersects(a, b string) bool {
	row := make([]bool, len(b)+1)
	row[0] = true
	for j := range len(b) {
		row[j+1] = row[j] && b[j] == '*'
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = row[0] && a[i] == '*'
		for j := range len(b) {
			above := row[j+1]
			switch {
			case a[i] == '*' || b[j] == '*':
				row[j+1] = above || row[j]
			case a[i] == b[j] || a[i] == '?' || b[j] == '?':
				row[j+1] = diagonal
			default:
				row[j+1] = false
			}
			diagonal = above
		}
	}
	return row[len(b)]
}

// best is the verdict of the pattern that matches best. What cannot be read may
// match.
func (l *list) best(match func(pattern string) verdict) verdict {
	found := no
	for _, item := range l.items {
		if item.kind == '"' {
			found = max(found, match(item.text))
		}
	}
	if l.broken {
		found = max(found, maybe)
	}
	return found
}

// either decides a field that may be given directly or as what is left out
// (Action and NotAction). Both or none of them is outside the grammar.
func either(direct, except *list, match func(pattern string) verdict) verdict {
	switch {
	case direct.present && !except.present:
		return direct.best(match)
	case except.present && !direct.present:
		return except.best(match).not()
	default:
		return maybe
	}
}
