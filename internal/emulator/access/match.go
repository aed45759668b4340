package access

import "strings"

// match compares with a pattern in which * stands for any run of characters,
// also none and also "/" and ":", and ? for exactly one (RAM "Policy elements"
// page). It runs in linear time and space for any pattern.
func match(pattern, text string) bool {
	p, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

func matchAny(patterns []string, text string) bool {
	for _, p := range patterns {
		if match(p, text) {
			return true
		}
	}
	return false
}

// matchAction compares without regard to case.
func matchAction(patterns []string, action string) bool {
	lower := strings.ToLower(action)
	for _, p := range patterns {
		if match(strings.ToLower(p), lower) {
			return true
		}
	}
	return false
}
