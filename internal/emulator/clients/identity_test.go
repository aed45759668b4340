package clients_test

import (
	"testing"

	access "github.com/alibabacloud-go/ram-20150501/v2/client"
	tokens "github.com/alibabacloud-go/sts-20150401/v2/client"
	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

const visitor = "acs:ram::" + emulator.SourceAccount + ":role/visitor"

// assume starts a session of the role "visitor"; policy may be empty.
func assume(t *testing.T, c cloud, policy string) session {
	t.Helper()
	request := &tokens.AssumeRoleRequest{RoleArn: tea.String(visitor), RoleSessionName: tea.String("tests"), DurationSeconds: tea.Int64(900)}
	if policy != "" {
		request.Policy = tea.String(policy)
	}
	made := must(c.tokens(from()).AssumeRole(request))(t).Body.Credentials
	return session{emulator.KeyPair{ID: *made.AccessKeyId, Secret: *made.AccessKeySecret}, *made.SecurityToken}
}

func identityCalls(t *testing.T, c cloud) {
	who := must(c.tokens(from()).GetCallerIdentity())(t).Body
	equal(t, "account", *who.AccountId, emulator.SourceAccount)
	equal(t, "kind", *who.IdentityType, "RAMUser")

	roles := c.access(from())
	must(roles.CreateRole(&access.CreateRoleRequest{RoleName: tea.String("visitor"), AssumeRolePolicyDocument: tea.String(trustsAccount)}))(t)
	must(roles.AttachPolicyToRole(&access.AttachPolicyToRoleRequest{
		PolicyType: tea.String("System"), PolicyName: tea.String("AliyunOSSReadOnlyAccess"), RoleName: tea.String("visitor"),
	}))(t)
	whole := assume(t, c, "")
	who = must(c.tokens(whole).GetCallerIdentity())(t).Body
	equal(t, "session", *who.Arn, "acs:ram::"+emulator.SourceAccount+":assumed-role/visitor/tests")

	first, second := oss.Ptr("2026/first.json"), oss.Ptr("2026/second.json")
	orders, ctx := oss.Ptr(emulator.SourceBucket), t.Context()
	must(c.objects(whole).GetObject(ctx, &oss.GetObjectRequest{Bucket: orders, Key: second}))(t)
	refused(c.objects(whole).DeleteObject(ctx, &oss.DeleteObjectRequest{Bucket: orders, Key: second}))(t, "AccessDenied")

	narrow := assume(t, c, `{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:GetObject","Resource":"acs:oss:*:*:orders/2026/first.json"}]}`)
	equal(t, "object", text(t, must(c.objects(narrow).GetObject(ctx, &oss.GetObjectRequest{Bucket: orders, Key: first}))(t)), "{\"order\": 1}\n")
	refused(c.objects(narrow).GetObject(ctx, &oss.GetObjectRequest{Bucket: orders, Key: second}))(t, "AccessDenied")
	identityRefusals(t, c, whole)
}

func identityRefusals(t *testing.T, c cloud, whole session) {
	request := &tokens.AssumeRoleRequest{RoleArn: tea.String(visitor), RoleSessionName: tea.String("tests")}
	refused(c.tokens(to()).AssumeRole(request))(t, "NoPermission")
	request.RoleArn = tea.String(visitor + "-none")
	refused(c.tokens(from()).AssumeRole(request))(t, "EntityNotExist.Role")
	refused(c.tokens(from()).AssumeRoleWithOIDC(&tokens.AssumeRoleWithOIDCRequest{
		OIDCProviderArn: tea.String("acs:ram::" + emulator.SourceAccount + ":oidc-provider/none"), RoleArn: tea.String(visitor),
		OIDCToken: tea.String("a.b.c"), RoleSessionName: tea.String("tests"),
	}))(t, "AuthenticationFail.NoPermission")

	broken := whole
	broken.token += "x"
	refused(c.objects(broken).ListBuckets(t.Context(), &oss.ListBucketsRequest{}))(t, "InvalidSecurityToken")
	unknown := session{KeyPair: whole.KeyPair}
	refused(c.tokens(unknown).GetCallerIdentity())(t, "MissingSecurityToken")
}
