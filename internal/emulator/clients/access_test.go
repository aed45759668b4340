package clients_test

import (
	"testing"

	access "github.com/alibabacloud-go/ram-20150501/v2/client"
	"github.com/alibabacloud-go/tea/tea"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

const (
	trustsOSS     = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["oss.aliyuncs.com"]}}]}`
	trustsAccount = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"RAM":["acs:ram::` + emulator.SourceAccount + `:root"]}}]}`
	readsOrders   = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:GetObject","Resource":"acs:oss:*:*:orders/*"}]}`
	custom        = "Custom"
)

func roleCalls(t *testing.T, c cloud) {
	client, name := c.access(from()), tea.String("Writers")
	made := must(client.CreateRole(&access.CreateRoleRequest{
		RoleName: name, AssumeRolePolicyDocument: tea.String(trustsOSS), Description: tea.String("first"),
		Tag: []*access.CreateRoleRequestTag{{Key: tea.String("team"), Value: tea.String("one")}},
	}))(t)
	equal(t, "ARN", *made.Body.Role.Arn, "acs:ram::"+emulator.SourceAccount+":role/writers")
	role := must(client.GetRole(&access.GetRoleRequest{RoleName: tea.String("wRITERS")}))(t).Body.Role
	equal(t, "name", *role.RoleName, "Writers")
	equal(t, "trust", *role.AssumeRolePolicyDocument, trustsOSS)
	updated := must(client.UpdateRole(&access.UpdateRoleRequest{
		RoleName: name, NewDescription: tea.String("second"), NewMaxSessionDuration: tea.Int64(7200), NewAssumeRolePolicyDocument: tea.String(trustsAccount),
	}))(t)
	equal(t, "description", *updated.Body.Role.Description, "second")
	equal(t, "session", *updated.Body.Role.MaxSessionDuration, 7200)
	listed := must(client.ListRoles(&access.ListRolesRequest{MaxItems: tea.Int32(1)}))(t)
	equal(t, "roles", len(listed.Body.Roles.Role), 1)
	equal(t, "more roles", *listed.Body.IsTruncated, false)

	kind, names := tea.String("role"), []*string{name}
	must(client.TagResources(&access.TagResourcesRequest{
		ResourceType: kind, ResourceNames: names, Tag: []*access.TagResourcesRequestTag{{Key: tea.String("stage"), Value: tea.String("live")}},
	}))(t)
	tags := must(client.ListTagResources(&access.ListTagResourcesRequest{ResourceType: kind, ResourceNames: names}))(t)
	equal(t, "tags", len(tags.Body.TagResources), 2)
	must(client.UntagResources(&access.UntagResourcesRequest{ResourceType: kind, ResourceNames: names, TagKeys: []*string{tea.String("team")}}))(t)
	tags = must(client.ListTagResources(&access.ListTagResourcesRequest{ResourceType: kind, ResourceNames: names}))(t)
	equal(t, "remaining tag", *tags.Body.TagResources[0].TagKey, "stage")
	must(client.DeleteRole(&access.DeleteRoleRequest{RoleName: name}))(t)
}

func policyCalls(t *testing.T, c cloud) {
	client, name, role := c.access(from()), tea.String("Reads-Orders"), tea.String("reader")
	must(client.CreateRole(&access.CreateRoleRequest{RoleName: role, AssumeRolePolicyDocument: tea.String(trustsAccount)}))(t)
	must(client.CreatePolicy(&access.CreatePolicyRequest{PolicyName: name, PolicyDocument: tea.String(readsOrders)}))(t)
	must(client.UpdatePolicyDescription(&access.UpdatePolicyDescriptionRequest{PolicyName: name, NewDescription: tea.String("of orders")}))(t)
	must(client.AttachPolicyToRole(&access.AttachPolicyToRoleRequest{PolicyType: tea.String(custom), PolicyName: name, RoleName: role}))(t)
	second := must(client.CreatePolicyVersion(&access.CreatePolicyVersionRequest{PolicyName: name, PolicyDocument: tea.String(readsOrders)}))(t)
	equal(t, "version", *second.Body.PolicyVersion.VersionId, "v2")
	must(client.SetDefaultPolicyVersion(&access.SetDefaultPolicyVersionRequest{PolicyName: name, VersionId: tea.String("v2")}))(t)
	policy := must(client.GetPolicy(&access.GetPolicyRequest{PolicyName: name, PolicyType: tea.String(custom)}))(t).Body
	equal(t, "default version", *policy.Policy.DefaultVersion, "v2")
	equal(t, "attachments", *policy.Policy.AttachmentCount, 1)
	equal(t, "document", *policy.DefaultPolicyVersion.PolicyDocument, readsOrders)
	version := must(client.GetPolicyVersion(&access.GetPolicyVersionRequest{PolicyName: name, PolicyType: tea.String(custom), VersionId: tea.String("v1")}))(t)
	equal(t, "v1 is the default", *version.Body.PolicyVersion.IsDefaultVersion, false)
	versions := must(client.ListPolicyVersions(&access.ListPolicyVersionsRequest{PolicyName: name, PolicyType: tea.String(custom)}))(t)
	equal(t, "versions", len(versions.Body.PolicyVersions.PolicyVersion), 2)
	policies := must(client.ListPolicies(&access.ListPoliciesRequest{PolicyType: tea.String(custom)}))(t)
	equal(t, "custom policies", len(policies.Body.Policies.Policy), 1)
	attached := must(client.ListPoliciesForRole(&access.ListPoliciesForRoleRequest{RoleName: role}))(t)
	equal(t, "attached", *attached.Body.Policies.Policy[0].PolicyName, "Reads-Orders")
	entities := must(client.ListEntitiesForPolicy(&access.ListEntitiesForPolicyRequest{PolicyName: name, PolicyType: tea.String(custom)}))(t)
	equal(t, "roles with the policy", *entities.Body.Roles.Role[0].RoleName, "reader")

	refused(client.DeleteRole(&access.DeleteRoleRequest{RoleName: role}))(t, "DeleteConflict.Role.Policy")
	refused(client.AttachPolicyToRole(&access.AttachPolicyToRoleRequest{PolicyType: tea.String(custom), PolicyName: name, RoleName: role}))(t, "EntityAlreadyExists.Role.Policy")
	refused(client.DeletePolicyVersion(&access.DeletePolicyVersionRequest{PolicyName: name, VersionId: tea.String("v2")}))(t, "DeleteConflict.Policy.Version.Default")
	must(client.DetachPolicyFromRole(&access.DetachPolicyFromRoleRequest{PolicyType: tea.String(custom), PolicyName: name, RoleName: role}))(t)
	refused(client.DetachPolicyFromRole(&access.DetachPolicyFromRoleRequest{PolicyType: tea.String(custom), PolicyName: name, RoleName: role}))(t, "EntityNotExist.Role.Policy")
	refused(client.DeletePolicy(&access.DeletePolicyRequest{PolicyName: name}))(t, "DeleteConflict.Policy.Version")
	must(client.DeletePolicyVersion(&access.DeletePolicyVersionRequest{PolicyName: name, VersionId: tea.String("v1")}))(t)
	must(client.DeletePolicy(&access.DeletePolicyRequest{PolicyName: name}))(t)
	must(client.DeleteRole(&access.DeleteRoleRequest{RoleName: role}))(t)
}

func accessRefusals(t *testing.T, c cloud) {
	client, none := c.access(from()), tea.String("none")
	refused(client.GetRole(&access.GetRoleRequest{RoleName: none}))(t, "EntityNotExist.Role")
	refused(client.GetRole(&access.GetRoleRequest{RoleName: tea.String("a_b")}))(t, "InvalidParameter.RoleName.InvalidChars")
	refused(client.GetRole(&access.GetRoleRequest{}))(t, "MissingParameter")
	refused(client.CreateRole(&access.CreateRoleRequest{RoleName: none, AssumeRolePolicyDocument: tea.String("{}")}))(t, "MalformedPolicyDocument")
	refused(client.UpdateRole(&access.UpdateRoleRequest{RoleName: none, NewDescription: tea.String("x")}))(t, "EntityNotExist.Role")
	refused(client.ListPoliciesForRole(&access.ListPoliciesForRoleRequest{RoleName: none}))(t, "EntityNotExist.Role")
	refused(client.GetPolicy(&access.GetPolicyRequest{PolicyName: none, PolicyType: tea.String(custom)}))(t, "EntityNotExist.Policy")
	refused(client.GetPolicyVersion(&access.GetPolicyVersionRequest{
		PolicyName: tea.String("AdministratorAccess"), PolicyType: tea.String("System"), VersionId: tea.String("v9"),
	}))(t, "EntityNotExist.Policy.Version")
	refused(client.CreatePolicy(&access.CreatePolicyRequest{PolicyName: none, PolicyDocument: tea.String(trustsOSS)}))(t, "MalformedPolicyDocument")
	refused(client.CreatePolicyVersion(&access.CreatePolicyVersionRequest{PolicyName: none, PolicyDocument: tea.String(readsOrders)}))(t, "EntityNotExist.Policy")
	refused(client.ListPolicyVersions(&access.ListPolicyVersionsRequest{PolicyName: none, PolicyType: tea.String("custom")}))(t, "InvalidParameter.PolicyType")
	refused(client.ListEntitiesForPolicy(&access.ListEntitiesForPolicyRequest{PolicyName: none, PolicyType: tea.String(custom)}))(t, "EntityNotExist.Policy")
	refused(client.SetDefaultPolicyVersion(&access.SetDefaultPolicyVersionRequest{PolicyName: none, VersionId: tea.String("v1")}))(t, "EntityNotExist.Policy")
	refused(client.UpdatePolicyDescription(&access.UpdatePolicyDescriptionRequest{PolicyName: none, NewDescription: tea.String("x")}))(t, "EntityNotExist.Policy")
	wrong := from()
	wrong.Secret = "another"
	refused(c.access(wrong).ListRoles(&access.ListRolesRequest{}))(t, "SignatureDoesNotMatch")
	wrong.ID = "LTAIunknown"
	refused(c.access(wrong).ListRoles(&access.ListRolesRequest{}))(t, "InvalidAccessKeyId.NotFound")
}
