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

func TestRoles_refusals(t *testing.T) {
	long := strings.Repeat("n", 65)
	created := func(extra params) params {
		p := params{"RoleName": "new", "AssumeRolePolicyDocument": trustOSS}
		for k, v := range extra {
			p[k] = v
		}
		return p
	}
	checkRefusals(t, []refusal{
		{"no name", "CreateRole", params{"AssumeRolePolicyDocument": trustOSS}, 400, "MissingParameter"},
		{"no document", "CreateRole", params{"RoleName": "new"}, 400, "MissingParameter"},
		{"underscore", "CreateRole", created(params{"RoleName": "my_role"}), 400, "InvalidParameter.RoleName.InvalidChars"},
		{"at sign", "GetRole", params{"RoleName": "a@b"}, 400, "InvalidParameter.RoleName.InvalidChars"},
		{"characters before length", "GetRole", params{"RoleName": long + "_"}, 400, "InvalidParameter.RoleName.InvalidChars"},
		{"long name", "CreateRole", created(params{"RoleName": long}), 400, "InvalidParameter.RoleName.Length"},
		{"long name to read", "GetRole", params{"RoleName": long}, 400, "InvalidParameter.RoleName.Length"},
		{"long name to delete", "DeleteRole", params{"RoleName": long}, 400, "InvalidParameter.RoleName.Length"},
		{"long document", "CreateRole", created(params{"AssumeRolePolicyDocument": trustOSS + strings.Repeat(" ", 6144)}), 400, "InvalidParameter.AssumeRolePolicyDocument.Length"},
		{"long new document", "UpdateRole", params{"RoleName": "bare", "NewAssumeRolePolicyDocument": trustOSS + strings.Repeat(" ", 6144)}, 400, "InvalidParameter.NewAssumeRolePolicyDocument.Length"},
		{"long description", "CreateRole", created(params{"Description": strings.Repeat("d", 1025)}), 400, "InvalidParameter.Description.Length"},
		{"long new description", "UpdateRole", params{"RoleName": "bare", "NewDescription": strings.Repeat("d", 1025)}, 400, "InvalidParameter.NewDescription.Length"},
		{"document without version", "CreateRole", created(params{"AssumeRolePolicyDocument": `{"Statement":[]}`}), 400, "MalformedPolicyDocument"},
		{"resource in a trust policy", "UpdateRole", params{"RoleName": "bare", "NewAssumeRolePolicyDocument": allowAll}, 400, "MalformedPolicyDocument"},
		{"session too short", "CreateRole", created(params{"MaxSessionDuration": "3599"}), 400, "InvalidParameter.MaxSessionDuration"},
		{"session too long", "CreateRole", created(params{"MaxSessionDuration": "43201"}), 400, "InvalidParameter.MaxSessionDuration"},
		{"session no number", "UpdateRole", params{"RoleName": "bare", "NewMaxSessionDuration": "1h"}, 400, "InvalidParameter.NewMaxSessionDuration"},
		{"there already", "CreateRole", created(params{"RoleName": "bare"}), 409, "EntityAlreadyExists.Role"},
		{"there in another case", "CreateRole", created(params{"RoleName": "BARE"}), 409, "EntityAlreadyExists.Role"},
		{"bad tag", "CreateRole", created(params{"Tag.1.Key": "acs:x"}), 400, "InvalidParameter.Tag"},
		{"read what is not there", "GetRole", params{"RoleName": "gone"}, 404, "EntityNotExist.Role"},
		{"update what is not there", "UpdateRole", params{"RoleName": "gone"}, 404, "EntityNotExist.Role"},
		{"delete what is not there", "DeleteRole", params{"RoleName": "gone"}, 404, "EntityNotExist.Role"},
		{"delete with policies", "DeleteRole", params{"RoleName": "App-Role"}, 409, "DeleteConflict.Role.Policy"},
		{"operation in wrong case", "getRole", params{"RoleName": "bare"}, 404, "InvalidAction.NotFound"},
	})
}

func TestRoles_lifeCycle(t *testing.T) {
	w := newWorld(t)
	name := strings.Repeat("N", 63) + "."
	made := w.must("CreateRole", params{
		"RoleName": name, "AssumeRolePolicyDocument": " " + trustOSS, "Description": strings.Repeat("é", 1024), "MaxSessionDuration": "43200",
	})
	if _, has := field(made, "Role").(map[string]any)["UpdateDate"]; has {
		t.Error("CreateRole answers an UpdateDate")
	}
	w.clock.Advance(time.Minute)
	w.must("UpdateRole", params{"RoleName": strings.ToLower(name), "NewDescription": "other", "NewMaxSessionDuration": "3600"})
	got := field(w.must("GetRole", params{"RoleName": name}), "Role").(map[string]any)
	for key, want := range map[string]any{
		"RoleName": name, "Arn": "acs:ram::" + home + ":role/" + strings.ToLower(name), "Description": "other",
		"MaxSessionDuration": 3600, "AssumeRolePolicyDocument": " " + trustOSS,
		"CreateDate": "2026-03-10T08:00:00Z", "UpdateDate": "2026-03-10T08:01:00Z", "RoleId": field(made, "Role", "RoleId"),
	} {
		if got[key] != want {
			t.Errorf("%s is %v, want %v", key, got[key], want)
		}
	}
	if id, _ := got["RoleId"].(string); len(id) != 18 {
		t.Errorf("RoleId %q has not 18 digits", id)
	}
	w.must("DeleteRole", params{"RoleName": name})
	_, err := w.call(root(), "GetRole", params{"RoleName": name})
	wantError(t, err, http.StatusNotFound, "EntityNotExist.Role")
	again := w.must("CreateRole", params{"RoleName": name, "AssumeRolePolicyDocument": trustOSS})
	if field(again, "Role", "RoleId") == field(made, "Role", "RoleId") {
		t.Error("a role made again has the id of the old one")
	}
	if field(again, "Role", "MaxSessionDuration") != 3600 {
		t.Error("the standard session is not 3600 seconds")
	}
}

func TestUpdateRole_refusedChangesNothing(t *testing.T) {
	w := newWorld(t)
	before := field(w.must("GetRole", params{"RoleName": "bare"}), "Role").(map[string]any)
	_, err := w.call(root(), "UpdateRole", params{
		"RoleName": "bare", "NewDescription": "new", "NewMaxSessionDuration": "7200", "NewAssumeRolePolicyDocument": "{}",
	})
	wantError(t, err, http.StatusBadRequest, "MalformedPolicyDocument")
	after := field(w.must("GetRole", params{"RoleName": "bare"}), "Role").(map[string]any)
	if fmt.Sprint(before) != fmt.Sprint(after) {
		t.Errorf("%v became %v", before, after)
	}
}

func TestRoleARN_case(t *testing.T) {
	for keep, want := range map[bool]string{false: "acs:ram::" + home + ":role/app-role", true: "acs:ram::" + home + ":role/App-Role"} {
		w := switchedWorld(t, cloud.Switches{KeepRoleARNCase: keep})
		if got := field(w.must("GetRole", params{"RoleName": "APP-role"}), "Role", "Arn"); got != want {
			t.Errorf("GetRole with KeepRoleARNCase %v: %v, want %s", keep, got, want)
		}
		answer := w.mustAs(admin(), "AssumeRole", params{"RoleArn": "acs:ram::" + home + ":role/app-ROLE", "RoleSessionName": "Job.1"})
		if got := field(answer, "AssumedRoleUser", "Arn"); got != want+"/Job.1" {
			t.Errorf("AssumeRole with KeepRoleARNCase %v: %v, want %s/Job.1", keep, got, want)
		}
	}
}

func TestCreateRole_quota(t *testing.T) {
	w := emptyWorld(t, cloud.Switches{})
	from := identity.Account{ID: home}
	for i := range 999 {
		from.Roles = append(from.Roles, identity.Role{Name: fmt.Sprintf("role-%03d", i), TrustPolicy: trustOSS})
	}
	if err := w.Load([]identity.Account{from}); err != nil {
		t.Fatal(err)
	}
	w.must("CreateRole", params{"RoleName": "last", "AssumeRolePolicyDocument": trustOSS})
	_, err := w.call(root(), "CreateRole", params{"RoleName": "too-many", "AssumeRolePolicyDocument": trustOSS})
	wantError(t, err, http.StatusConflict, "LimitExceeded.Role")
	w.must("DeleteRole", params{"RoleName": "role-500"})
	w.must("CreateRole", params{"RoleName": "too-many", "AssumeRolePolicyDocument": trustOSS})
}

func TestListRoles(t *testing.T) {
	w := newWorld(t)
	w.must("TagResources", params{"ResourceType": "role", "ResourceNames": `["bare"]`, "Tag": `[{"Key":"team","Value":"a"}]`})
	answer := w.must("ListRoles", nil)
	list := field(answer, "Roles", "Role")
	if got := column(list, "RoleName"); !slices.Equal(got, []string{"App-Role", "bare", "partner"}) {
		t.Errorf("roles %v", got)
	}
	if _, has := list.([]any)[0].(map[string]any)["AssumeRolePolicyDocument"]; has {
		t.Error("the list carries trust policies")
	}
	if got := fmt.Sprint(column(list, "Tags")); got != "[map[Tag:[]] map[Tag:[map[TagKey:team TagValue:a]]] map[Tag:[]]]" {
		t.Errorf("tags %v", got)
	}
	for value, want := range map[string]int{"a": 1, "b": 0} {
		filtered := w.must("ListRoles", params{"Tag.1.Key": "team", "Tag.1.Value": value})
		if got := len(field(filtered, "Roles", "Role").([]any)); got != want {
			t.Errorf("team=%s: %d roles, want %d", value, got, want)
		}
	}
}
