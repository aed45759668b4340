package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// checkedString validates a string with a rule of the domain. Null and unknown
// values pass: they are decided later.
type checkedString struct {
	what  string
	check func(string) error
}

var _ validator.String = checkedString{}

func accountID() validator.String {
	return checkedString{what: "a 16-digit account UID", check: replication.CheckAccountID}
}

func roleName() validator.String {
	return checkedString{what: "a role name", check: replication.CheckRoleName}
}

func roleNameOrARN() validator.String {
	return checkedString{what: "a role's name or ARN", check: func(text string) error {
		_, err := replication.ParseRole(text)
		return err
	}}
}

func roleARN() validator.String {
	return checkedString{what: "a role ARN", check: func(text string) error {
		_, err := replication.ParseRoleARN(text)
		return err
	}}
}

func policyName() validator.String {
	return checkedString{what: "a policy name", check: replication.CheckPolicyName}
}

func bucketName() validator.String {
	return checkedString{what: "a bucket name", check: replication.CheckBucketName}
}

func keyARN() validator.String {
	return checkedString{what: "the ARN of a KMS key", check: func(text string) error {
		_, err := replication.ParseKeyARN(text)
		return err
	}}
}

func keyIDOrARN() validator.String {
	return checkedString{what: "the id or ARN of a KMS key", check: replication.CheckKey}
}

// Description implements validator.String.
func (c checkedString) Description(context.Context) string { return "value must be " + c.what }

// MarkdownDescription implements validator.String.
func (c checkedString) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

// ValidateString implements validator.String.
func (c checkedString) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := c.check(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Value is not "+c.what, err.Error())
	}
}
