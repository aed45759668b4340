package alicloud

import (
	"context"
	"strings"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ram"
)

// Role is a RAM role.
type Role struct {
	ID   string
	Name string
	// ARN is as the service spells it; its role part may be in lower case.
	ARN         string
	Description string
	// TrustPolicy is the JSON document that says who may assume the role.
	TrustPolicy string
	// MaxSessionDuration is in seconds.
	MaxSessionDuration int
	CreateDate         string
	UpdateDate         string
}

// RoleUpdate says what to change of a role. Zero values leave things as they are: RAM has no way to clear a
// description (UpdateRole page, 2026-03: 1 to 1024 characters).
type RoleUpdate struct {
	TrustPolicy        string
	Description        string
	MaxSessionDuration int
}

func roleObject(name string) string { return "role " + name }

// RAM compares names without regard to case, so both spellings are one object.
func roleKey(name string) readKey { return readKey{kind: "role", object: strings.ToLower(name)} }

func rolePoliciesKey(name string) readKey {
	return readKey{kind: "policies of role", object: strings.ToLower(name)}
}

func roleFrom(r ram.Role) Role {
	return Role{
		ID: r.RoleId, Name: r.RoleName, ARN: r.Arn, Description: r.Description, TrustPolicy: r.AssumeRolePolicyDocument,
		MaxSessionDuration: int(r.MaxSessionDuration), CreateDate: r.CreateDate, UpdateDate: r.UpdateDate,
	}
}

// GetRole reads a role (RAM GetRole). A missing one is EntityNotExist.Role.
func (c *Client) GetRole(ctx context.Context, name string) (Role, error) {
	role, err := shared(ctx, c.reads, roleKey(name), func(ctx context.Context) (Role, error) {
		r, err := rpc(ctx, c, serviceRAM, roleObject(name), ram.CreateGetRoleRequest, ram.CreateGetRoleResponse,
			func(q *ram.GetRoleRequest) { q.RoleName = name })
		if err != nil {
			return Role{}, err
		}
		if r.Role.RoleName == "" {
			return Role{}, c.incomplete(serviceRAM, "GetRole", roleObject(name), r.RequestId, "RoleName")
		}
		return roleFrom(r.Role), nil
	})
	return role, c.ended(err, serviceRAM, "GetRole", roleObject(name))
}

// CreateRole creates a role from Name, TrustPolicy, Description and MaxSessionDuration (0: the service's default of
// one hour). It may be sent again after a lost answer: EntityAlreadyExists.Role can then mean the caller's own role.
func (c *Client) CreateRole(ctx context.Context, role Role) (Role, error) {
	var created Role
	err := c.reads.write(func() error {
		r, err := rpc(ctx, c, serviceRAM, roleObject(role.Name), ram.CreateCreateRoleRequest, ram.CreateCreateRoleResponse,
			func(q *ram.CreateRoleRequest) {
				q.RoleName, q.Description, q.AssumeRolePolicyDocument = role.Name, role.Description, role.TrustPolicy
				q.MaxSessionDuration = positive(role.MaxSessionDuration)
			})
		if err == nil {
			created = roleFrom(r.Role)
		}
		return err
	}, roleKey(role.Name), rolePoliciesKey(role.Name))
	return created, err
}

// UpdateRole changes a role (RAM UpdateRole) and returns what it is now.
func (c *Client) UpdateRole(ctx context.Context, name string, change RoleUpdate) (Role, error) {
	var updated Role
	err := c.reads.write(func() error {
		r, err := rpc(ctx, c, serviceRAM, roleObject(name), ram.CreateUpdateRoleRequest, ram.CreateUpdateRoleResponse,
			func(q *ram.UpdateRoleRequest) {
				q.RoleName, q.NewDescription, q.NewAssumeRolePolicyDocument = name, change.Description, change.TrustPolicy
				q.NewMaxSessionDuration = positive(change.MaxSessionDuration)
			})
		if err == nil {
			updated = roleFrom(r.Role)
		}
		return err
	}, roleKey(name))
	return updated, err
}

// DeleteRole deletes a role that has no policy attached (RAM DeleteRole). Attached ones are DeleteConflict.Role.Policy.
func (c *Client) DeleteRole(ctx context.Context, name string) error {
	return c.reads.write(func() error {
		_, err := rpc(ctx, c, serviceRAM, roleObject(name), ram.CreateDeleteRoleRequest, ram.CreateDeleteRoleResponse,
			func(q *ram.DeleteRoleRequest) { q.RoleName = name })
		return err
	}, roleKey(name), rolePoliciesKey(name))
}

// positive leaves a parameter out where the number says nothing.
func positive(n int) requests.Integer {
	if n <= 0 {
		return ""
	}
	return requests.NewInteger(n)
}
