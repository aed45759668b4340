package identity_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

func TestPolicies_refusals(t *testing.T) {
	long := strings.Repeat("n", 129)
	checkRefusals(t, []refusal{
		{"no name", "CreatePolicy", params{"PolicyDocument": allowAll}, 400, "MissingParameter"},
		{"no document", "CreatePolicy", params{"PolicyName": "new"}, 400, "MissingParameter"},
		{"no type", "GetPolicy", params{"PolicyName": "used"}, 400, "MissingParameter"},
		{"no new description", "UpdatePolicyDescription", params{"PolicyName": "used"}, 400, "MissingParameter"},
		{"no version", "DeletePolicyVersion", params{"PolicyName": "used"}, 400, "MissingParameter"},
		{"dot in name", "CreatePolicy", params{"PolicyName": "a.b", "PolicyDocument": allowAll}, 400, "InvalidParameter.PolicyName.InvalidChars"},
		{"long name", "CreatePolicy", params{"PolicyName": long, "PolicyDocument": allowAll}, 400, "InvalidParameter.PolicyName.Length"},
		{"long name to delete", "DeletePolicy", params{"PolicyName": long}, 400, "InvalidParameter.PolicyName.Length"},
		{"type in wrong case", "GetPolicy", params{"PolicyName": "used", "PolicyType": "custom"}, 400, "InvalidParameter.PolicyType"},
		{"wrong type in a list", "ListPolicies", params{"PolicyType": "All"}, 400, "InvalidParameter.PolicyType"},
		{"wrong type for versions", "ListPolicyVersions", params{"PolicyName": "used", "PolicyType": "x"}, 400, "InvalidParameter.PolicyType"},
		{"long document", "CreatePolicy", params{"PolicyName": "new", "PolicyDocument": allowAll + strings.Repeat(" ", 6144)}, 400, "InvalidParameter.PolicyDocument.Length"},
		{"long document of a version", "CreatePolicyVersion", params{"PolicyName": "free", "PolicyDocument": allowAll + strings.Repeat(" ", 6144)}, 400, "InvalidParameter.PolicyDocument.Length"},
		{"long description", "CreatePolicy", params{"PolicyName": "new", "PolicyDocument": allowAll, "Description": strings.Repeat("d", 1025)}, 400, "InvalidParameter.Description.Length"},
		{"long new description", "UpdatePolicyDescription", params{"PolicyName": "used", "NewDescription": strings.Repeat("d", 1025)}, 400, "InvalidParameter.NewDescription.Length"},
		{"principal in a policy", "CreatePolicy", params{"PolicyName": "new", "PolicyDocument": trustOSS}, 400, "MalformedPolicyDocument"},
		{"malformed version", "CreatePolicyVersion", params{"PolicyName": "free", "PolicyDocument": "x"}, 400, "MalformedPolicyDocument"},
		{"version by number", "GetPolicyVersion", params{"PolicyName": "used", "PolicyType": "Custom", "VersionId": "1"}, 400, "InvalidParameter.VersionId.Format"},
		{"default by number", "SetDefaultPolicyVersion", params{"PolicyName": "used", "VersionId": "V1"}, 400, "InvalidParameter.VersionId.Format"},
		{"there already", "CreatePolicy", params{"PolicyName": "USED", "PolicyDocument": allowAll}, 409, "EntityAlreadyExists.Policy"},
		{"read what is not there", "GetPolicy", params{"PolicyName": "gone", "PolicyType": "Custom"}, 404, "EntityNotExist.Policy"},
		{"custom is not system", "GetPolicy", params{"PolicyName": "used", "PolicyType": "System"}, 404, "EntityNotExist.Policy"},
		{"entities of what is not there", "ListEntitiesForPolicy", params{"PolicyName": "gone", "PolicyType": "Custom"}, 404, "EntityNotExist.Policy"},
		{"version of what is not there", "CreatePolicyVersion", params{"PolicyName": "gone", "PolicyDocument": allowAll}, 404, "EntityNotExist.Policy"},
		{"delete a system policy", "DeletePolicy", params{"PolicyName": "AdministratorAccess", "PolicyType": "System"}, 404, "EntityNotExist.Policy"},
		{"describe a system policy", "UpdatePolicyDescription", params{"PolicyName": "AdministratorAccess", "NewDescription": "d"}, 404, "EntityNotExist.Policy"},
		{"version that is not there", "GetPolicyVersion", params{"PolicyName": "used", "PolicyType": "Custom", "VersionId": "v2"}, 404, "EntityNotExist.Policy.Version"},
		{"system version that is not there", "GetPolicyVersion", params{"PolicyName": "AdministratorAccess", "PolicyType": "System", "VersionId": "v9"}, 404, "EntityNotExist.Policy.Version"},
		{"delete a version that is not there", "DeletePolicyVersion", params{"PolicyName": "used", "VersionId": "v2"}, 404, "EntityNotExist.Policy.Version"},
		{"default that is not there", "SetDefaultPolicyVersion", params{"PolicyName": "used", "VersionId": "v2"}, 404, "EntityNotExist.Policy.Version"},
		{"delete the default", "DeletePolicyVersion", params{"PolicyName": "Two-Versions", "VersionId": "v1"}, 409, "DeleteConflict.Policy.Version.Default"},
		{"sixth version", "CreatePolicyVersion", params{"PolicyName": "full", "PolicyDocument": allowAll}, 409, "LimitExceeded.Policy.Version"},
		{"sixth version, no rotation", "CreatePolicyVersion", params{"PolicyName": "full", "PolicyDocument": allowAll, "RotateStrategy": "None"}, 409, "LimitExceeded.Policy.Version"},
		{"delete with versions", "DeletePolicy", params{"PolicyName": "Two-Versions"}, 409, "DeleteConflict.Policy.Version"},
		{"delete on a role", "DeletePolicy", params{"PolicyName": "used", "CascadingDelete": "true"}, 409, "DeleteConflict.Policy.Role"},
		{"delete on a user", "DeletePolicy", params{"PolicyName": "clerks"}, 409, "DeleteConflict.Policy.User"},
	})
}

func TestPolicies_lifeCycle(t *testing.T) {
	w := newWorld(t)
	document := numbered(7) + strings.Repeat("\n", 6144-len(numbered(7)))
	name := strings.Repeat("P", 128)
	made := w.must("CreatePolicy", params{"PolicyName": name, "PolicyDocument": document, "Description": "first"})
	if field(made, "Policy", "DefaultVersion") != "v1" || field(made, "Policy", "PolicyType") != "Custom" {
		t.Errorf("created %v", made)
	}
	w.clock.Advance(time.Second)
	updated := w.must("UpdatePolicyDescription", params{"PolicyName": strings.ToLower(name), "NewDescription": "second"})
	if field(updated, "Policy", "UpdateDate") != "2026-03-10T08:00:01Z" {
		t.Errorf("updated %v", updated)
	}
	got := w.must("GetPolicy", params{"PolicyName": strings.ToLower(name), "PolicyType": "Custom"})
	for key, want := range map[string]any{
		"PolicyName": name, "Description": "second", "AttachmentCount": 0, "CreateDate": "2026-03-10T08:00:00Z", "UpdateDate": "2026-03-10T08:00:01Z",
	} {
		if field(got, "Policy", key) != want {
			t.Errorf("%s is %v, want %v", key, field(got, "Policy", key), want)
		}
	}
	if field(got, "DefaultPolicyVersion", "PolicyDocument") != document || field(got, "DefaultPolicyVersion", "IsDefaultVersion") != true {
		t.Error("the document came back changed")
	}
	w.must("DeletePolicy", params{"PolicyName": name})
	_, err := w.call(root(), "GetPolicy", params{"PolicyName": name, "PolicyType": "Custom"})
	wantError(t, err, http.StatusNotFound, "EntityNotExist.Policy")
	w.must("DeletePolicy", params{"PolicyName": "two-versions", "CascadingDelete": "true"})
}

func TestPolicies_system(t *testing.T) {
	w := newWorld(t)
	got := w.must("GetPolicy", params{"PolicyName": "aliyunossREADONLYaccess", "PolicyType": "System"})
	if field(got, "Policy", "PolicyName") != "AliyunOSSReadOnlyAccess" || field(got, "Policy", "AttachmentCount") != 1 {
		t.Errorf("got %v", got)
	}
	version := w.must("GetPolicyVersion", params{"PolicyName": "AliyunOSSReadOnlyAccess", "PolicyType": "System", "VersionId": "v1"})
	text := fmt.Sprint(field(version, "PolicyVersion", "PolicyDocument"))
	if !strings.Contains(text, "oss:Get*") || text != fmt.Sprint(field(got, "DefaultPolicyVersion", "PolicyDocument")) {
		t.Errorf("document %s", text)
	}
	listed := w.must("ListPolicyVersions", params{"PolicyName": "AliyunOSSReadOnlyAccess", "PolicyType": "System"})
	if ids := column(field(listed, "PolicyVersions", "PolicyVersion"), "VersionId"); !slices.Equal(ids, []string{"v1"}) {
		t.Errorf("versions %v", ids)
	}
}

func TestPolicyVersions_limitAndRotation(t *testing.T) {
	w := newWorld(t)
	versions := func(name string) string {
		listed := w.must("ListPolicyVersions", params{"PolicyName": name, "PolicyType": "Custom"})
		list := field(listed, "PolicyVersions", "PolicyVersion")
		return fmt.Sprint(column(list, "VersionId"), column(list, "IsDefaultVersion"))
	}
	rotate := params{"PolicyName": "full", "PolicyDocument": numbered(6), "RotateStrategy": "DeleteOldestNonDefaultVersionWhenLimitExceeded"}
	made := w.must("CreatePolicyVersion", rotate)
	if field(made, "PolicyVersion", "VersionId") != "v6" || field(made, "PolicyVersion", "IsDefaultVersion") != false {
		t.Errorf("made %v", made)
	}
	if got, want := versions("full"), "[v1 v3 v4 v5 v6] [true false false false false]"; got != want {
		t.Errorf("after rotation %s, want %s", got, want)
	}
	w.must("SetDefaultPolicyVersion", params{"PolicyName": "full", "VersionId": "v4"})
	rotate["SetAsDefault"] = "true"
	w.must("CreatePolicyVersion", rotate)
	if got, want := versions("full"), "[v3 v4 v5 v6 v7] [false false false false true]"; got != want {
		t.Errorf("after the second rotation %s, want %s", got, want)
	}
	w.must("DeletePolicyVersion", params{"PolicyName": "full", "VersionId": "v6"})
	made = w.must("CreatePolicyVersion", params{"PolicyName": "full", "PolicyDocument": numbered(8)})
	if field(made, "PolicyVersion", "VersionId") != "v8" {
		t.Errorf("a number was given out twice: %v", made)
	}
	old := w.must("GetPolicyVersion", params{"PolicyName": "FULL", "PolicyType": "Custom", "VersionId": "v3"})
	if field(old, "PolicyVersion", "PolicyDocument") != numbered(3) {
		t.Errorf("v3 is %v", old)
	}
	current := w.must("GetPolicy", params{"PolicyName": "full", "PolicyType": "Custom"})
	if field(current, "DefaultPolicyVersion", "PolicyDocument") != numbered(6) || field(current, "Policy", "DefaultVersion") != "v7" {
		t.Errorf("the default is %v", current)
	}
}

func TestCreatePolicy_quota(t *testing.T) {
	w := emptyWorld(t, cloud.Switches{})
	from := identity.Account{ID: home}
	for i := range 1500 {
		from.Policies = append(from.Policies, policyOf(fmt.Sprintf("policy-%04d", i), 1))
	}
	if err := w.Load([]identity.Account{from}); err != nil {
		t.Fatal(err)
	}
	_, err := w.call(root(), "CreatePolicy", params{"PolicyName": "more", "PolicyDocument": allowAll})
	wantError(t, err, http.StatusConflict, "LimitExceeded.Policy")
	w.must("DeletePolicy", params{"PolicyName": "policy-0000"})
	w.must("CreatePolicy", params{"PolicyName": "more", "PolicyDocument": allowAll})
}

func TestLists_pagesHoldEveryItemOnce(t *testing.T) {
	w := emptyWorld(t, cloud.Switches{})
	from := identity.Account{ID: home}
	for i := range 230 {
		from.Roles = append(from.Roles, identity.Role{Name: fmt.Sprintf("Role-%03d", i), TrustPolicy: trustOSS})
		from.Policies = append(from.Policies, policyOf(fmt.Sprintf("Policy-%03d", i), 1))
	}
	if err := w.Load([]identity.Account{from}); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		operation, list, item, name string
		params                      params
		pages                       int
	}{
		{"ListRoles", "Roles", "Role", "RoleName", params{}, 3},
		{"ListRoles", "Roles", "Role", "RoleName", params{"MaxItems": "115"}, 2},
		{"ListRoles", "Roles", "Role", "RoleName", params{"MaxItems": "1000"}, 1},
		{"ListRoles", "Roles", "Role", "RoleName", params{"MaxItems": "1"}, 230},
		{"ListPolicies", "Policies", "Policy", "PolicyName", params{"PolicyType": "Custom", "MaxItems": "7"}, 33},
	} {
		names, pages := []string{}, 0
		for marker := ""; pages == 0 || marker != "" && pages <= test.pages; pages++ {
			test.params["Marker"] = marker
			answer := w.must(test.operation, test.params)
			names = append(names, column(field(answer, test.list, test.item), test.name)...)
			marker, _ = answer["Marker"].(string)
			if answer["IsTruncated"] != (marker != "") {
				t.Fatalf("%s: IsTruncated %v with marker %q", test.operation, answer["IsTruncated"], marker)
			}
		}
		slices.Sort(names)
		if count := len(names); count != 230 || len(slices.Compact(names)) != 230 || pages != test.pages {
			t.Errorf("%s %v: %d names on %d pages, want 230 on %d", test.operation, test.params, count, pages, test.pages)
		}
	}
	both := w.must("ListPolicies", params{"MaxItems": "1000"})
	if types := column(field(both, "Policies", "Policy"), "PolicyType"); !slices.Contains(types, "System") || !slices.Contains(types, "Custom") {
		t.Error("a list without a type does not hold both types")
	}
}

func TestLists_pageAfterADeletion(t *testing.T) {
	w := newWorld(t)
	first := w.must("ListRoles", params{"MaxItems": "2"})
	w.must("DeleteRole", params{"RoleName": "bare"})
	rest := w.must("ListRoles", params{"MaxItems": "2", "Marker": first["Marker"].(string)})
	if got := column(field(rest, "Roles", "Role"), "RoleName"); !slices.Equal(got, []string{"partner"}) {
		t.Errorf("after the deleted role come %v", got)
	}
}

func TestLists_pageSizes(t *testing.T) {
	var tests []refusal
	for _, size := range []string{"0", "1001", "many"} {
		tests = append(tests,
			refusal{"roles " + size, "ListRoles", params{"MaxItems": size}, 400, "InvalidParameter.MaxItems"},
			refusal{"policies " + size, "ListPolicies", params{"MaxItems": size}, 400, "InvalidParameter.MaxItems"})
	}
	checkRefusals(t, tests)
}
