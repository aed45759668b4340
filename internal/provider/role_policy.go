package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// policyDescription marks the policies that this resource creates.
func policyDescription(roleName string) string {
	return "Read access for OSS replication by role " + strings.ToLower(roleName) + ". Managed by Terraform (srr)."
}

// isOurs recognises a policy that this resource created for the role and that
// nobody else uses: the role was deleted by hand, or a run was killed.
// attachedHere says that the role itself has it.
func isOurs(is alicloud.Policy, roleName string, attachedHere bool) bool {
	return strings.EqualFold(is.Description, policyDescription(roleName)) && othersCounted(is, attachedHere) <= 0
}

// ownedPolicyKey is where the private state keeps the name of the policy that
// this resource created or imported. A policy of the right name alone may be
// somebody else's: then the creation failed and the destruction must spare it.
const ownedPolicyKey = "owned_policy"

type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

func ownsPolicy(ctx context.Context, private privateReader, name string) (bool, diag.Diagnostics) {
	raw, diags := private.GetKey(ctx, ownedPolicyKey)
	if diags.HasError() || len(raw) == 0 {
		return false, diags
	}
	var owned string
	if err := json.Unmarshal(raw, &owned); err != nil {
		diags.AddError("Private state cannot be read", err.Error())
	}
	return strings.EqualFold(owned, name), diags
}

func rememberPolicy(ctx context.Context, private privateWriter, name string) (diags diag.Diagnostics) {
	raw, err := json.Marshal(name)
	if err != nil {
		diags.AddError("Private state cannot be written", err.Error())
		return diags
	}
	return private.SetKey(ctx, ownedPolicyKey, raw)
}

// dropPolicy detaches and deletes a policy of this resource. One that somebody
// else uses by now stays, with a warning. Without owned, only the mark shows that
// it is ours; any other is left as it is.
func (r *roleResource) dropPolicy(ctx context.Context, roleName, name string, owned bool) (diags diag.Diagnostics) {
	if !owned {
		found, err := r.account.client.GetPolicy(alicloud.Fresh(ctx), alicloud.PolicyCustom, name)
		switch {
		case alicloud.HasCode(err, codePolicyMissing):
			return diags
		case err != nil:
			diags.Append(callFailed("Cannot read policy "+name, err))
			return diags
		case !strings.EqualFold(found.Description, policyDescription(roleName)):
			return diags
		}
	}
	if err := detach(ctx, r.account.client, alicloud.PolicyCustom, name, roleName); err != nil {
		diags.Append(callFailed("Cannot detach policy "+name+" from role "+roleName, err))
		return diags
	}
	return r.deleteOwn(ctx, roleName, name)
}

// deleteOwn deletes a policy of ours that is detached from the role.
func (r *roleResource) deleteOwn(ctx context.Context, roleName, name string) (diags diag.Diagnostics) {
	usedBy, err := deletePolicy(ctx, r.account.client, name, roleName, r.account.retry)
	if err != nil {
		diags.Append(callFailed("Cannot delete policy "+name, err))
	}
	if len(usedBy) > 0 {
		diags.AddWarning("Policy was left in place", fmt.Sprintf("Policy %s is also attached to %s, so it was not deleted.", name, strings.Join(usedBy, ", ")))
	}
	return diags
}

// deletePolicy deletes a policy of ours unless somebody else uses it by now;
// then it reports who, also when that shows only in the refusal. The role it was
// detached from a moment ago may still be listed, and does not count.
func deletePolicy(ctx context.Context, client *alicloud.Client, name, roleName string, retry retryFunc) (usedBy []string, err error) {
	entities, err := client.ListEntitiesForPolicy(alicloud.Fresh(ctx), alicloud.PolicyCustom, name)
	if alicloud.HasCode(err, codePolicyMissing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if usedBy = otherUsers(entities, roleName); len(usedBy) > 0 {
		return usedBy, nil
	}
	passing := func(err error) bool {
		if !isDeleteConflict(err) {
			return false
		}
		entities, readErr := client.ListEntitiesForPolicy(alicloud.Fresh(ctx), alicloud.PolicyCustom, name)
		if readErr == nil {
			usedBy = otherUsers(entities, roleName)
		}
		return len(usedBy) == 0
	}
	err = retry(ctx, passing, func() error {
		err := client.DeletePolicy(ctx, name)
		if alicloud.HasCode(err, codePolicyMissing) {
			return nil
		}
		return err
	})
	if len(usedBy) > 0 {
		return usedBy, nil
	}
	if err == nil {
		seeGone(ctx, retry, func(ctx context.Context) error {
			_, err := client.GetPolicy(ctx, alicloud.PolicyCustom, name)
			return err
		})
	}
	return nil, err
}

func otherUsers(entities alicloud.PolicyEntities, roleName string) []string {
	var users []string
	for _, name := range entities.Roles {
		if !strings.EqualFold(name, roleName) {
			users = append(users, "role "+name)
		}
	}
	for _, name := range entities.Users {
		users = append(users, "user "+name)
	}
	for _, name := range entities.Groups {
		users = append(users, "group "+name)
	}
	return users
}

// isDeleteConflict recognises what RAM answers while it still counts a policy as
// attached. Its error code page (2026-03) has User, Group and Version; for a role
// the official provider expects Role.Policy, and Policy.Role follows the pattern.
func isDeleteConflict(err error) bool {
	return alicloud.HasCode(err, "DeleteConflict.Policy.User", "DeleteConflict.Policy.Group",
		"DeleteConflict.Policy.Version", "DeleteConflict.Policy.Role", codeRoleInUse)
}
