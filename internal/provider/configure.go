package provider

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// Configure reads the provider block and makes the clients. It makes no
// network call.
func (p *srrProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var model providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	block, diags := model.endpointBlock(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	made := &account{run: newRun(), prefixLimit: replication.DefaultPrefixLimit, unknown: model.firstUnknown(block), retry: retrying(roleSettling, sleepContext)}
	if made.unknown == "" {
		resp.Diagnostics.Append(model.AllowedAccountIDs.ElementsAs(ctx, &made.allowed, false)...)
		made.client = p.client(model, block, req.TerraformVersion, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.DataSourceData, resp.ResourceData, resp.ListResourceData = made, made, made
}

// firstUnknown names an argument whose value is not known yet, "" when all are.
func (m providerModel) firstUnknown(block endpointModel) string {
	switch {
	case m.Region.IsUnknown():
		return "region"
	case m.AccessKey.IsUnknown():
		return "access_key"
	case m.SecretKey.IsUnknown():
		return "secret_key"
	case m.SecurityToken.IsUnknown():
		return "security_token"
	case m.Profile.IsUnknown():
		return "profile"
	case m.SharedCredentialsFile.IsUnknown():
		return "shared_credentials_file"
	case unknownSet(m.AllowedAccountIDs):
		return "allowed_account_ids"
	case m.MaxRetries.IsUnknown():
		return "max_retries"
	case m.Endpoints.IsUnknown(), block.OSS.IsUnknown(), block.RAM.IsUnknown(), block.KMS.IsUnknown(), block.STS.IsUnknown():
		return "endpoints"
	}
	return ""
}

// endpointBlock is the one endpoints block, empty when there is none or when it
// is not known yet.
func (m providerModel) endpointBlock(ctx context.Context) (endpointModel, diag.Diagnostics) {
	if m.Endpoints.IsNull() || m.Endpoints.IsUnknown() || len(m.Endpoints.Elements()) == 0 {
		return endpointModel{}, nil
	}
	var blocks []endpointModel
	diags := m.Endpoints.ElementsAs(ctx, &blocks, false)
	if diags.HasError() {
		return endpointModel{}, diags
	}
	return blocks[0], diags
}

func unknownSet(s types.Set) bool {
	if s.IsUnknown() {
		return true
	}
	for _, element := range s.Elements() {
		if element.IsUnknown() {
			return true
		}
	}
	return false
}

func (p *srrProvider) client(model providerModel, block endpointModel, terraformVersion string, diags *diag.Diagnostics) *alicloud.Client {
	refuseSDKDebug(p.env, diags)
	from := model.origin(p.env, diags)
	if from == nil {
		from = &origin{}
	}
	region := firstSet(model.Region.ValueString(), p.env.first("ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"), from.region)
	if region == "" {
		diags.AddAttributeError(path.Root("region"), "No region",
			"Set region in the provider block, for example \"cn-hangzhou\", or ALIBABA_CLOUD_REGION in the environment. "+
				"There is no default, because the wrong region looks like a missing bucket.")
	}
	if diags.HasError() {
		return nil
	}
	client, err := alicloud.New(alicloud.Config{
		Region:      region,
		Credentials: from.source,
		Endpoints:   block.resolve(p.env),
		MaxRetries:  model.retries(),
		UserAgent:   "terraform-provider-srr/" + p.version + " Terraform/" + terraformVersion,
		Log:         logCall,
	})
	if err != nil {
		diags.AddError("Invalid provider configuration", err.Error())
	}
	return client
}

// refuseSDKDebug stops a run in which alibaba-cloud-sdk-go would print every
// signed URL: it reads DEBUG when the process starts (package sdk/utils,
// v1.63.107), so nothing can switch it off any more.
func refuseSDKDebug(env environment, diags *diag.Diagnostics) {
	if slices.Contains(strings.Split(env("DEBUG"), ","), "sdk") {
		diags.AddError("The environment makes the SDK print secrets",
			"DEBUG contains \"sdk\", which makes the Alibaba Cloud SDK print signed URLs and security tokens. "+
				"Remove it from DEBUG; TF_LOG_PROVIDER=DEBUG shows every call without secrets.")
	}
}

// retries is the number for alicloud.Config, where zero stands for the default.
func (m providerModel) retries() int {
	switch {
	case m.MaxRetries.IsNull():
		return 0
	case m.MaxRetries.ValueInt64() == 0:
		return -1
	default:
		return int(m.MaxRetries.ValueInt64())
	}
}

// resolve completes the block from the environment.
func (e endpointModel) resolve(env environment) alicloud.Endpoints {
	names := endpointEnvironment()
	return alicloud.Endpoints{
		OSS: firstSet(e.OSS.ValueString(), env(names["oss"])),
		RAM: firstSet(e.RAM.ValueString(), env(names["ram"])),
		KMS: firstSet(e.KMS.ValueString(), env(names["kms"])),
		STS: firstSet(e.STS.ValueString(), env(names["sts"])),
	}
}

func firstSet(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}

// logCall writes one debug line per attempt. The call carries no secret.
func logCall(ctx context.Context, c alicloud.Call) {
	tflog.Debug(ctx, "alicloud call", map[string]any{
		"service": c.Service, "operation": c.Operation, "object": c.Object, "attempt": c.Attempt,
		"status": c.Status, "code": c.Code, "request_id": c.RequestID,
		"duration_ms": c.Duration.Round(time.Millisecond).Milliseconds(),
	})
}
