package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

const roleCannotMove = "Role cannot be moved"

// alicloudRole is the state of alicloud_ram_role as far as it matters here.
// name and document are the old names of role_name and
// assume_role_policy_document, which came with 1.252.0 (alicloud, 2026-08).
type alicloudRole struct {
	ID          string            `json:"id"`
	RoleName    string            `json:"role_name"`
	Name        string            `json:"name"`
	ARN         string            `json:"arn"`
	RoleID      string            `json:"role_id"`
	Trust       string            `json:"assume_role_policy_document"`
	Document    string            `json:"document"`
	Description string            `json:"description"`
	Duration    int64             `json:"max_session_duration"`
	Force       bool              `json:"force"`
	Tags        map[string]string `json:"tags"`
}

// MoveState takes roles over from alicloud_ram_role. The policies are other
// resources there; the role's own one is found when the role is read.
func (r *roleResource) MoveState(context.Context) []resource.StateMover {
	const instead = "The policy is a part of srr_replication_role. Move the alicloud_ram_role there, and take this resource out of the state " +
		"with a removed block that has lifecycle { destroy = false }."
	return []resource.StateMover{
		{StateMover: moveRole},
		refusedMove("alicloud_ram_policy", roleCannotMove, instead),
		refusedMove("alicloud_ram_role_policy_attachment", roleCannotMove, instead),
	}
}

func moveRole(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	if !comesFrom(req, "alicloud_ram_role") {
		return
	}
	source, diags := movedObject[alicloudRole](req)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	role, problem := source.role()
	if problem != "" {
		resp.Diagnostics.AddError(roleCannotMove, problem)
		return
	}
	if len(source.Tags) > 0 {
		resp.Diagnostics.AddWarning("Tags of the role are no longer managed", fmt.Sprintf(
			"Role %s has tags, for which srr_replication_role has no argument. They stay on the role as they are.", role.Name))
	}
	moved := roleModel{Name: types.StringValue(role.Name)}
	moved.showNames(role.AccountID)
	for name, value := range map[string]attr.Value{
		"name": moved.Name, "arn": moved.ARN, "principal": moved.Principal, "account_id": moved.AccountID,
		"description": types.StringValue(source.Description), "max_session_duration": source.duration(),
		"force_detach_policies": types.BoolValue(source.Force), "kms_crypto_user_access": types.BoolValue(false),
		"trust_policy": types.StringValue(canonicalOrAsIs(source.trust())),
	} {
		resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root(name), value)...)
	}
	if source.RoleID != "" {
		resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root("role_id"), source.RoleID)...)
	}
	resp.Diagnostics.Append(markMoved(ctx, resp.TargetPrivate)...)
	if resp.TargetIdentity != nil {
		resp.Diagnostics.Append(resp.TargetIdentity.Set(ctx, moved.identity())...)
	}
}

// role is the role that is recorded. problem says why a srr_replication_role
// cannot stand for it, "" when it can.
func (a alicloudRole) role() (role replication.Role, problem string) {
	name := firstSet(a.RoleName, a.Name, a.ID)
	role, err := replication.ParseRoleARN(a.ARN)
	if name == "" || err != nil {
		return role, fmt.Sprintf("The state of role %q has no usable ARN or name: %v. Run terraform apply -refresh-only with the provider alicloud first.", name, err)
	}
	role.Name = name // RAM writes ARNs in lower case
	if canonicalOrAsIs(a.trust()) != canonicalOrAsIs(replication.TrustPolicy()) {
		return role, fmt.Sprintf("The trust policy of role %s says something else than that OSS may assume it, so something else may use the role. "+
			"srr_replication_role would take that away. Make a role for replication alone, or reduce the trust policy to oss.aliyuncs.com with alicloud before the move.", name)
	}
	return role, ""
}

func (a alicloudRole) trust() string { return firstSet(a.Trust, a.Document) }

// duration is what RAM takes where nothing was given (CreateRole page, 2026-03).
func (a alicloudRole) duration() types.Int64 {
	if a.Duration == 0 {
		return types.Int64Value(minSessionDuration)
	}
	return types.Int64Value(a.Duration)
}
