package replication

import (
	"encoding/json"
	"slices"
	"strings"
)

// BeyondSourcePolicy lists what a role's policy says that SourcePolicy cannot:
// denials, conditions and unknown fields by name, actions other than those of the
// replication engine and its keys, and resources that are not a whole bucket or a
// key. Writing SourcePolicy instead would take it away. ErrOtherPolicy means that
// the document cannot be read.
func BeyondSourcePolicy(document string) ([]string, error) {
	var parsed struct {
		Statement []map[string]json.RawMessage
	}
	if err := json.Unmarshal([]byte(document), &parsed); err != nil {
		return nil, ErrOtherPolicy
	}
	var beyond []string
	for _, fields := range parsed.Statement {
		more, err := beyondStatement(fields)
		if err != nil {
			return nil, ErrOtherPolicy
		}
		beyond = append(beyond, more...)
	}
	return sorted(beyond), nil
}

func beyondStatement(fields map[string]json.RawMessage) (beyond []string, err error) {
	var actions, resources texts
	for name, raw := range fields {
		switch name {
		case "Action":
			err = actions.UnmarshalJSON(raw)
		case "Resource":
			err = resources.UnmarshalJSON(raw)
		case "Effect":
			if string(raw) != `"Allow"` {
				beyond = append(beyond, "Effect "+string(raw))
			}
		default:
			beyond = append(beyond, name)
		}
		if err != nil {
			return nil, err
		}
	}
	known := []string{ActionList, ActionGet}
	if !slices.ContainsFunc(resources, func(r string) bool { return strings.HasPrefix(r, "acs:oss:") }) {
		known = DefaultKeyActions()
	}
	for _, action := range actions {
		if !slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, action) }) {
			beyond = append(beyond, action)
		}
	}
	for _, resource := range resources {
		if !isSource(resource, known[0] == ActionList) {
			beyond = append(beyond, resource)
		}
	}
	return beyond, nil
}

// isSource is whether a resource is one that SourcePolicy names: a bucket, all
// its objects, or a key.
func isSource(resource string, ofBucket bool) bool {
	if !ofBucket {
		_, err := ParseKeyARN(resource)
		return err == nil
	}
	bucket, ok := bucketOf(resource)
	return ok && (strings.HasSuffix(resource, ":"+bucket) || strings.HasSuffix(resource, ":"+bucket+"/*"))
}
