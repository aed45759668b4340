package identity_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

func TestLoad_refusals(t *testing.T) {
	role := func(change func(*identity.Role)) func(*identity.Account) {
		return func(a *identity.Account) { change(&a.Roles[0]) }
	}
	versions := func(numbers ...int) func(*identity.Account) {
		return func(a *identity.Account) {
			a.Policies[0].Versions = nil
			for _, n := range numbers {
				a.Policies[0].Versions = append(a.Policies[0].Versions, identity.Version{Number: n, Document: allowAll})
			}
		}
	}
	for _, test := range []struct {
		name   string
		change func(*identity.Account)
		reason string
	}{
		{"account id", func(a *identity.Account) { a.ID = "source" }, "number"},
		{"account twice", func(a *identity.Account) { a.ID = other }, "two"},
		{"key twice", func(a *identity.Account) { a.Keys[1].ID = "AK-ROOT" }, "AK-ROOT"},
		{"key of another account", func(a *identity.Account) { a.Keys[0].ID = "AK-GUEST" }, "AK-GUEST"},
		{"key without secret", func(a *identity.Account) { a.Keys[0].Secret = "" }, "AK-ROOT"},
		{"key of nobody", func(a *identity.Account) { a.Keys[1].User = "gone" }, "AK-ADMIN"},
		{"key that looks temporary", func(a *identity.Account) { a.Keys[0].ID = "STS.x" }, "STS.x"},
		{"user without name", func(a *identity.Account) { a.Users[0].Name = "" }, "no name"},
		{"user twice", func(a *identity.Account) { a.Users[1].Name = "ADMIN" }, "twice"},
		{"user with an unknown policy", func(a *identity.Account) { a.Users[0].Attached[0].Policy = "gone" }, "gone"},
		{"role name", role(func(r *identity.Role) { r.Name = "my_role" }), "my_role"},
		{"role without name", role(func(r *identity.Role) { r.Name = "" }), "RoleName"},
		{"role twice", role(func(r *identity.Role) { r.Name = "BARE" }), "two"},
		{"role without trust", role(func(r *identity.Role) { r.TrustPolicy = "" }), "App-Role"},
		{"role with a permission policy", role(func(r *identity.Role) { r.TrustPolicy = allowAll }), "App-Role"},
		{"role with long sessions", role(func(r *identity.Role) { r.MaxSessionDuration = 43201 }), "43200"},
		{"attachment without type", role(func(r *identity.Role) { r.Attached[0].Type = "" }), "used"},
		{"attachment twice", role(func(r *identity.Role) { r.Attached = append(r.Attached, r.Attached[0]) }), "twice"},
		{"policy name", func(a *identity.Account) { a.Policies[0].Name = "a.b" }, "a.b"},
		{"policy twice", func(a *identity.Account) { a.Policies[0].Name = "FREE" }, "two"},
		{"policy without versions", versions(), "v1"},
		{"policy without its default", versions(2), "v1"},
		{"versions out of order", versions(2, 1), "ascend"},
		{"version twice", versions(1, 1), "ascend"},
		{"version zero", versions(0, 1), "ascend"},
		{"six versions", versions(1, 2, 3, 4, 5, 6), "5 versions"},
		{"malformed version", func(a *identity.Account) { a.Policies[0].Versions[0].Document = trustOSS }, "version 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			before := stateOf(t, w)
			broken := accounts()
			test.change(&broken[0])
			err := w.Load(broken)
			if err == nil || !strings.Contains(err.Error(), test.reason) {
				t.Fatalf("error %v, want one about %q", err, test.reason)
			}
			if stateOf(t, w) != before {
				t.Error("a refused world changed the state")
			}
			if _, _, err := w.Lookup("AK-ROOT", ""); err != nil {
				t.Errorf("a refused world took the keys: %v", err)
			}
		})
	}
}

func stateOf(t *testing.T, w world) string {
	t.Helper()
	raw, err := json.Marshal(w.State())
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestState_roundTrip(t *testing.T) {
	w := switchedWorld(t, cloud.Switches{})
	issuer := newIssuer(t)
	w.loadProvider(issuer.provider())
	w.must("TagResources", params{"ResourceType": "role", "ResourceNames": `["bare"]`, "Tag.1.Key": "k", "Tag.1.Value": "v"})
	w.must("CreateRole", params{"RoleName": "new", "AssumeRolePolicyDocument": trustOSS})
	w.must("AttachPolicyToRole", params{"RoleName": "new", "PolicyType": "Custom", "PolicyName": "free"})
	w.must("CreatePolicyVersion", params{"PolicyName": "free", "PolicyDocument": allowAll, "SetAsDefault": "true"})
	w.must("CreatePolicyVersion", params{"PolicyName": "free", "PolicyDocument": allowAll})
	w.must("DeletePolicyVersion", params{"PolicyName": "free", "VersionId": "v3"})
	before := stateOf(t, w)
	for _, want := range []string{`"oidc_providers"`, `"tags":{"k":"v"}`, `"default_version":"v2"`, `"last_version":3`, `"inactive":true`} {
		if !strings.Contains(before, want) {
			t.Errorf("the state lacks %s", want)
		}
	}
	var read []identity.Account
	if err := json.Unmarshal([]byte(before), &read); err != nil {
		t.Fatal(err)
	}
	again := emptyWorld(t, cloud.Switches{})
	if err := again.Load(read); err != nil {
		t.Fatal(err)
	}
	if after := stateOf(t, again); after != before {
		t.Errorf("the state changed on its way:\n%s\n%s", before, after)
	}
	made := again.must("CreatePolicyVersion", params{"PolicyName": "free", "PolicyDocument": allowAll})
	if field(made, "PolicyVersion", "VersionId") != "v4" {
		t.Errorf("a number was given out twice after the round trip: %v", made)
	}
	fresh := field(again.must("CreateRole", params{"RoleName": "newer", "AssumeRolePolicyDocument": trustOSS}), "Role", "RoleId")
	if strings.Contains(before, `"`+fresh.(string)+`"`) {
		t.Error("an id was given out twice after the round trip")
	}
}

// TestState_isACopy: neither the world that was loaded nor the state that was
// read is a way into the service.
func TestState_isACopy(t *testing.T) {
	w := newWorld(t)
	given := accounts()
	given[0].Roles[1].Tags = map[string]string{"k": "v"}
	given[0].Policies[0].Tags = map[string]string{"k": "v"}
	if err := w.Load(given); err != nil {
		t.Fatal(err)
	}
	before := stateOf(t, w)
	given[0].Roles[1].Tags["k"], given[0].Policies[0].Tags["k"] = "x", "x"
	given[0].Policies[0].Versions[0].Document = "x"
	read := w.State()
	for _, r := range read[0].Roles {
		r.Tags["more"] = "x"
	}
	read[0].Policies[0].Tags["more"] = "x"
	if after := stateOf(t, w); after != before {
		t.Errorf("the state changed from outside:\n%s\n%s", before, after)
	}
}
