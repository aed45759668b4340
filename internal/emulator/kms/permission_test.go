package kms_test

import (
	"sync"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/kms"
)

// Cross-account use needs both sides; inside the account one is enough (KMS
// "Overview of key policies" page, 2026-09).
func TestUse_bothSides(t *testing.T) {
	const own = `["kms:Decrypt","kms:GenerateDataKey","kms:SetKeyPolicy"]`
	other := "acs:ram::" + source + ":role/other"
	for name, tc := range map[string]struct {
		caller      cloud.Caller
		policy      string // of the key; "" is the default
		effect      string // of the caller's RAM policy; "" is none
		key, region string
		action      string
		status      int
		code        string
	}{
		"role with both sides":        {session(), grant(sessionRole, useActions), "Allow", usableARN, "cn-hangzhou", "kms:GenerateDataKey", 0, ""},
		"region left open":            {session(), grant(sessionRole, useActions), "Allow", usableARN, "", "kms:Decrypt", 0, ""},
		"key policy alone":            {session(), grant(sessionRole, useActions), "", usableARN, "cn-hangzhou", "kms:Decrypt", 403, "Forbidden.NoPermission"},
		"RAM policy alone":            {session(), "", "Allow", usableARN, "cn-hangzhou", "kms:Decrypt", 403, "Forbidden.NoPermission"},
		"RAM policy denies":           {session(), grant(sessionRole, useActions), "Deny", usableARN, "cn-hangzhou", "kms:Decrypt", 403, "Forbidden.NoPermission"},
		"grant for another role":      {session(), grant(other, useActions), "Allow", usableARN, "cn-hangzhou", "kms:Decrypt", 403, "Forbidden.NoPermission"},
		"grant for the whole account": {session(), grant("acs:ram::"+source+":*", useActions), "Allow", usableARN, "cn-hangzhou", "kms:Decrypt", 0, ""},
		"grant lacks the action":      {session(), grant(sessionRole, `["kms:Decrypt"]`), "Allow", usableARN, "cn-hangzhou", "kms:GenerateDataKey", 403, "Forbidden.NoPermission"},
		"management has no effect":    {session(), grant(sessionRole, `["kms:*"]`), "Allow", usableARN, "cn-hangzhou", "kms:SetKeyPolicy", 403, "Forbidden.NoPermission"},
		"bare id of a foreign key":    {session(), grant(sessionRole, useActions), "Allow", usableKey, "cn-hangzhou", "kms:Decrypt", 404, "Forbidden.KeyNotFound"},
		"ARN of another region":       {session(), grant(sessionRole, useActions), "Allow", usableARN, "cn-shanghai", "kms:Decrypt", 404, "Forbidden.KeyNotFound"},
		"foreign root":                {root(third), grant("acs:ram::"+third+":root", useActions), "", usableARN, "cn-hangzhou", "kms:Decrypt", 403, "Forbidden.NoPermission"},
		"nobody":                      {cloud.Caller{}, "", "", usableARN, "cn-hangzhou", "kms:Decrypt", 403, "Forbidden.NoPermission"},
		"own root":                    {root(destination), "", "", usableKey, "cn-hangzhou", "kms:Decrypt", 0, ""},
		"own user by default policy":  {user(destination, "ann"), "", "", usableKey, "cn-hangzhou", "kms:Decrypt", 0, ""},
		"own user, RAM denies":        {user(destination, "ann"), "", "Deny", usableKey, "cn-hangzhou", "kms:Decrypt", 403, "Forbidden.NoPermission"},
		"own user by RAM alone":       {user(destination, "ann"), onlyFor("acs:ram::" + destination + ":user/bob"), "Allow", usableKey, "cn-hangzhou", "kms:Decrypt", 0, ""},
		"own user by nothing":         {user(destination, "ann"), onlyFor("acs:ram::" + destination + ":user/bob"), "", usableKey, "cn-hangzhou", "kms:Decrypt", 403, "Forbidden.NoPermission"},
		"own user, default key":       {user(destination, "ann"), "", "", defaultKey, "cn-hangzhou", "kms:Decrypt", 403, "Forbidden.NoPermission"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if tc.policy != "" {
				w.do("SetKeyPolicy", "KeyId", usableKey, "Policy", tc.policy)
			}
			if tc.effect != "" {
				w.allow(tc.caller, tc.effect, own, "*")
			}
			expect(t, w.Use(tc.caller, tc.action, tc.key, tc.region), tc.status, tc.code)
		})
	}
}

func onlyFor(principal string) string {
	return `{"Version":"1","Statement":[{"Effect":"Allow","Principal":{"RAM":["` + principal + `"]},"Action":["kms:*"],"Resource":["*"]}]}`
}

func TestUse_checksTheState(t *testing.T) {
	w := newWorld(t)
	w.do("DisableKey", "KeyId", usableKey)
	expect(t, w.Use(root(destination), "kms:Decrypt", usableKey, ""), 409, "Rejected.Disabled")
	w.do("EnableKey", "KeyId", usableKey)
	expect(t, w.Use(root(destination), "kms:Decrypt", usableKey, ""), 0, "")
	expect(t, w.Use(root(destination), "kms:Decrypt", signingKey, ""), 400, "UnsupportedOperation")
}

func TestServe_explainsDenials(t *testing.T) {
	w := newWorld(t)
	w.do("SetKeyPolicy", "KeyId", usableKey, "Policy", grant(sessionRole, useActions))
	foreign := user(source, "ann")
	foreign.UserID = "299999999999999999"
	limited := session()
	limited.SessionName = "limited"
	w.allow(foreign, "Deny", `"kms:Decrypt"`, "*")
	w.allow(session(), "Allow", `"kms:*"`, usableARN)
	w.allow(limited, "Allow", `"kms:*"`, usableARN)
	ids := w.policies[limited.ARN()]
	ids.Session = parse(t, access.SessionPolicy, `{"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:Encrypt","Resource":"*"}]}`)
	w.policies[limited.ARN()] = ids
	for name, tc := range map[string]struct {
		caller cloud.Caller
		action string
		want   *cloud.AccessDenied
	}{
		"user, explicit": {foreign, "kms:Decrypt", &cloud.AccessDenied{
			PolicyType: "AccountLevelIdentityBasedPolicy", AuthAction: "kms:Decrypt", AuthPrincipalType: "SubUser",
			AuthPrincipalOwnerID: source, AuthPrincipalDisplayName: "299999999999999999", NoPermissionType: "ExplicitDeny",
		}},
		"role, by the key policy": {session(), "kms:Encrypt", &cloud.AccessDenied{
			AuthAction: "kms:Encrypt", AuthPrincipalType: "AssumedRoleUser",
			AuthPrincipalOwnerID: source, AuthPrincipalDisplayName: "Oss-SRR:copy", NoPermissionType: "ImplicitDeny",
		}},
		"role, by its session": {limited, "kms:Decrypt", &cloud.AccessDenied{
			PolicyType: "SessionPolicy", AuthAction: "kms:Decrypt", AuthPrincipalType: "AssumedRoleUser",
			AuthPrincipalOwnerID: source, AuthPrincipalDisplayName: "Oss-SRR:limited", NoPermissionType: "ImplicitDeny",
		}},
		"root": {root(source), "kms:Decrypt", nil},
	} {
		t.Run(name, func(t *testing.T) {
			err := w.Use(tc.caller, tc.action, usableARN, "")
			expect(t, err, 403, "Forbidden.NoPermission")
			switch {
			case err == nil:
			case (err.Denied == nil) != (tc.want == nil), tc.want != nil && *err.Denied != *tc.want:
				t.Errorf("detail %+v, want %+v", err.Denied, tc.want)
			}
		})
	}
}

// Every operation asks for its own action on its own resource.
func TestServe_asksForActionAndResource(t *testing.T) {
	const prefix = "acs:kms:cn-hangzhou:" + destination + ":"
	key, ann := prefix+"key/"+defaultKey, user(destination, "ann")
	for operation, tc := range map[string]struct {
		resources []string
		pairs     []string
	}{
		"DescribeKey":              {[]string{key}, []string{"KeyId", defaultKey}},
		"CreateKey":                {[]string{prefix + "key"}, nil},
		"ListKeys":                 {[]string{prefix + "key"}, nil},
		"Encrypt":                  {[]string{key}, []string{"KeyId", defaultKey, "Plaintext", "YQ=="}},
		"GenerateDataKey":          {[]string{key}, []string{"KeyId", defaultKey}},
		"EnableKey":                {[]string{key}, []string{"KeyId", defaultKey}},
		"DisableKey":               {[]string{key}, []string{"KeyId", key}},
		"ScheduleKeyDeletion":      {[]string{key}, []string{"KeyId", defaultKey, "PendingWindowInDays", "7"}},
		"SetDeletionProtection":    {[]string{key}, []string{"ProtectedResourceArn", key, "EnableDeletionProtection", "true"}},
		"CreateAlias":              {[]string{key, prefix + "alias/new"}, []string{"KeyId", defaultKey, "AliasName", "alias/new"}},
		"UpdateAlias":              {[]string{key, prefix + "alias/old"}, []string{"KeyId", defaultKey, "AliasName", "alias/old"}},
		"DeleteAlias":              {[]string{key, prefix + "alias/old"}, []string{"AliasName", "alias/old"}},
		"ListAliases":              {[]string{prefix + "alias"}, nil},
		"ListAliasesByKeyId":       {[]string{key}, []string{"KeyId", defaultKey}},
		"DescribeAccountKmsStatus": {[]string{prefix + "*"}, nil},
		"GetKmsInstance":           {[]string{prefix + "instance/kst-1"}, []string{"KmsInstanceId", "kst-1"}},
		"GetKmsInstanceQuotaInfos": {[]string{prefix + "instance/kst-1"}, []string{"KmsInstanceId", "kst-1"}},
	} {
		t.Run(operation, func(t *testing.T) {
			for missing := range tc.resources {
				w := newWorld(t)
				w.do("CreateAlias", "AliasName", "alias/old", "KeyId", defaultKey)
				for i, resource := range tc.resources {
					if i != missing {
						w.allow(ann, "Allow", `"kms:`+operation+`"`, resource)
					}
				}
				w.allow(ann, "Allow", `"kms:Other"`, tc.resources[missing])
				w.allow(ann, "Allow", `"kms:`+operation+`"`, prefix+"key/other")
				_, err := w.as(ann, operation, tc.pairs...)
				expect(t, err, 403, "Forbidden.NoPermission")
				w.allow(ann, "Allow", `"kms:`+operation+`"`, tc.resources[missing])
				_, err = w.as(ann, operation, tc.pairs...)
				expect(t, err, 0, "")
			}
		})
	}
}

func TestServe_tagsAreConditionKeys(t *testing.T) {
	w := newWorld(t)
	tagged := w.do("CreateKey", "Tags", `[{"TagKey":"team","TagValue":"orders"}]`)["KeyMetadata"].(map[string]any)["KeyId"].(string)
	ann := user(destination, "ann")
	ann.Context = map[string][]string{"acs:SourceIp": {"192.0.2.7"}}
	document := parse(t, access.IdentityPolicy, `{"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*",`+
		`"Condition":{"StringEquals":{"kms:tag/team":"orders"},"IpAddress":{"acs:SourceIp":"192.0.2.0/24"}}}]}`)
	w.policies[ann.ARN()] = access.Identities{Policies: []access.Named{{Name: "p", Document: document}}}
	expect(t, w.Use(ann, "kms:Decrypt", tagged, ""), 0, "")
	expect(t, w.Use(ann, "kms:Decrypt", defaultKey, ""), 403, "Forbidden.NoPermission")
	ann.Context = nil
	expect(t, w.Use(ann, "kms:Decrypt", tagged, ""), 403, "Forbidden.NoPermission")
}

func TestDescribeRegions_needsNoPermission(t *testing.T) {
	w := newWorld(t)
	out, err := w.as(user(source, "ann"), "DescribeRegions")
	if err != nil {
		t.Fatal(err)
	}
	if rows := out["Regions"].(map[string]any)["Region"].([]map[string]any); len(rows) < 20 || rows[0]["RegionId"] != "cn-hangzhou" {
		t.Errorf("regions %v", rows)
	}
}

func TestService_concurrentCalls(t *testing.T) {
	w := newWorld(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				_, _ = w.Serve(kms.Call{Operation: "CreateKey", Caller: root(source)})
				_, _ = w.Serve(kms.Call{Operation: "SetKeyPolicy", Caller: root(destination), Params: params("KeyId", usableKey, "Policy", grant(sessionRole, useActions))})
				_ = w.Use(session(), "kms:Decrypt", usableARN, "")
				w.State()
			}
		})
	}
	all.Wait()
	if got := len(w.State().Keys); got != 7+160 {
		t.Errorf("%d keys", got)
	}
}
