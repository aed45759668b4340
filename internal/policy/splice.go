package policy

import (
	"bytes"
	"slices"
)

// edit replaces the bytes from start up to end.
type edit struct {
	start, end int
	text       string
}

// splice applies edits that do not overlap, and copies everything else.
func splice(raw []byte, edits []edit) []byte {
	slices.SortStableFunc(edits, func(a, b edit) int { return a.start - b.start })
	var out bytes.Buffer
	at := 0
	for _, e := range edits {
		out.Write(raw[at:e.start])
		out.WriteString(e.text)
		at = e.end
	}
	out.Write(raw[at:])
	return out.Bytes()
}

// growth is by how many bytes the edits lengthen the text.
func growth(edits []edit) int {
	total := 0
	for _, e := range edits {
		total += len(e.text) - (e.end - e.start)
	}
	return total
}

// span is the place of one element of a list of JSON values.
type span struct{ start, end int }

func (n *node) spans() []span {
	if n.kind == '{' {
		out := make([]span, len(n.members))
		for i, m := range n.members {
			out[i] = span{m.start, m.value.end}
		}
		return out
	}
	out := make([]span, len(n.items))
	for i, item := range n.items {
		out[i] = span{item.start, item.end}
	}
	return out
}

// drop removes elements of an array or object together with one separator each.
// It takes the separator before them, which is the one that an append wrote, and
// the one behind them only at the front.
func drop(elements []span, gone func(i int) bool) []edit {
	var edits []edit
	for first := 0; first < len(elements); first++ {
		if !gone(first) {
			continue
		}
		next := first + 1
		for next < len(elements) && gone(next) {
			next++
		}
		e := edit{start: elements[first].start, end: elements[next-1].end}
		switch {
		case first > 0:
			e.start = elements[first-1].end
		case next < len(elements):
			e.end = elements[next].start
		}
		edits = append(edits, e)
		first = next
	}
	return edits
}
