package access_test

import (
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
)

func TestKey_decisions(t *testing.T) {
	const decrypt = "kms:Decrypt"
	to := func(principal, actions string) []string {
		return []string{`"Effect":"Allow","Principal":{"RAM":["` + principal + `"]},"Action":` + actions + `,"Resource":["*"]`}
	}
	account, role := "acs:ram::"+foreign+":*", "acs:ram::"+foreign+":role/oss-srr"
	mine := []string{`"Effect":"Allow","Action":"kms:*","Resource":"` + keyARN + `"`}
	deny := `"Effect":"Deny","Principal":{"RAM":["` + role + `"]},"Action":["kms:Decrypt"],"Resource":["*"]`
	owners := to("acs:ram::"+owner+":*", `["kms:*"]`)
	cases := []decision{
		{name: "own user by the default policy", key: owners, who: ann(owner), action: decrypt, want: yes, source: "key policy", page: keyPage},
		{name: "own role by the root form", key: to("acs:ram::"+owner+":root", `"kms:*"`), who: copier(owner), action: "kms:SetKeyPolicy", want: yes, page: "KMS: CreateKey (2025)"},
		{name: "own user by RAM alone", key: to(role, `["kms:*"]`), identity: mine, who: ann(owner), action: decrypt, want: yes, source: "mine", page: keyPage},
		{name: "own user by neither", key: to(role, `["kms:*"]`), who: ann(owner), action: decrypt, want: no, source: "identity policies", page: keyPage},
		{name: "own root by neither", key: to(role, `["kms:*"]`), who: ownerRoot(), action: decrypt, want: yes, source: "owner", page: evaluation},
		{name: "own user, RAM denies", key: owners, identity: []string{`"Effect":"Deny","Action":"kms:*","Resource":"*"`}, who: ann(owner), action: decrypt, want: denied, source: "mine", page: keyPage},
		{name: "own user, the key denies", key: []string{`"Effect":"Deny","Principal":{"RAM":["acs:ram::` + owner + `:user/ann"]},"Action":["kms:*"],"Resource":["*"]`}, identity: mine, who: ann(owner), action: decrypt, want: denied, source: "key policy", page: keyPage},
		{name: "own session policy is silent", key: owners, session: `"Effect":"Allow","Action":"oss:*","Resource":"*"`, who: copier(owner), action: decrypt, want: no, source: "session policy", page: evaluation},
		{name: "without a key policy RAM decides", identity: mine, who: ann(owner), action: decrypt, want: yes, page: keyPage},
		{name: "foreign role by both sides", key: to(role, `["kms:Decrypt","kms:GenerateDataKey"]`), identity: mine, who: copier(foreign), action: decrypt, want: yes, source: "mine", page: keyPage},
		{name: "foreign role by the key policy alone", key: to(role, `["kms:Decrypt"]`), who: copier(foreign), action: decrypt, want: no, source: "identity policies", page: keyPage},
		{name: "foreign role by RAM alone", key: owners, identity: mine, who: copier(foreign), action: decrypt, want: no, source: "key policy", page: keyPage},
		{name: "foreign role without a key policy", identity: mine, who: copier(foreign), action: decrypt, want: no, source: "key policy", page: keyPage},
		{name: "foreign role by its whole account", key: to(account, `["kms:*"]`), identity: mine, who: copier(foreign), action: decrypt, want: yes, page: "KMS: GetKeyPolicy, sample (2025)"},
		{name: "foreign role, capitals in the principal", key: to("acs:ram::"+foreign+":role/OSS-srr", `["kms:*"]`), identity: mine, who: copier(foreign), action: decrypt, want: yes, page: keyPage},
		{name: "another foreign role", key: to("acs:ram::"+foreign+":role/other", `["kms:*"]`), identity: mine, who: copier(foreign), action: decrypt, want: no, page: keyPage},
		{name: "a user of the role's name", key: to("acs:ram::"+foreign+":user/oss-srr", `["kms:*"]`), identity: mine, who: copier(foreign), action: decrypt, want: no, page: keyPage},
		{name: "the key denies the foreign role", key: append(to(account, `["kms:*"]`), deny), identity: mine, who: copier(foreign), action: decrypt, want: denied, source: "key policy", page: keyPage},
		{name: "RAM denies the foreign role", key: to(role, `["kms:*"]`), identity: []string{`"Effect":"Deny","Action":"kms:Decrypt","Resource":"*"`}, who: copier(foreign), action: decrypt, want: denied, source: "mine", page: keyPage},
		{name: "foreign session policy is silent", key: to(role, `["kms:*"]`), identity: mine, session: `"Effect":"Allow","Action":"oss:*","Resource":"*"`, who: copier(foreign), action: decrypt, want: no, source: "session policy", page: evaluation},
		{name: "foreign root", key: to("acs:ram::"+foreign+":root", `["kms:*"]`), who: access.Principal{Kind: access.Root, AccountID: foreign}, action: decrypt, want: no, page: keyPage},
		{name: "foreign describe", key: to(role, `["kms:DescribeKey"]`), identity: mine, who: copier(foreign), action: "kms:DescribeKey", want: yes, page: actionPage},
		{name: "foreign management has no effect", key: to(role, `["kms:*"]`), identity: mine, who: copier(foreign), action: "kms:SetKeyPolicy", want: no, source: "key policy", page: actionPage},
		{name: "foreign data key without plaintext has no effect", key: to(role, `["kms:*"]`), identity: mine, who: copier(foreign), action: "kms:GenerateDataKeyWithoutPlaintext", want: no, page: actionPage},
		{name: "condition on a tag", key: []string{to(role, `["kms:*"]`)[0] + `,"Condition":{"StringEquals":{"kms:tag/team":["orders"]}}`}, identity: mine, who: copier(foreign), action: decrypt, context: map[string]string{"kms:tag/team": "orders"}, want: yes, page: keyPage},
		{name: "condition on a tag not met", key: []string{to(role, `["kms:*"]`)[0] + `,"Condition":{"StringEquals":{"kms:tag/team":["orders"]}}`}, identity: mine, who: copier(foreign), action: decrypt, want: no, page: keyPage},
		{name: "nobody", key: to(account, `["kms:*"]`), action: decrypt, want: no, page: keyPage},
	}
	check(t, cases, func(t *testing.T, d decision) access.Decision {
		var own *access.Document
		if d.key != nil {
			own = document(t, access.KeyPolicy, d.key...)
		}
		return access.Key(d.identities(t), own, d.request(keyARN))
	})
}

// The role of a replication has AliyunKMSCryptoUserAccess, which lacks DescribeKey
// (KMS "System policy reference" page, 2026-07).
func TestKey_systemPolicyOfTheReplicationRole(t *testing.T) {
	text, spelling, known := access.SystemPolicy("aliyunkmscryptouseraccess")
	if !known || spelling != "AliyunKMSCryptoUserAccess" {
		t.Fatalf("%q, %v", spelling, known)
	}
	crypto, err := access.Parse(access.IdentityPolicy, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	ids := access.Identities{Policies: []access.Named{{Name: spelling, Document: crypto}}}
	key := document(t, access.KeyPolicy, `"Effect":"Allow","Principal":{"RAM":"acs:ram::`+foreign+`:role/oss-srr"},"Action":"kms:*","Resource":"*"`)
	for action, want := range map[string]access.Effect{"kms:Decrypt": yes, "kms:GenerateDataKey": yes, "kms:DescribeKey": no} {
		r := access.Request{Principal: copier(foreign), Action: action, Resource: keyARN, Owner: owner}
		if got := access.Key(ids, key, r); got.Effect != want {
			t.Errorf("%s: %s", action, word(got.Effect))
		}
	}
}

func TestSystemPolicies_parse(t *testing.T) {
	names := access.SystemPolicyNames()
	if len(names) == 0 {
		t.Fatal("there is no system policy")
	}
	for _, name := range names {
		text, spelling, known := access.SystemPolicy(name)
		if _, err := access.Parse(access.IdentityPolicy, []byte(text)); err != nil || !known || spelling != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, known := access.SystemPolicy("AliyunNothing"); known {
		t.Error("an invented policy is known")
	}
}
