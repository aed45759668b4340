package provider

import (
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// The bounds of a session's duration in seconds, for roles of any kind (STS
// AssumeRole and RAM CreateRole pages, 2026-03).
const (
	minSession = 900
	maxSession = 43200
)

// assumeRoleModel is the block assume_role.
type assumeRoleModel struct {
	RoleARN           types.String `tfsdk:"role_arn"`
	SessionName       types.String `tfsdk:"session_name"`
	SessionExpiration types.Int64  `tfsdk:"session_expiration"`
	Policy            types.String `tfsdk:"policy"`
	ExternalID        types.String `tfsdk:"external_id"`
}

func (m *assumeRoleModel) values() []attr.Value {
	if m == nil {
		return nil
	}
	return []attr.Value{m.RoleARN, m.SessionName, m.SessionExpiration, m.Policy, m.ExternalID}
}

// resolve completes the block from the environment.
func (m *assumeRoleModel) resolve(env environment, diags *diag.Diagnostics) alicloud.AssumeRole {
	at := path.Root("assume_role").AtListIndex(0)
	role := alicloud.AssumeRole{
		RoleARN:     firstSet(m.RoleARN.ValueString(), env.first("ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN")),
		SessionName: firstSet(m.SessionName.ValueString(), env.first("ALICLOUD_ASSUME_ROLE_SESSION_NAME", "ALIBABA_CLOUD_ROLE_SESSION_NAME")),
		Duration:    time.Duration(m.SessionExpiration.ValueInt64()) * time.Second,
		Policy:      m.Policy.ValueString(),
		ExternalID:  m.ExternalID.ValueString(),
	}
	if text := env("ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION"); text != "" && m.SessionExpiration.IsNull() {
		role.Duration = sessionFrom(text, diags)
	}
	if role.RoleARN == "" {
		diags.AddAttributeError(at.AtName("role_arn"), "No role to assume",
			"Set role_arn. ALICLOUD_ASSUME_ROLE_ARN is read only when the provider block names no credential source, "+
				"and it is not set or not read here.")
		return role
	}
	if _, err := replication.ParseRoleARN(role.RoleARN); err != nil {
		diags.AddAttributeError(at.AtName("role_arn"), "Value is not the ARN of a role", err.Error())
	}
	return role
}

func sessionFrom(text string, diags *diag.Diagnostics) time.Duration {
	seconds, err := strconv.Atoi(text)
	if err != nil || seconds < minSession || seconds > maxSession {
		diags.AddError("Invalid session duration in the environment",
			"ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION must be a number of seconds from 900 to 43200.")
	}
	return time.Duration(seconds) * time.Second
}
