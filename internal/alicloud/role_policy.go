package alicloud

import (
	"context"
	"slices"
	"strings"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/ram"
)

// AttachedPolicy is a policy as a role's list of attachments shows it.
type AttachedPolicy struct {
	Name string
	// Type is PolicyCustom or PolicySystem.
	Type           string
	Description    string
	DefaultVersion string
	AttachDate     string
}

// PolicyEntities are the names of what a policy is attached to.
type PolicyEntities struct {
	Roles, Users, Groups []string
}

func entitiesKey(policyType, name string) readKey {
	return readKey{kind: "entities of policy", object: policyType + "/" + strings.ToLower(name)}
}

func attachmentKeys(policyType, policy, role string) []readKey {
	return []readKey{rolePoliciesKey(role), entitiesKey(policyType, policy), policyKey(policyType, policy)}
}

func attachmentObject(policy, role string) string { return "policy " + policy + " on role " + role }

// AttachPolicyToRole attaches a policy. Where it is attached already the error is EntityAlreadyExists.Role.Policy.
func (c *Client) AttachPolicyToRole(ctx context.Context, policyType, policy, role string) error {
	return c.reads.write(func() error {
		_, err := rpc(ctx, c, serviceRAM, attachmentObject(policy, role),
			ram.CreateAttachPolicyToRoleRequest, ram.CreateAttachPolicyToRoleResponse,
			func(q *ram.AttachPolicyToRoleRequest) {
				q.PolicyType, q.PolicyName, q.RoleName = policyType, policy, role
			})
		return err
	}, attachmentKeys(policyType, policy, role)...)
}

// DetachPolicyFromRole detaches a policy. Where it is not attached the error is EntityNotExist.Role.Policy.
func (c *Client) DetachPolicyFromRole(ctx context.Context, policyType, policy, role string) error {
	return c.reads.write(func() error {
		_, err := rpc(ctx, c, serviceRAM, attachmentObject(policy, role),
			ram.CreateDetachPolicyFromRoleRequest, ram.CreateDetachPolicyFromRoleResponse,
			func(q *ram.DetachPolicyFromRoleRequest) {
				q.PolicyType, q.PolicyName, q.RoleName = policyType, policy, role
			})
		return err
	}, attachmentKeys(policyType, policy, role)...)
}

// ListPoliciesForRole lists what is attached to a role for the whole account (the call has no pages).
func (c *Client) ListPoliciesForRole(ctx context.Context, role string) ([]AttachedPolicy, error) {
	list, err := shared(ctx, c.reads, rolePoliciesKey(role), func(ctx context.Context) ([]AttachedPolicy, error) {
		r, err := rpc(ctx, c, serviceRAM, roleObject(role),
			ram.CreateListPoliciesForRoleRequest, ram.CreateListPoliciesForRoleResponse,
			func(q *ram.ListPoliciesForRoleRequest) { q.RoleName = role })
		if err != nil {
			return nil, err
		}
		var list []AttachedPolicy
		for _, p := range r.Policies.Policy {
			list = append(list, AttachedPolicy{
				Name: p.PolicyName, Type: p.PolicyType, Description: p.Description,
				DefaultVersion: p.DefaultVersion, AttachDate: p.AttachDate,
			})
		}
		return list, nil
	})
	return slices.Clone(list), c.ended(err, serviceRAM, "ListPoliciesForRole", roleObject(role))
}

// ListEntitiesForPolicy lists the roles, users and groups a policy is attached to. Right after a detach the answer may
// still name the role.
func (c *Client) ListEntitiesForPolicy(ctx context.Context, policyType, policy string) (PolicyEntities, error) {
	found, err := shared(ctx, c.reads, entitiesKey(policyType, policy), func(ctx context.Context) (PolicyEntities, error) {
		r, err := rpc(ctx, c, serviceRAM, policyObject(policy),
			ram.CreateListEntitiesForPolicyRequest, ram.CreateListEntitiesForPolicyResponse,
			func(q *ram.ListEntitiesForPolicyRequest) { q.PolicyType, q.PolicyName = policyType, policy })
		if err != nil {
			return PolicyEntities{}, err
		}
		var found PolicyEntities
		for _, role := range r.Roles.Role {
			found.Roles = append(found.Roles, role.RoleName)
		}
		for _, user := range r.Users.User {
			found.Users = append(found.Users, user.UserName)
		}
		for _, group := range r.Groups.Group {
			found.Groups = append(found.Groups, group.GroupName)
		}
		return found, nil
	})
	found.Roles, found.Users, found.Groups = slices.Clone(found.Roles), slices.Clone(found.Users), slices.Clone(found.Groups)
	return found, c.ended(err, serviceRAM, "ListEntitiesForPolicy", policyObject(policy))
}
