package replication

import (
	"encoding/json"
	"errors"
	"strings"
)

// ReadSourcePolicy finds which buckets and keys a source policy names. It reads
// documents in the form that SourcePolicy writes, with lists in any order and
// single values without a list. ErrOtherPolicy means that the document is not
// of that form; whether it says exactly the same is for the caller to compare.
func ReadSourcePolicy(document string) (buckets, keyARNs []string, err error) {
	var parsed struct {
		Statement []struct {
			Action   texts
			Resource texts
		}
	}
	if err := json.Unmarshal([]byte(document), &parsed); err != nil {
		return nil, nil, errors.Join(ErrOtherPolicy, err)
	}
	for _, statement := range parsed.Statement {
		for _, resource := range statement.Resource {
			if name, ok := bucketOf(resource); ok {
				buckets = append(buckets, name)
			} else if _, err := ParseKeyARN(resource); err == nil {
				keyARNs = append(keyARNs, resource)
			}
		}
	}
	if len(buckets) == 0 {
		return nil, nil, ErrOtherPolicy
	}
	return sorted(buckets), sorted(keyARNs), nil
}

// ErrOtherPolicy says that a document is not a replication role's source policy.
var ErrOtherPolicy = errors.New("the policy names no bucket as the source of a replication")

func bucketOf(resource string) (string, bool) {
	rest, found := strings.CutPrefix(resource, "acs:oss:")
	if !found {
		return "", false
	}
	parts := strings.SplitN(rest, ":", 3)
	if len(parts) != 3 {
		return "", false
	}
	bucket, _, _ := strings.Cut(parts[2], "/")
	return bucket, CheckBucketName(bucket) == nil
}

// texts is a string or a list of strings.
type texts []string

// UnmarshalJSON accepts both forms.
func (t *texts) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(t))
}
