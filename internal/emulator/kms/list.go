package kms

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// page cuts a list by PageNumber and PageSize.
func (r *request) page(list, item string, rows []answer) (answer, *cloud.Error) {
	number, err := r.number("PageNumber", 1, 1<<30)
	if err != nil {
		return nil, err
	}
	size, err := r.number("PageSize", 10, 100)
	if err != nil {
		return nil, err
	}
	from := min((number-1)*size, len(rows))
	shown := append([]answer{}, rows[from:min(from+size, len(rows))]...)
	return answer{list: answer{item: shown}, "TotalCount": len(rows), "PageNumber": number, "PageSize": size}, nil
}

func (r *request) number(name string, absent, highest int) (int, *cloud.Error) {
	text := r.Params[name]
	if text == "" {
		return absent, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > highest {
		return 0, invalid(name)
	}
	return n, nil
}

// filter is one entry of Filters: any of the values will do.
type filter struct {
	Key    string
	Values []string
}

// listKeys shows the caller's keys of the region that pass every filter.
func (r *request) listKeys() (answer, *cloud.Error) {
	if err := r.permitOwn("key"); err != nil {
		return nil, err
	}
	filters, err := readFilters(r.Params["Filters"])
	if err != nil {
		return nil, err
	}
	var rows []answer
	for _, k := range r.order {
		mine := k.Owner == r.Caller.AccountID && k.Region == r.Region
		if mine && !slices.ContainsFunc(filters, func(f filter) bool { return !r.passes(k, f) }) {
			rows = append(rows, answer{"KeyId": k.ID, "KeyArn": k.arn()})
		}
	}
	return r.page("Keys", "Key", rows)
}

func readFilters(text string) ([]filter, *cloud.Error) {
	if text == "" {
		return nil, nil
	}
	known := []string{
		"KeyState", "KeySpec", "KeyUsage", "ProtectionLevel", "CreatorType", "DKMSInstanceId", "keyId", "AliasName", "Creator",
		"TagKey", "TagValue",
	}
	var filters []filter
	if json.Unmarshal([]byte(text), &filters) != nil {
		return nil, invalid("Filters")
	}
	for _, f := range filters {
		if !slices.Contains(known, f.Key) || len(f.Values) == 0 {
			return nil, invalid("Filters")
		}
	}
	return filters, nil
}

func (r *request) passes(k *key, f filter) bool {
	return slices.ContainsFunc(r.property(k, f.Key), func(have string) bool { return slices.Contains(f.Values, have) })
}

// property lists what a key has under the name of a filter.
func (r *request) property(k *key, name string) []string {
	var many []string
	switch name {
	case "KeyState":
		return []string{k.State}
	case "KeySpec":
		return []string{k.Spec}
	case "KeyUsage":
		return []string{k.Usage}
	case "ProtectionLevel":
		return []string{k.ProtectionLevel}
	case "DKMSInstanceId":
		return []string{k.InstanceID}
	case "keyId":
		return []string{k.ID}
	case "Creator":
		return []string{k.Creator}
	case "CreatorType":
		if k.Creator == k.Owner {
			return []string{"User"}
		}
		return []string{"Service"}
	case "AliasName":
		for _, a := range r.aliases {
			if a.KeyID == k.ID && a.Owner == k.Owner && a.Region == k.Region {
				many = append(many, a.Name)
			}
		}
	case "TagKey", "TagValue":
		for tag, value := range k.Tags {
			if name == "TagValue" {
				tag = value
			}
			many = append(many, tag)
		}
	}
	return many
}
