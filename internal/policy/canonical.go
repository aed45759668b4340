package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Canonical is a text that is equal for documents of equal meaning: the order of
// statements, actions, resources, principals and condition values does not
// matter, nor do repetitions, white space, or a single value written without
// its list (RAM "Policy structure and syntax" page). Unknown fields stay.
func Canonical(raw []byte) (string, error) { return CanonicalIn(raw, "") }

// CanonicalIn is Canonical for a document about buckets that the account with the
// uid owns: naming it in a resource of OSS means the same as naming any owner,
// because the name of a bucket is unique among all accounts (OSS "Bucket naming"
// page).
func CanonicalIn(raw []byte, owner string) (string, error) {
	value, err := decode(raw)
	if err != nil {
		return "", err
	}
	document, ok := value.(map[string]any)
	if !ok {
		return "", errors.New("the document is not a JSON object")
	}
	statements, present := document["Statement"]
	if !present {
		return render(document), nil
	}
	list, ok := statements.([]any)
	if !ok {
		list = []any{statements}
	}
	canonical := make([]any, 0, len(list))
	for i, statement := range list {
		fields, ok := statement.(map[string]any)
		if !ok {
			return "", fmt.Errorf("statement %d is not a JSON object", i+1)
		}
		canonical = append(canonical, canonicalStatement(fields, owner))
	}
	document["Statement"] = sortedUnique(canonical)
	return render(document), nil
}

func canonicalStatement(fields map[string]any, owner string) map[string]any {
	out := make(map[string]any, len(fields))
	for name, value := range fields {
		switch name {
		case "Action", "NotAction":
			out[name] = actionSet(value)
		case "Resource", "NotResource":
			out[name] = resourceSet(value, owner)
		case "Principal", "NotPrincipal":
			out[name] = principalSet(value)
		case "Condition":
			out[name] = conditionSet(value)
		default:
			out[name] = value
		}
	}
	return out
}

// actionSet keeps one spelling of each action, because actions are compared
// without regard to case (RAM "Policy elements" page).
func actionSet(value any) any {
	seen := map[string]bool{}
	var unique []any
	for _, element := range asList(value) {
		text, ok := element.(string)
		if !ok {
			return value
		}
		if folded := strings.ToLower(text); !seen[folded] {
			seen[folded] = true
			unique = append(unique, text)
		}
	}
	return sortedUnique(unique)
}

// resourceSet writes * for the owner of a bucket.
func resourceSet(value any, owner string) any {
	elements := asList(value)
	for i, element := range elements {
		text, _ := element.(string)
		if segments, rest := splitResource(text); owner != "" && segments != nil && segments[3] == owner {
			elements[i] = strings.Join(segments[:3], ":") + ":*:" + rest
		}
	}
	return sortedUnique(elements)
}

func valueSet(value any) any { return sortedUnique(asList(value)) }

func principalSet(value any) any {
	kinds, ok := value.(map[string]any)
	if !ok {
		return valueSet(value)
	}
	out := make(map[string]any, len(kinds))
	for kind, members := range kinds {
		out[kind] = valueSet(members)
	}
	return out
}

func conditionSet(value any) any {
	operators, ok := value.(map[string]any)
	if !ok {
		return value
	}
	out := make(map[string]any, len(operators))
	for operator, keys := range operators {
		out[operator] = principalSet(keys)
	}
	return out
}

func asList(value any) []any {
	if list, ok := value.([]any); ok {
		return slices.Clone(list)
	}
	return []any{value}
}

func sortedUnique(values []any) []any {
	slices.SortFunc(values, func(a, b any) int { return strings.Compare(render(a), render(b)) })
	return slices.CompactFunc(values, func(a, b any) bool { return render(a) == render(b) })
}

// render writes a decoded value with sorted keys and without escaping HTML, so
// that what a person reads in a plan is what the document says.
func render(value any) string {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		// Decoded JSON always encodes.
		panic(fmt.Sprintf("policy: decoded JSON does not encode: %v", err))
	}
	return strings.TrimSuffix(buffer.String(), "\n")
}
