package oss_test

import (
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// The 0003-* error pages and "what a caller sees on a bucket it does not own".
func TestPermission(t *testing.T) {
	const allow, deny = "Allow", "Deny"
	identity := func(effect, action string) string {
		return `{"Version":"1","Statement":[{"Effect":"` + effect + `","Action":"` + action + `","Resource":"*"}]}`
	}
	own, foreign := user(sourceUID, "own"), user(targetUID, "foreign")
	session := cloud.Caller{Kind: cloud.RoleSession, AccountID: sourceUID, RoleName: "Ops", SessionName: "me"}
	const info = "GET /src/?bucketInfo"
	tests := map[string]struct {
		caller            cloud.Caller
		call              string
		policy, ram, sts  string
		status            int
		code, ec          string
		policyType, shown string // AccessDeniedDetail
	}{
		"owner":                         {caller: source, call: info, status: 200},
		"owner under deny to everybody": {caller: source, call: info, policy: statement(deny, "oss:*", "*", "acs:oss:*:*:*"), status: 200},
		"own user without policy":       {caller: own, call: info, status: 403, code: "AccessDenied", ec: "0003-00000202", policyType: "AccountLevelIdentityBasedPolicy", shown: "200000000000000001"},
		"own user with RAM policy":      {caller: own, call: info, ram: identity(allow, "oss:GetBucketInfo"), status: 200},
		"own user denied by RAM":        {caller: own, call: info, ram: identity(deny, "oss:*"), status: 403, code: "AccessDenied", ec: "0003-00000201", policyType: "AccountLevelIdentityBasedPolicy", shown: "200000000000000001"},
		"denied on both sides": {
			caller: own, call: info, ram: identity(deny, "oss:*"), policy: statement(deny, "oss:*", "*", "acs:oss:*:*:*"),
			status: 403, code: "AccessDenied", ec: "0003-00000203", policyType: "AccountLevelIdentityBasedPolicy", shown: "200000000000000001",
		},
		"own user by bucket policy":         {caller: own, call: info, policy: statement(allow, "oss:GetBucketInfo", "200000000000000001", "acs:oss:*:*:src"), status: 200},
		"denied by bucket policy":           {caller: own, call: info, ram: identity(allow, "oss:*"), policy: statement(deny, "oss:Get*", "*", "acs:oss:*:*:src"), status: 403, code: "AccessDenied", ec: "0003-00000101"},
		"session policy does not allow":     {caller: session, call: info, ram: identity(allow, "oss:*"), sts: identity(allow, "oss:List*"), status: 403, code: "AccessDenied", ec: "0003-00000301", policyType: "SessionPolicy", shown: "Ops:me"},
		"session policy allows":             {caller: session, call: info, ram: identity(allow, "oss:*"), sts: identity(allow, "oss:Get*"), status: 200},
		"foreign account":                   {caller: target, call: info, status: 403, code: "AccessDenied", ec: "0003-00000001"},
		"foreign user with full RAM policy": {caller: foreign, call: info, ram: identity(allow, "*"), status: 403, code: "AccessDenied", ec: "0003-00000001"},
		"foreign account by policy":         {caller: target, call: info, policy: statement(allow, "oss:GetBucketInfo", targetUID, "acs:oss:*:*:src"), status: 200},
		"foreign user by policy alone":      {caller: foreign, call: info, policy: statement(allow, "oss:GetBucketInfo", "200000000000000001", "acs:oss:*:*:src"), status: 200},
		"foreign account, policy":           {caller: target, call: "GET /src/?policy", status: 403, code: "AccessDenied", ec: "0003-00000001"},
		"foreign account, list":             {caller: target, call: "GET /src/", status: 403, code: "AccessDenied", ec: "0003-00000001"},
		"foreign account, write":            {caller: target, call: "PUT /src/x", status: 403, code: "AccessDenied", ec: "0003-00000001"},
		"foreign account, delete":           {caller: target, call: "DELETE /src/", status: 403, code: "AccessDenied", ec: "0003-00000001"},
		"foreign account, rules":            {caller: target, call: "GET /src/?replication", status: 403, code: "AccessDenied", ec: "0003-00000001"},
		"foreign account, PutBucket":        {caller: target, call: "PUT /src/", status: 409, code: "BucketAlreadyExists", ec: "0015-00000104"},
		"foreign account, PutBucketAcl":     {caller: target, call: "PUT /src/?acl", status: 409, code: "BucketAlreadyExists", ec: "0015-00000104"},
		"own user, PutBucket":               {caller: own, call: "PUT /src/", ram: identity(allow, "oss:*"), status: 409, code: "BucketAlreadyExists", ec: "0015-00000104"},
		"owner, PutBucket":                  {caller: source, call: "PUT /src/", status: 200},
		"anonymous":                         {caller: nobody, call: info, status: 403, code: "AccessDenied", ec: "0003-00000001"},
		"anonymous service":                 {caller: nobody, call: "GET /", status: 403, code: "AccessDenied", ec: "0003-00000001"},
		"no such bucket, owner":             {caller: source, call: "GET /none/?bucketInfo", status: 404, code: "NoSuchBucket", ec: "0015-00000101"},
		"no such bucket, anonymous":         {caller: nobody, call: "GET /none/x", status: 404, code: "NoSuchBucket", ec: "0015-00000101"},
		"bucket name":                       {caller: source, call: "GET /No_ne/", status: 400, code: "InvalidBucketName"},
		"wildcard user rights, one object":  {caller: own, call: "GET /src/x", policy: statement(allow, "oss:GetObject", "200000000000000001", "acs:oss:*:*:src/x"), status: 404, code: "NoSuchKey", ec: "0026-00000001"},
		"other object":                      {caller: own, call: "GET /src/y", policy: statement(allow, "oss:GetObject", "200000000000000001", "acs:oss:*:*:src/x"), status: 403, code: "AccessDenied", ec: "0003-00000202", policyType: "AccountLevelIdentityBasedPolicy", shown: "200000000000000001"},
		"a version needs its own action":    {caller: own, call: "GET /src/x?versionId=null", policy: statement(allow, "oss:GetObject", "200000000000000001", "acs:oss:*:*:src/x"), status: 403, code: "AccessDenied", ec: "0003-00000202", policyType: "AccountLevelIdentityBasedPolicy", shown: "200000000000000001"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.policies[test.caller.UserName+test.caller.RoleName] = test.ram
			w.session[test.caller.UserName+test.caller.RoleName] = test.sts
			if test.policy != "" {
				w.load(oss.Bucket{Name: "src", Owner: sourceUID, Region: "cn-hangzhou", Policy: test.policy})
			}
			a := w.call(test.caller, test.call, "")
			if test.status == 200 {
				if a.Code != 200 {
					t.Errorf("status %d: %s", a.Code, a.Body)
				}
				return
			}
			a.wants(test.status, test.code, test.ec)
			detail := a.error().Detail
			if (detail == nil) != (test.policyType == "") || detail != nil && (detail.PolicyType != test.policyType || detail.AuthPrincipalDisplayName != test.shown || !strings.HasPrefix(detail.AuthAction, "oss:")) {
				t.Errorf("detail %+v, want %s of %s", detail, test.policyType, test.shown)
			}
		})
	}
}

func TestPermission_regionOfTheSignature(t *testing.T) {
	w := newWorld(t)
	a := w.callIn("cn-beijing", source, "GET /src/?bucketInfo", "")
	a.wants(403, "AccessDenied", "0003-00001403")
	if e := a.error(); e.Bucket != "src" || e.Endpoint != "oss-cn-hangzhou.aliyuncs.com" {
		t.Errorf("children %+v", e)
	}
	if a := w.callIn("cn-hangzhou", source, "GET /src/?bucketInfo", ""); a.Code != 200 {
		t.Errorf("right region: %d", a.Code)
	}
}

func TestPermission_conditionsSeeTheRequest(t *testing.T) {
	w := newWorld(t)
	own := user(sourceUID, "own")
	own.Context = map[string][]string{"acs:SourceIp": {"192.0.2.7"}}
	w.policies["own"] = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:ListObjects","Resource":"*",
		"Condition":{"StringEquals":{"oss:Prefix":["a/"],"oss:Delimiter":["/"]},"IpAddress":{"acs:SourceIp":["192.0.2.0/24"]}}}]}`
	w.must(200, own, "GET /src/?prefix=a/&delimiter=/", "")
	w.must(403, own, "GET /src/?prefix=b/&delimiter=/", "")
	w.must(403, own, "GET /src/", "")
	own.Context = map[string][]string{"acs:SourceIp": {"198.51.100.7"}}
	w.must(403, own, "GET /src/?prefix=a/&delimiter=/", "")
}

func TestPermission_headCarriesTheErrorInAHeader(t *testing.T) {
	w := newWorld(t)
	a := w.call(source, "HEAD /src/none", "")
	a.wants(404, "NoSuchKey", "0026-00000001")
	if a.Body.Len() > 0 || a.Header().Get("x-oss-request-id") != "5C3D9175B6FC201293AD0000" || a.Header().Get("Server") != "AliyunOSS" {
		t.Errorf("body %q, headers %v", a.Body, a.Header())
	}
}

func TestPublicAccess(t *testing.T) {
	const public = `{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:GetObject"],"Principal":["*"],"Resource":["acs:oss:*:*:src/*"]}]}`
	w := newWorld(t)
	w.put("x", "data")
	w.must(200, source, "PUT /src/?policy", public)
	w.must(200, nobody, "GET /src/x", "")
	if got := w.must(200, source, "GET /src/?policyStatus", "").Body.String(); !strings.Contains(got, "<IsPublic>true</IsPublic>") {
		t.Errorf("status %s", got)
	}
	w.must(200, source, "PUT /src/?publicAccessBlock", "<PublicAccessBlockConfiguration><BlockPublicAccess>true</BlockPublicAccess></PublicAccessBlockConfiguration>")
	w.call(nobody, "GET /src/x", "").wants(403, "AccessDenied", "0003-00000001")
	for _, refused := range []struct{ call, body, header, message string }{
		{"PUT /src/?policy", public, "", "Put public bucket policy is not allowed"},
		{"PUT /src/?acl", "", "x-oss-acl: public-read", "Put public bucket acl is not allowed"},
		{"PUT /src/x", "", "x-oss-object-acl: public-read", "Put public object acl is not allowed"},
		{"PUT /src/x?acl", "", "x-oss-object-acl: public-read", "Put public object acl is not allowed"},
	} {
		if a := w.call(source, refused.call, refused.body, refused.header); a.Code != 403 || a.error().Message != refused.message {
			t.Errorf("%s: %d %s", refused.call, a.Code, a.Body)
		}
	}
	w.must(200, source, "PUT /src/?policy", statement("Allow", "oss:GetObject", targetUID, "acs:oss:*:*:src/*"))
	w.must(200, target, "GET /src/x", "")
	w.must(204, source, "DELETE /src/?publicAccessBlock", "")
	w.must(200, source, "PUT /src/?acl", "", "x-oss-acl: public-read")
	w.must(200, nobody, "GET /src/x", "")
	w.must(200, source, "PUT /src/x?acl", "", "x-oss-object-acl: private")
	w.must(403, nobody, "GET /src/x", "")
	if got := w.must(200, source, "GET /src/?publicAccessBlock", "").Body.String(); !strings.Contains(got, "<BlockPublicAccess>false</BlockPublicAccess>") {
		t.Errorf("block %s", got)
	}
}

func TestSseKms_asksForTheCaller(t *testing.T) {
	w := newWorld(t)
	kms := []string{"x-oss-server-side-encryption: KMS", "x-oss-server-side-encryption-key-id: k1"}
	if got := w.put("x", "data", kms...).Header(); got.Get("x-oss-server-side-encryption") != "KMS" || got.Get("x-oss-server-side-encryption-key-id") != "k1" {
		t.Errorf("headers %v", got)
	}
	w.noKey["kms:GenerateDataKey k1"] = true
	if a := w.call(source, "PUT /src/y", "data", kms...); a.Code != 403 || !strings.Contains(a.error().Message, "Forbidden.NoPermission") {
		t.Errorf("%d %s", a.Code, a.Body)
	}
	w.noKey["kms:Decrypt k1"] = true
	w.must(403, source, "GET /src/x", "")
	w.must(200, source, "HEAD /src/x", "")

	w.must(200, source, "PUT /src/?encryption", "<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>KMS</SSEAlgorithm><KMSMasterKeyID>k1</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>")
	w.must(403, source, "PUT /src/z", "data")
	w.must(200, source, "PUT /src/z", "data", "x-oss-server-side-encryption: AES256")
}
