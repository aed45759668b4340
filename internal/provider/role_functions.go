package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

func newRoleARNFunction() function.Function {
	return &pureFunction{
		name: "role_arn",
		definition: function.Definition{
			Summary:             "ARN of a RAM role",
			MarkdownDescription: "Builds `acs:ram::<account>:role/<name>` with the name in lower case, the spelling that RAM returns and policies need.",
			Parameters: []function.Parameter{
				function.StringParameter{Name: "account_id", MarkdownDescription: "16-digit UID of the account that owns the role."},
				function.StringParameter{Name: "role_name", MarkdownDescription: "Role name: 1 to 64 letters, digits, `.` and `-`."},
			},
			Return: function.StringReturn{},
		},
		compute: func(ctx context.Context, args function.ArgumentsData) (any, *function.FuncError) {
			var account, name string
			if err := args.Get(ctx, &account, &name); err != nil {
				return nil, err
			}
			if err := replication.CheckAccountID(account); err != nil {
				return nil, atArgument(0, err)
			}
			if err := replication.CheckRoleName(name); err != nil {
				return nil, atArgument(1, err)
			}
			return replication.Role{AccountID: account, Name: name}.ARN(), nil
		},
	}
}

type roleObject struct {
	AccountID types.String `tfsdk:"account_id"`
	Name      types.String `tfsdk:"name"`
}

func newParseRoleARNFunction() function.Function {
	return &pureFunction{
		name: "parse_role_arn",
		definition: function.Definition{
			Summary:             "Parts of a role ARN",
			MarkdownDescription: "Splits a role ARN into `account_id` and `name`. User, group, policy and session ARNs are errors.",
			Parameters:          []function.Parameter{roleARNParameter()},
			Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{
				"account_id": types.StringType, "name": types.StringType,
			}},
		},
		compute: func(ctx context.Context, args function.ArgumentsData) (any, *function.FuncError) {
			var arn string
			if err := args.Get(ctx, &arn); err != nil {
				return nil, err
			}
			role, err := replication.ParseRoleARN(arn)
			if err != nil {
				return nil, atArgument(0, err)
			}
			return roleObject{AccountID: types.StringValue(role.AccountID), Name: types.StringValue(role.Name)}, nil
		},
	}
}

func newRolePrincipalFunction() function.Function {
	return &pureFunction{
		name: "role_principal",
		definition: function.Definition{
			Summary:             "Bucket-policy principal of a role",
			MarkdownDescription: "Turns a role ARN into the form in which an OSS bucket policy names every session of the role: `arn:sts::<account>:assumed-role/<name in lower case>/*`.",
			Parameters:          []function.Parameter{roleARNParameter()},
			Return:              function.StringReturn{},
		},
		compute: func(ctx context.Context, args function.ArgumentsData) (any, *function.FuncError) {
			var arn string
			if err := args.Get(ctx, &arn); err != nil {
				return nil, err
			}
			role, err := replication.ParseRoleARN(arn)
			if err != nil {
				return nil, atArgument(0, err)
			}
			return role.Principal(), nil
		},
	}
}

func roleARNParameter() function.Parameter {
	return function.StringParameter{
		Name: "role_arn", MarkdownDescription: "ARN of the role, `acs:ram::<account>:role/<name>`.",
	}
}
