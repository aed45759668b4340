package identity_test

import (
	"net/http"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

// TestServe_permissions: the clerk may read, create and tag role/bare only, and
// do everything with system policies.
func TestServe_permissions(t *testing.T) {
	for _, test := range []struct {
		name      string
		caller    cloud.Caller
		operation string
		params    params
		allowed   bool
	}{
		{"root", root(), "DeleteRole", params{"RoleName": "bare"}, true},
		{"administrator", admin(), "DeleteRole", params{"RoleName": "bare"}, true},
		{"no policy", nobody(), "GetRole", params{"RoleName": "bare"}, false},
		{"the named role", clerk(), "GetRole", params{"RoleName": "bare"}, true},
		{"another role", clerk(), "GetRole", params{"RoleName": "App-Role"}, false},
		{"another operation", clerk(), "DeleteRole", params{"RoleName": "bare"}, false},
		{"a role that is not there", nobody(), "GetRole", params{"RoleName": "gone"}, false},
		{"creation is asked of role/*", clerk(), "CreateRole", params{"RoleName": "bare", "AssumeRolePolicyDocument": trustOSS}, false},
		{"lists are asked of role/*", clerk(), "ListRoles", nil, false},
		{"tags of the named role", clerk(), "TagResources", params{"ResourceType": "role", "ResourceNames": `["bare"]`, "Tag.1.Key": "k"}, true},
		{"tags of two roles", clerk(), "TagResources", params{"ResourceType": "role", "ResourceNames": `["bare","partner"]`, "Tag.1.Key": "k"}, false},
		{"system policy", clerk(), "GetPolicy", params{"PolicyName": "AdministratorAccess", "PolicyType": "System"}, true},
		{"custom policy", clerk(), "GetPolicy", params{"PolicyName": "free", "PolicyType": "Custom"}, false},
		{"custom policy under a false type", clerk(), "DeletePolicy", params{"PolicyName": "free", "PolicyType": "System"}, false},
		{"attach needs the role", clerk(), "AttachPolicyToRole", params{"RoleName": "bare", "PolicyName": "AdministratorAccess", "PolicyType": "System"}, false},
		{"other account's user", guest(), "GetRole", params{"RoleName": "bare"}, false},
		{"anonymous", cloud.Caller{}, "GetRole", params{"RoleName": "bare"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			_, err := w.call(test.caller, test.operation, test.params)
			switch {
			case test.allowed && err != nil:
				t.Errorf("refused: %v", err)
			case !test.allowed && test.caller.AccountID == "":
				wantError(t, err, http.StatusNotFound, "InvalidAccessKeyId.NotFound")
			case !test.allowed:
				wantError(t, err, http.StatusForbidden, "NoPermission")
			}
		})
	}
}

func TestServe_deniedDetail(t *testing.T) {
	w := newWorld(t)
	narrowed, _ := w.assume(admin(), "App-Role", `{"Version":"1","Statement":[{"Effect":"Deny","Action":"ram:*","Resource":"*"}]}`)
	full, _ := w.assume(admin(), "App-Role", "")
	for name, test := range map[string]struct {
		caller cloud.Caller
		role   string
		want   cloud.AccessDenied
	}{
		"user, nothing allows": {nobody(), "bare", cloud.AccessDenied{
			PolicyType: "AccountLevelIdentityBasedPolicy", AuthAction: "ram:GetRole", AuthPrincipalType: "SubUser",
			AuthPrincipalOwnerID: home, AuthPrincipalDisplayName: "200000000000000003", NoPermissionType: "ImplicitDeny",
		}},
		"user, a policy denies": {clerk(), "partner", cloud.AccessDenied{
			PolicyType: "AccountLevelIdentityBasedPolicy", AuthAction: "ram:GetRole", AuthPrincipalType: "SubUser",
			AuthPrincipalOwnerID: home, AuthPrincipalDisplayName: "200000000000000002", NoPermissionType: "ExplicitDeny",
		}},
		"session, nothing allows": {full, "bare", cloud.AccessDenied{
			PolicyType: "AccountLevelIdentityBasedPolicy", AuthAction: "ram:GetRole", AuthPrincipalType: "AssumedRoleUser",
			AuthPrincipalOwnerID: home, AuthPrincipalDisplayName: "App-Role:job", NoPermissionType: "ImplicitDeny",
		}},
		"session, its policy denies": {narrowed, "bare", cloud.AccessDenied{
			PolicyType: "SessionPolicy", AuthAction: "ram:GetRole", AuthPrincipalType: "AssumedRoleUser",
			AuthPrincipalOwnerID: home, AuthPrincipalDisplayName: "App-Role:job", NoPermissionType: "ExplicitDeny",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.call(test.caller, "GetRole", params{"RoleName": test.role})
			wantError(t, err, http.StatusForbidden, "NoPermission")
			if err.Denied == nil || *err.Denied != test.want {
				t.Errorf("detail %+v, want %+v", err.Denied, test.want)
			}
			want := "You are not authorized to do this action. Resource: acs:ram:*:" + home + ":role/" + test.role + " Action: ram:GetRole"
			if err.Message != want {
				t.Errorf("message %q, want %q", err.Message, want)
			}
		})
	}
}

// TestSessionPolicy_narrows: the role may do everything, each session policy a
// part of it; a session policy cannot give what the role has not.
func TestSessionPolicy_narrows(t *testing.T) {
	read := `{"Version":"1","Statement":[{"Effect":"Allow","Action":"ram:GetRole","Resource":"*"}]}`
	for _, test := range []struct {
		name, attached, policy, operation string
		allowed                           bool
	}{
		{"no session policy", "AdministratorAccess", "", "DeleteRole", true},
		{"inside", "AdministratorAccess", read, "GetRole", true},
		{"outside", "AdministratorAccess", read, "DeleteRole", false},
		{"not widened", "AliyunKMSReadOnlyAccess", allowAll, "GetRole", false},
		{"read-only role", "AliyunRAMReadOnlyAccess", allowAll, "GetRole", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.must("AttachPolicyToRole", params{"RoleName": "App-Role", "PolicyType": "System", "PolicyName": test.attached})
			session, _ := w.assume(admin(), "App-Role", test.policy)
			_, err := w.call(session, test.operation, params{"RoleName": "bare"})
			if test.allowed && err != nil {
				t.Errorf("refused: %v", err)
			}
			if !test.allowed {
				wantError(t, err, http.StatusForbidden, "NoPermission")
			}
		})
	}
}

func TestServe_callerOfAReplacedWorld(t *testing.T) {
	w := newWorld(t)
	if err := w.Load([]identity.Account{{ID: other}}); err != nil {
		t.Fatal(err)
	}
	for _, operation := range []string{"ListRoles", "GetCallerIdentity"} {
		_, err := w.call(root(), operation, nil)
		wantError(t, err, http.StatusNotFound, "InvalidAccessKeyId.NotFound")
	}
}

func TestObject(t *testing.T) {
	for _, test := range []struct {
		operation string
		params    params
		want      string
	}{
		{"GetRole", params{"RoleName": "r"}, "r"},
		{"GetPolicy", params{"PolicyName": "p"}, "p"},
		{"AttachPolicyToRole", params{"RoleName": "r", "PolicyName": "p"}, "r/p"},
		{"AssumeRole", params{"RoleArn": "acs:ram::1:role/r"}, "acs:ram::1:role/r"},
		{"TagResources", params{"ResourceNames": `["r"]`}, `["r"]`},
		{"ListRoles", nil, ""},
	} {
		if got := identity.Object(test.operation, test.params); got != test.want {
			t.Errorf("%s: %q, want %q", test.operation, got, test.want)
		}
	}
}
