package access

import "strings"

// match compares with a pattern in which * stands for any run of characters,
// also none and also "/" and ":", and ? for exactly one (RAM "Policy elements"
// page). Its time is at most proportional to the product of the lengths.
func match(pattern, text string) bool {
	want, have := []rune(pattern), []rune(text)
	p, t, star, mark := 0, 0, -1, 0
	for t < len(have) {
		switch {
		case p < len(want) && want[p] == '*':
			star, mark = p, t
			p++
		case p < len(want) && (want[p] == '?' || want[p] == have[t]):
			p++
			t++
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(string(want[p:]), "*") == ""
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
