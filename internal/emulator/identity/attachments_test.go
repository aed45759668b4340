package identity_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

// TestAttachments_refusals has each row wrong from one point on, which shows the
// order of the checks.
func TestAttachments_refusals(t *testing.T) {
	long := strings.Repeat("n", 129)
	on := func(role, policyType, policy string) params {
		return params{"RoleName": role, "PolicyType": policyType, "PolicyName": policy}
	}
	var tests []refusal
	for _, operation := range []string{"AttachPolicyToRole", "DetachPolicyFromRole"} {
		tests = append(tests, []refusal{
			{operation + " no role", operation, on("", "x", "_"), 400, "MissingParameter"},
			{operation + " role name", operation, on("_", "x", "_"), 400, "InvalidParameter.RoleName.InvalidChars"},
			{operation + " role name length", operation, on(long, "x", "_"), 400, "InvalidParameter.RoleName.Length"},
			{operation + " no type", operation, on("gone", "", "_"), 400, "MissingParameter"},
			{operation + " type", operation, on("gone", "x", "_"), 400, "InvalidParameter.PolicyType"},
			{operation + " no policy", operation, on("gone", "Custom", ""), 400, "MissingParameter"},
			{operation + " policy name", operation, on("gone", "Custom", "_"), 400, "InvalidParameter.PolicyName.InvalidChars"},
			{operation + " policy name length", operation, on("gone", "Custom", long), 400, "InvalidParameter.PolicyName.Length"},
			{operation + " role missing", operation, on("gone", "Custom", "gone"), 404, "EntityNotExist.Role"},
			{operation + " policy missing", operation, on("bare", "Custom", "gone"), 404, "EntityNotExist.Policy"},
			{operation + " system policy missing", operation, on("bare", "System", "used"), 404, "EntityNotExist.Policy"},
		}...)
	}
	checkRefusals(t, append(tests, []refusal{
		{"attach twice", "AttachPolicyToRole", on("app-role", "Custom", "USED"), 409, "EntityAlreadyExists.Role.Policy"},
		{"attach a system policy twice", "AttachPolicyToRole", on("App-Role", "System", "aliyunossreadonlyaccess"), 409, "EntityAlreadyExists.Role.Policy"},
		{"detach what is not attached", "DetachPolicyFromRole", on("bare", "Custom", "used"), 404, "EntityNotExist.Role.Policy"},
		{"detach a system policy that is not attached", "DetachPolicyFromRole", on("bare", "System", "AdministratorAccess"), 404, "EntityNotExist.Role.Policy"},
		{"list for a missing role", "ListPoliciesForRole", params{"RoleName": "gone"}, 404, "EntityNotExist.Role"},
		{"list for a wrong type", "ListEntitiesForPolicy", params{"PolicyName": "used", "PolicyType": "x"}, 400, "InvalidParameter.PolicyType"},
	}...))
}

func TestAttachments_lifeCycle(t *testing.T) {
	w := newWorld(t)
	attach := params{"RoleName": "BARE", "PolicyType": "System", "PolicyName": "AliyunOssFullAccess"}
	w.must("AttachPolicyToRole", attach)
	w.must("AttachPolicyToRole", params{"RoleName": "bare", "PolicyType": "Custom", "PolicyName": "TWO-versions"})
	list := field(w.must("ListPoliciesForRole", params{"RoleName": "Bare"}), "Policies", "Policy")
	want := "[AliyunOSSFullAccess Two-Versions] [System Custom] [2026-03-10T08:00:00Z 2026-03-10T08:00:00Z]"
	if got := fmt.Sprint(column(list, "PolicyName"), column(list, "PolicyType"), column(list, "AttachDate")); got != want {
		t.Errorf("attached %s, want %s", got, want)
	}
	entities := w.must("ListEntitiesForPolicy", params{"PolicyType": "System", "PolicyName": "aliyunossfullaccess"})
	roles := field(entities, "Roles", "Role")
	if got := fmt.Sprint(column(roles, "RoleName"), column(roles, "Arn")); got != "[bare] [acs:ram::"+home+":role/bare]" {
		t.Errorf("entities %s", got)
	}
	w.must("DetachPolicyFromRole", attach)
	_, err := w.call(root(), "DetachPolicyFromRole", attach)
	wantError(t, err, http.StatusNotFound, "EntityNotExist.Role.Policy")
	entities = w.must("ListEntitiesForPolicy", params{"PolicyType": "System", "PolicyName": "AliyunOSSFullAccess"})
	if left := field(entities, "Roles", "Role").([]any); len(left) != 0 {
		t.Errorf("after detaching %v", left)
	}
	users := field(w.must("ListEntitiesForPolicy", params{"PolicyType": "Custom", "PolicyName": "clerks"}), "Users", "User")
	if got := column(users, "UserName"); !slices.Equal(got, []string{"clerk"}) {
		t.Errorf("users %v", got)
	}
}

func TestAttachPolicyToRole_limits(t *testing.T) {
	w := emptyWorld(t, cloud.Switches{})
	from := identity.Account{ID: home, Roles: []identity.Role{{Name: "busy", TrustPolicy: trustOSS}}}
	for i := range 11 {
		from.Policies = append(from.Policies, policyOf("p"+strconv.Itoa(i), 1))
	}
	if err := w.Load([]identity.Account{from}); err != nil {
		t.Fatal(err)
	}
	attach := func(policyType, name string) *cloud.Error {
		_, err := w.call(root(), "AttachPolicyToRole", params{"RoleName": "busy", "PolicyType": policyType, "PolicyName": name})
		return err
	}
	for i := range 10 {
		if err := attach("Custom", "p"+strconv.Itoa(i)); err != nil {
			t.Fatalf("custom policy %d: %v", i+1, err)
		}
	}
	wantError(t, attach("Custom", "p10"), http.StatusConflict, "LimitExceeded.Role.Policy")
	wantError(t, attach("Custom", "p3"), http.StatusConflict, "EntityAlreadyExists.Role.Policy")
	for i, name := range access.SystemPolicyNames() {
		err := attach("System", name)
		if i < 20 && err != nil {
			t.Errorf("system policy %d: %v", i+1, err)
		}
		if i >= 20 {
			wantError(t, err, http.StatusConflict, "LimitExceeded.Role.Policy")
		}
	}
	w.must("DetachPolicyFromRole", params{"RoleName": "busy", "PolicyType": "Custom", "PolicyName": "p0"})
	if err := attach("Custom", "p10"); err != nil {
		t.Errorf("after detaching one: %v", err)
	}
}
