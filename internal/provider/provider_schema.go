package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// providerModel is the provider block. Names and block forms follow the
// official aliyun/alicloud provider, so that a configuration carries over.
type providerModel struct {
	Region                types.String `tfsdk:"region"`
	AccessKey             types.String `tfsdk:"access_key"`
	SecretKey             types.String `tfsdk:"secret_key"`
	SecurityToken         types.String `tfsdk:"security_token"`
	Profile               types.String `tfsdk:"profile"`
	SharedCredentialsFile types.String `tfsdk:"shared_credentials_file"`
	CredentialsURI        types.String `tfsdk:"credentials_uri"`
	ECSRoleName           types.String `tfsdk:"ecs_role_name"`
	AllowedAccountIDs     types.Set    `tfsdk:"allowed_account_ids"`
	MaxRetries            types.Int64  `tfsdk:"max_retries"`
	PrefixLimit           types.Int64  `tfsdk:"prefix_limit"`
	// Blocks are lists and not slices, because a dynamic block can be unknown as
	// a whole.
	Endpoints          types.List `tfsdk:"endpoints"`
	AssumeRole         types.List `tfsdk:"assume_role"`
	AssumeRoleWithOIDC types.List `tfsdk:"assume_role_with_oidc"`
}

type endpointModel struct {
	OSS types.String `tfsdk:"oss"`
	RAM types.String `tfsdk:"ram"`
	KMS types.String `tfsdk:"kms"`
	STS types.String `tfsdk:"sts"`
}

const maxRetriesLimit = 100

// inSavedPlans is what Terraform does with an argument of a provider block, whatever the provider does.
const inSavedPlans = " From the configuration or a variable, it is in clear text in every plan that is saved with `-out`, " +
	"because Terraform keeps both there; a profile, a role or the environment keeps it out."

func providerSchema() schema.Schema {
	nonEmpty := []validator.String{stringvalidator.LengthAtLeast(1)}
	return schema.Schema{
		MarkdownDescription: "Cross-account same-region replication of Alibaba Cloud OSS buckets. One provider block speaks for one account.",
		Attributes: map[string]schema.Attribute{
			"region": schema.StringAttribute{
				Optional: true, Validators: nonEmpty,
				MarkdownDescription: "Region id such as `cn-hangzhou`, without `oss-`. No default. Environment: `ALICLOUD_REGION`, `ALIBABA_CLOUD_REGION`.",
			},
			"access_key": schema.StringAttribute{
				Optional: true, Sensitive: true, Validators: nonEmpty,
				MarkdownDescription: "Access key id, together with `secret_key`. Keys in this block exclude every key in the environment. " +
					"Environment: `ALICLOUD_ACCESS_KEY`, `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABACLOUD_ACCESS_KEY_ID`.",
			},
			"secret_key": schema.StringAttribute{
				Optional: true, Sensitive: true, Validators: nonEmpty,
				MarkdownDescription: "Access key secret, together with `access_key`. " +
					"Environment: `ALICLOUD_SECRET_KEY`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET`, `ALIBABACLOUD_ACCESS_KEY_SECRET`." + inSavedPlans,
			},
			"security_token": schema.StringAttribute{
				Optional: true, Sensitive: true, Validators: nonEmpty,
				MarkdownDescription: "Token of temporary keys. " +
					"Environment: `ALICLOUD_SECURITY_TOKEN`, `ALIBABA_CLOUD_SECURITY_TOKEN`, `ALIBABACLOUD_SECURITY_TOKEN`." + inSavedPlans,
			},
			"profile": schema.StringAttribute{
				Optional: true, Validators: nonEmpty,
				MarkdownDescription: "Profile of the Alibaba Cloud CLI, in any of its modes `AK`, `StsToken`, `RamRoleArn`, `ChainableRamRoleArn`, `EcsRamRole`, `OIDC`, " +
					"`CredentialsURI`, `External`, `CloudSSO` and `OAuth`. A profile in this block excludes every credential variable of the environment. " +
					"Its region counts where `region` is set nowhere else. Environment: `ALICLOUD_PROFILE`, `ALIBABA_CLOUD_PROFILE`.",
			},
			"shared_credentials_file": schema.StringAttribute{
				Optional: true, Validators: nonEmpty,
				MarkdownDescription: "The CLI's JSON configuration file. With it, but without `profile`, the current profile of the file is used; with `profile` alone " +
					"the file is `~/.aliyun/config.json`. Without both arguments and both variables no file is read. " +
					"Environment: `ALICLOUD_SHARED_CREDENTIALS_FILE`, `ALIBABA_CLOUD_CREDENTIALS_FILE`.",
			},
			"credentials_uri": schema.StringAttribute{
				Optional: true, Sensitive: true, Validators: nonEmpty,
				MarkdownDescription: "URL that answers with temporary credentials. Environment: `ALICLOUD_CREDENTIALS_URI`, `ALIBABA_CLOUD_CREDENTIALS_URI`.",
			},
			"ecs_role_name": schema.StringAttribute{
				Optional: true, Validators: []validator.String{roleName()},
				MarkdownDescription: "RAM role of the ECS instance that Terraform runs on; its metadata server is asked in token mode only. " +
					"Environment: `ALICLOUD_ECS_ROLE_NAME`, `ALIBABA_CLOUD_ECS_METADATA`.",
			},
			"allowed_account_ids": schema.SetAttribute{
				Optional: true, ElementType: types.StringType,
				Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(accountID())},
				MarkdownDescription: "UIDs of the accounts that this block may speak for. Credentials of any other account are an error before anything is read or written.",
			},
			"prefix_limit": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.Between(replication.DefaultPrefixLimit, replication.MaxPrefixLimit)},
				MarkdownDescription: "How many prefixes a replication rule of this account may have, 10 to 100, default 10. Set it where the quota was raised.",
			},
			"max_retries": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.Between(0, maxRetriesLimit)},
				MarkdownDescription: "How often a call that failed for a passing reason is repeated, 0 to 100, default 10. A connection that cannot be opened is tried at most 5 times.",
			},
		},
		Blocks: map[string]schema.Block{
			"endpoints": schema.ListNestedBlock{
				MarkdownDescription: "Other endpoints than the public ones of the region, as host, `host:port` or URL; HTTPS where no scheme is given.",
				Validators:          []validator.List{listvalidator.SizeAtMost(1)},
				NestedObject:        schema.NestedBlockObject{Attributes: endpointAttributes(nonEmpty)},
			},
			"assume_role":           assumeRoleBlock(),
			"assume_role_with_oidc": assumeRoleWithOIDCBlock(),
		},
	}
}

func endpointAttributes(validators []validator.String) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for name, environment := range endpointEnvironment() {
		attributes[name] = schema.StringAttribute{
			Optional: true, Validators: validators,
			MarkdownDescription: "Environment: `" + environment + "`.",
		}
	}
	return attributes
}

// endpointEnvironment maps each service to the variable that the official
// provider reads for it.
func endpointEnvironment() map[string]string {
	return map[string]string{"oss": "OSS_ENDPOINT", "ram": "RAM_ENDPOINT", "kms": "KMS_ENDPOINT", "sts": "STS_ENDPOINT"}
}
