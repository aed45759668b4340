package identity_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestTags_refusals(t *testing.T) {
	many := `[{"Key":"k0","Value":""}`
	for i := range 20 {
		many += fmt.Sprintf(`,{"Key":"n%d","Value":""}`, i)
	}
	tag := func(key, value string) params {
		return params{"ResourceType": "role", "ResourceNames": `["bare"]`, "Tag.1.Key": key, "Tag.1.Value": value}
	}
	names := `["` + strings.Repeat(`bare","`, 50) + `bare"]`
	checkRefusals(t, []refusal{
		{"no type", "TagResources", params{"ResourceNames": `["bare"]`}, 400, "MissingParameter"},
		{"no names", "ListTagResources", params{"ResourceType": "role"}, 400, "MissingParameter"},
		{"unknown type", "TagResources", params{"ResourceType": "group", "ResourceNames": `["bare"]`}, 400, "InvalidParameter.ResourceType"},
		{"names no list", "TagResources", params{"ResourceType": "role", "ResourceNames": "bare"}, 400, "InvalidParameter.ResourceNames"},
		{"names empty", "TagResources", params{"ResourceType": "role", "ResourceNames": "[]"}, 400, "InvalidParameter.ResourceNames"},
		{"51 names", "TagResources", params{"ResourceType": "role", "ResourceNames": names}, 400, "InvalidParameter.ResourceNames"},
		{"no tags", "TagResources", params{"ResourceType": "role", "ResourceNames": `["bare"]`}, 400, "InvalidParameter.Tag"},
		{"tags no list", "TagResources", params{"ResourceType": "role", "ResourceNames": `["bare"]`, "Tag": "{}"}, 400, "InvalidParameter.Tag"},
		{"21 tags", "TagResources", params{"ResourceType": "role", "ResourceNames": `["bare"]`, "Tag": many + "]"}, 400, "InvalidParameter.Tag"},
		{"reserved aliyun", "TagResources", tag("aliyunx", "v"), 400, "InvalidParameter.Tag"},
		{"reserved acs", "TagResources", tag("acs:x", "v"), 400, "InvalidParameter.Tag"},
		{"long key", "TagResources", tag(strings.Repeat("k", 129), "v"), 400, "InvalidParameter.Tag"},
		{"long value", "TagResources", tag("k", strings.Repeat("v", 257)), 400, "InvalidParameter.Tag"},
		{"missing role", "TagResources", params{"ResourceType": "role", "ResourceNames": `["bare","gone"]`, "Tag.1.Key": "k"}, 404, "EntityNotExist.Role"},
		{"missing policy", "UntagResources", params{"ResourceType": "policy", "ResourceNames": `["gone"]`}, 404, "EntityNotExist.Policy"},
		{"keys no list", "UntagResources", params{"ResourceType": "role", "ResourceNames": `["bare"]`, "TagKeys": "k"}, 400, "InvalidParameter.TagKeys"},
		{"page size", "ListTagResources", params{"ResourceType": "role", "ResourceNames": `["bare"]`, "PageSize": "101"}, 400, "InvalidParameter.PageSize"},
	})
}

// tags of a role or policy, as "name:key=value" in the order of the answer.
func (w world) tags(resourceType, names string) string {
	w.t.Helper()
	list := w.must("ListTagResources", params{"ResourceType": resourceType, "ResourceNames": names})["TagResources"].([]any)
	var out []string
	for _, item := range list {
		tag := item.(map[string]any)
		out = append(out, fmt.Sprintf("%v:%v=%v", tag["ResourceName"], tag["TagKey"], tag["TagValue"]))
	}
	return strings.Join(out, " ")
}

func TestTags_bothSpellings(t *testing.T) {
	for spelling, tags := range map[string]params{
		"flat": {"Tag.1.Key": "b", "Tag.1.Value": "2", "Tag.2.Key": "a", "Tag.2.Value": "1"},
		"json": {"Tag": `[{"Key":"b","Value":"2"},{"Key":"a","Value":"1"}]`},
	} {
		t.Run(spelling, func(t *testing.T) {
			w := newWorld(t)
			with := func(p params) params {
				for k, v := range tags {
					p[k] = v
				}
				return p
			}
			w.must("CreateRole", with(params{"RoleName": "New", "AssumeRolePolicyDocument": trustOSS}))
			w.must("CreatePolicy", with(params{"PolicyName": "New", "PolicyDocument": allowAll}))
			w.must("TagResources", with(params{"ResourceType": "role", "ResourceNames": `["BARE","partner"]`}))
			for _, kind := range []string{"role", "policy"} {
				if got := w.tags(kind, `["new"]`); got != "New:a=1 New:b=2" {
					t.Errorf("%s has %q", kind, got)
				}
			}
			if got := w.tags("role", `["bare","partner"]`); got != "bare:a=1 bare:b=2 partner:a=1 partner:b=2" {
				t.Errorf("roles have %q", got)
			}
		})
	}
}

func TestTags_changeAndRemove(t *testing.T) {
	w := newWorld(t)
	bare := func(more params) params {
		p := params{"ResourceType": "role", "ResourceNames": `["bare"]`}
		for k, v := range more {
			p[k] = v
		}
		return p
	}
	long := strings.Repeat("键", 128)
	w.must("TagResources", bare(params{"Tag": `[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"},{"Key":"` + long + `","Value":""}]`}))
	w.must("TagResources", bare(params{"Tag": `[{"Key":"b","Value":"3"}]`}))
	if got := w.tags("role", `["bare"]`); got != "bare:a=1 bare:b=3 bare:"+long+"=" {
		t.Errorf("after a change %q", got)
	}
	w.must("UntagResources", bare(params{"TagKeys": `["a","absent"]`, "All": "true"}))
	if got := w.tags("role", `["bare"]`); got != "bare:b=3 bare:"+long+"=" {
		t.Errorf("keys win over All: %q", got)
	}
	w.must("UntagResources", bare(params{"All": "true"}))
	if got := w.tags("role", `["bare"]`); got != "" {
		t.Errorf("after All %q", got)
	}
	_, err := w.call(root(), "TagResources", params{"ResourceType": "role", "ResourceNames": `["bare","gone"]`, "Tag.1.Key": "k"})
	wantError(t, err, http.StatusNotFound, "EntityNotExist.Role")
	if got := w.tags("role", `["bare"]`); got != "" {
		t.Errorf("a refused call tagged %q", got)
	}
}

func TestListTagResources_pages(t *testing.T) {
	w := newWorld(t)
	for i := range 7 {
		w.must("TagResources", params{"ResourceType": "role", "ResourceNames": `["bare","partner"]`, "Tag.1.Key": fmt.Sprintf("k%d", i)})
	}
	seen, pages := map[string]int{}, 0
	for token := ""; pages == 0 || token != "" && pages <= 4; pages++ {
		answer := w.must("ListTagResources", params{"ResourceType": "role", "ResourceNames": `["bare","partner"]`, "PageSize": "4", "NextToken": token})
		for _, item := range answer["TagResources"].([]any) {
			seen[fmt.Sprint(item)]++
		}
		token, _ = answer["NextToken"].(string)
	}
	if len(seen) != 14 || pages != 4 {
		t.Errorf("%d tags on %d pages, want 14 on 4", len(seen), pages)
	}
	for item, count := range seen {
		if count != 1 {
			t.Errorf("%s came %d times", item, count)
		}
	}
}
