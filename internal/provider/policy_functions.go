package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

func newSourcePolicyFunction() function.Function {
	return &pureFunction{
		name: "source_policy",
		definition: function.Definition{
			Summary: "Least-privilege policy of a replication role",
			MarkdownDescription: "The RAM policy document that lets a role list and read the given source buckets for replication, " +
				"and use the given KMS keys. The order of the arguments does not change the result.",
			Parameters: []function.Parameter{
				function.SetParameter{Name: "source_buckets", ElementType: types.StringType, MarkdownDescription: "Names of the source buckets, at least one."},
				function.SetParameter{Name: "kms_key_arns", ElementType: types.StringType, MarkdownDescription: "ARNs of KMS keys that the role may use; `[]` for none."},
			},
			Return: function.StringReturn{},
		},
		compute: func(ctx context.Context, args function.ArgumentsData) (any, *function.FuncError) {
			var givenBuckets, givenKeys []types.String
			if err := args.Get(ctx, &givenBuckets, &givenKeys); err != nil {
				return nil, err
			}
			buckets, keys, unknown, failure := textsOf(givenBuckets, givenKeys)
			if failure != nil || unknown {
				return types.StringUnknown(), failure
			}
			if err := checkBuckets(buckets); err != nil {
				return nil, atArgument(0, err)
			}
			for _, key := range keys {
				if _, err := replication.ParseKeyARN(key); err != nil {
					return nil, atArgument(1, err)
				}
			}
			return withinPolicyLimit(0, replication.SourcePolicy(buckets, keys))
		},
	}
}

func checkBuckets(buckets []string) error {
	if len(buckets) == 0 {
		return errors.New("at least one source bucket is needed")
	}
	for _, bucket := range buckets {
		if err := replication.CheckBucketName(bucket); err != nil {
			return err
		}
	}
	return nil
}

// textsOf are the elements of the first two arguments. An element that is null is
// an error at its argument; one that is not known yet makes the result unknown.
func textsOf(first, second []types.String) (one, two []string, unknown bool, failure *function.FuncError) {
	for n, list := range [][]types.String{first, second} {
		texts := make([]string, 0, len(list))
		for _, element := range list {
			if element.IsNull() {
				return nil, nil, false, function.NewArgumentFuncError(int64(n), "an element is null; leave it out or give it a value")
			}
			unknown = unknown || element.IsUnknown()
			texts = append(texts, element.ValueString())
		}
		if n == 0 {
			one = texts
		} else {
			two = texts
		}
	}
	return one, two, unknown, nil
}

// withinPolicyLimit blames the n-th argument for a policy that is too long.
func withinPolicyLimit(n int64, document string) (any, *function.FuncError) {
	if len(document) > replication.MaxPolicyDocument {
		return nil, function.NewArgumentFuncError(n, fmt.Sprintf(
			"The policy would have %d characters; RAM accepts %d. Use several roles with fewer buckets each.",
			len(document), replication.MaxPolicyDocument))
	}
	return document, nil
}

func newDestinationPolicyFunction() function.Function {
	return &pureFunction{
		name: "destination_policy",
		definition: function.Definition{
			Summary: "Bucket policy with the grant for one role",
			MarkdownDescription: "A whole bucket policy that holds only the grant for one replication role. " +
				"Writing it replaces every statement that the bucket's policy holds.",
			Parameters: []function.Parameter{
				function.StringParameter{Name: "account_id", MarkdownDescription: "16-digit UID of the account that owns the destination bucket."},
				function.StringParameter{Name: "bucket", MarkdownDescription: "Name of the destination bucket."},
				roleARNParameter(),
				function.BoolParameter{Name: "allow_deletes", MarkdownDescription: "Whether the role may also delete replicas (`oss:ReplicateDelete`)."},
			},
			Return: function.StringReturn{},
		},
		compute: func(ctx context.Context, args function.ArgumentsData) (any, *function.FuncError) {
			var account, bucket, arn string
			var deletes bool
			if err := args.Get(ctx, &account, &bucket, &arn, &deletes); err != nil {
				return nil, err
			}
			if err := replication.CheckAccountID(account); err != nil {
				return nil, atArgument(0, err)
			}
			if err := replication.CheckBucketName(bucket); err != nil {
				return nil, atArgument(1, err)
			}
			role, err := replication.ParseRoleARN(arn)
			if err != nil {
				return nil, atArgument(2, err)
			}
			return replication.DestinationPolicy(account, bucket, role, deletes), nil
		},
	}
}

func newKMSStatementFunction() function.Function {
	return &pureFunction{
		name: "kms_statement",
		definition: function.Definition{
			Summary: "Key-policy statement for one role",
			MarkdownDescription: "The statement that a KMS key policy needs so that a replication role of another account can use the key. " +
				"It is one statement, not a whole policy.",
			Parameters: []function.Parameter{
				roleARNParameter(),
				function.SetParameter{
					Name: "actions", ElementType: types.StringType, AllowNullValue: true,
					MarkdownDescription: "KMS actions; `[]` or, in Terraform, `null` for the default `kms:Decrypt`, `kms:GenerateDataKey`, `kms:DescribeKey`. " +
						"The first two are always needed. OpenTofu 1.12 cannot hand a `null` to a function of a provider.",
				},
			},
			Return: function.StringReturn{},
		},
		compute: func(ctx context.Context, args function.ArgumentsData) (any, *function.FuncError) {
			var arn string
			var given []types.String
			if err := args.Get(ctx, &arn, &given); err != nil {
				return nil, err
			}
			role, err := replication.ParseRoleARN(arn)
			if err != nil {
				return nil, atArgument(0, err)
			}
			_, actions, unknown, failure := textsOf(nil, given)
			if failure != nil || unknown {
				return types.StringUnknown(), failure
			}
			if len(actions) == 0 {
				actions = replication.DefaultKeyActions()
			}
			if err := checkKeyActions(actions); err != nil {
				return nil, atArgument(1, err)
			}
			slices.SortFunc(actions, byKeyUse)
			return replication.KeyStatement(replication.KeySid(role), role, actions), nil
		},
	}
}

// checkKeyActions takes what srr_kms_key_policy takes: only what a key policy can
// give, and what replication needs. KMS answers nothing when an action is missing,
// the objects just do not arrive (OSS cross-account replication guide, 2026).
func checkKeyActions(actions []string) error {
	for _, action := range actions {
		switch {
		case !strings.HasPrefix(action, "kms:"):
			return fmt.Errorf("%q is not a KMS action; actions begin with \"kms:\"", action)
		case !slices.Contains(keyUses(), action):
			return fmt.Errorf("%q is no action that a key policy can give to another account; possible are %s", action, strings.Join(keyUses(), ", "))
		}
	}
	for _, needed := range []string{"kms:Decrypt", "kms:GenerateDataKey"} {
		if !slices.Contains(actions, needed) {
			return fmt.Errorf("%s is missing; without it no encrypted object is replicated", needed)
		}
	}
	return nil
}
