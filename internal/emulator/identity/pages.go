package identity

import (
	"slices"
	"strconv"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

const (
	standardPage   = 100
	largestPage    = 1000
	largestTagPage = 100
)

// page is one part of a sorted list of names.
type page struct {
	names []string
	next  string // "" on the last page
}

// paginate cuts a page after the Marker. The marker is the last name of the page
// before; clients must treat it as opaque.
func paginate(p map[string]string, names []string) (page, *cloud.Error) {
	size, err := pageSize(p, "MaxItems", largestPage)
	if err != nil {
		return page{}, err
	}
	return cut(names, p["Marker"], size), nil
}

func pageSize(p map[string]string, parameter string, largest int) (int, *cloud.Error) {
	if p[parameter] == "" {
		return standardPage, nil
	}
	n, err := strconv.Atoi(p[parameter])
	if err != nil || n < 1 || n > largest {
		return 0, invalid(parameter, "", "is incorrect.")
	}
	return n, nil
}

func cut(names []string, marker string, size int) page {
	start := 0
	if marker != "" {
		at, found := slices.BinarySearch(names, marker)
		start = at
		if found {
			start++
		}
	}
	rest := names[start:]
	if len(rest) <= size {
		return page{names: rest}
	}
	return page{names: rest[:size], next: rest[size-1]}
}

// answer adds Marker only when there is more.
func (p page) answer(name string, list map[string]any) map[string]any {
	fields := map[string]any{"IsTruncated": p.next != "", name: list}
	if p.next != "" {
		fields["Marker"] = p.next
	}
	return fields
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
