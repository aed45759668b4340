package identity

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

const (
	maxTags      = 20
	maxTagKey    = 128
	maxTagValue  = 256
	maxTagTarget = 50
)

type tag struct{ Key, Value string }

// readTags accepts Tag.1.Key, Tag.1.Value … and one JSON list, which newer SDKs
// send.
func readTags(p map[string]string) (map[string]string, *cloud.Error) {
	var list []tag
	if text := p["Tag"]; text != "" {
		if json.Unmarshal([]byte(text), &list) != nil {
			return nil, badTag()
		}
	}
	for i := 1; p[fmt.Sprintf("Tag.%d.Key", i)] != ""; i++ {
		list = append(list, tag{p[fmt.Sprintf("Tag.%d.Key", i)], p[fmt.Sprintf("Tag.%d.Value", i)]})
	}
	tags := map[string]string{}
	for _, t := range list {
		reserved := strings.HasPrefix(t.Key, "aliyun") || strings.HasPrefix(t.Key, "acs:")
		if t.Key == "" || utf8.RuneCountInString(t.Key) > maxTagKey || utf8.RuneCountInString(t.Value) > maxTagValue || reserved {
			return nil, badTag()
		}
		tags[t.Key] = t.Value
	}
	if len(tags) > maxTags {
		return nil, badTag()
	}
	return tags, nil
}

func badTag() *cloud.Error {
	return cloud.Errorf(http.StatusBadRequest, "InvalidParameter.Tag", "The parameter - \"Tag\" is incorrect.")
}

// hasTags reports whether all wanted tags are there, for the filters of lists.
func hasTags(have, wanted map[string]string) bool {
	for key, value := range wanted {
		if got, found := have[key]; !found || got != value {
			return false
		}
	}
	return true
}

func tagList(tags map[string]string) []any {
	list := []any{}
	for _, key := range sortedKeys(tags) {
		list = append(list, map[string]any{"TagKey": key, "TagValue": tags[key]})
	}
	return list
}

// tagged finds the tags of the named roles or policies.
func (s *Service) tagged(c Call) (map[string]map[string]string, *cloud.Error) {
	if err := required(c.Params, "ResourceType", "ResourceNames"); err != nil {
		return nil, err
	}
	var names []string
	if json.Unmarshal([]byte(c.Params["ResourceNames"]), &names) != nil || len(names) == 0 || len(names) > maxTagTarget {
		return nil, cloud.Errorf(http.StatusBadRequest, "InvalidParameter.ResourceNames", "The parameter - \"ResourceNames\" is incorrect.")
	}
	a, found := s.accounts[c.Caller.AccountID], map[string]map[string]string{}
	for _, name := range names {
		switch c.Params["ResourceType"] {
		case "role":
			r := a.role(name)
			if r == nil {
				return nil, noRole()
			}
			found[r.name] = r.tags
		case "policy":
			p := a.policy(name)
			if p == nil {
				return nil, noPolicy()
			}
			found[p.name] = p.tags
		default:
			return nil, cloud.Errorf(http.StatusBadRequest, "InvalidParameter.ResourceType", "The parameter - \"ResourceType\" is incorrect.")
		}
	}
	return found, nil
}

func (s *Service) tagResources(c Call) (map[string]any, *cloud.Error) {
	found, err := s.tagged(c)
	if err != nil {
		return nil, err
	}
	tags, err := readTags(c.Params)
	if err != nil || len(tags) == 0 {
		return nil, badTag()
	}
	for _, have := range found {
		for key, value := range tags {
			have[key] = value
		}
	}
	return map[string]any{}, nil
}

func (s *Service) untagResources(c Call) (map[string]any, *cloud.Error) {
	found, err := s.tagged(c)
	if err != nil {
		return nil, err
	}
	var keys []string
	if text := c.Params["TagKeys"]; text != "" && json.Unmarshal([]byte(text), &keys) != nil {
		return nil, cloud.Errorf(http.StatusBadRequest, "InvalidParameter.TagKeys", "The parameter - \"TagKeys\" is incorrect.")
	}
	for _, have := range found {
		for _, key := range keys {
			delete(have, key)
		}
		if c.Params["All"] == "true" && len(keys) == 0 {
			clear(have)
		}
	}
	return map[string]any{}, nil
}

func (s *Service) listTagResources(c Call) (map[string]any, *cloud.Error) {
	found, err := s.tagged(c)
	if err != nil {
		return nil, err
	}
	size, err := pageSize(c.Params, "PageSize", largestTagPage)
	if err != nil {
		return nil, err
	}
	all := map[string]any{}
	for name, tags := range found {
		for key, value := range tags {
			all[name+"/"+key] = map[string]any{
				"ResourceName": name, "ResourceType": c.Params["ResourceType"], "TagKey": key, "TagValue": value,
			}
		}
	}
	page, list := cut(sortedKeys(all), c.Params["NextToken"], size), []any{}
	for _, key := range page.names {
		list = append(list, all[key])
	}
	answer := map[string]any{"TagResources": list}
	if page.next != "" {
		answer["NextToken"] = page.next
	}
	return answer, nil
}
