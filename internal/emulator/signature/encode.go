package signature

import (
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strings"
)

const upperHex = "0123456789ABCDEF"

// percentEncode escapes every byte but A-Z a-z 0-9 - . _ ~ and those in keep,
// with upper-case digits (RFC 3986).
func percentEncode(s, keep string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if isUnreserved(c) || strings.IndexByte(keep, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(upperHex[c>>4])
		b.WriteByte(upperHex[c&15])
	}
	return b.String()
}

func isUnreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		c == '-' || c == '.' || c == '_' || c == '~'
}

type pair struct{ name, value string }

// sortedPairs flattens values for which keep holds, ordered by mapped name.
// Every value of a repeated name is kept: what is not signed could be added by
// anybody.
func sortedPairs(values url.Values, keep func(name string) bool, mapped func(string) string) []pair {
	pairs := make([]pair, 0, len(values))
	for name, list := range values {
		if !keep(name) {
			continue
		}
		for _, value := range list {
			pairs = append(pairs, pair{mapped(name), mapped(value)})
		}
	}
	sort.SliceStable(pairs, func(i, j int) bool { return pairs[i].name < pairs[j].name })
	return pairs
}

func encodeAll(s string) string { return percentEncode(s, "") }

func verbatim(s string) string { return s }

// joinPairs writes name=value joined by "&"; an empty value keeps its "=" only
// if bare is false.
func joinPairs(pairs []pair, bare bool) string {
	var b strings.Builder
	for i, p := range pairs {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(p.name)
		if p.value != "" || !bare {
			b.WriteByte('=')
			b.WriteString(p.value)
		}
	}
	return b.String()
}

// canonicalHeaders writes "name:value\n" for every present header for which
// keep holds, sorted by lower-case name.
func canonicalHeaders(r *http.Request, keep func(lower string) bool) string {
	lines := make(map[string][]string, len(r.Header)+1)
	for name, values := range r.Header {
		if lower := strings.ToLower(name); keep(lower) {
			for _, v := range values {
				lines[lower] = append(lines[lower], strings.TrimSpace(v))
			}
		}
	}
	if keep("host") {
		lines["host"] = []string{r.Host}
	}
	names := make([]string, 0, len(lines))
	for name := range lines {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		b.WriteString(name + ":" + strings.Join(lines[name], ",") + "\n")
	}
	return b.String()
}
