package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// Configure reads the provider block and makes the clients. It makes no
// network call.
func (p *srrProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var model providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	made := &account{unknown: model.firstUnknown()}
	if made.unknown == "" {
		resp.Diagnostics.Append(model.AllowedAccountIDs.ElementsAs(ctx, &made.allowed, false)...)
		made.client = p.client(model, req.TerraformVersion, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.DataSourceData, resp.ResourceData, resp.ListResourceData = made, made, made
}

// firstUnknown names an argument whose value is not known yet, "" when all are.
func (m providerModel) firstUnknown() string {
	switch {
	case m.Region.IsUnknown():
		return "region"
	case m.AccessKey.IsUnknown():
		return "access_key"
	case m.SecretKey.IsUnknown():
		return "secret_key"
	case m.SecurityToken.IsUnknown():
		return "security_token"
	case unknownSet(m.AllowedAccountIDs):
		return "allowed_account_ids"
	case m.MaxRetries.IsUnknown():
		return "max_retries"
	}
	for _, e := range m.Endpoints {
		if e.OSS.IsUnknown() || e.RAM.IsUnknown() || e.KMS.IsUnknown() || e.STS.IsUnknown() {
			return "endpoints"
		}
	}
	return ""
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

func (p *srrProvider) client(model providerModel, terraformVersion string, diags *diag.Diagnostics) *alicloud.Client {
	region := firstSet(model.Region.ValueString(), p.env("ALICLOUD_REGION"), p.env("ALIBABA_CLOUD_REGION"))
	if region == "" {
		diags.AddAttributeError(path.Root("region"), "No region",
			"Set region in the provider block, for example \"cn-hangzhou\", or ALIBABA_CLOUD_REGION in the environment. "+
				"There is no default, because the wrong region looks like a missing bucket.")
	}
	credentials := model.credentials(p.env, diags)
	if diags.HasError() {
		return nil
	}
	client, err := alicloud.New(alicloud.Config{
		Region:      region,
		Credentials: credentials,
		Endpoints:   model.endpoints(p.env),
		MaxRetries:  model.retries(),
		UserAgent:   "terraform-provider-srr/" + p.version + " Terraform/" + terraformVersion,
		Log:         logCall,
	})
	if err != nil {
		diags.AddError("Invalid provider configuration", err.Error())
	}
	return client
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

func (m providerModel) endpoints(env environment) alicloud.Endpoints {
	var block endpointModel
	if len(m.Endpoints) > 0 {
		block = m.Endpoints[0]
	}
	names := endpointEnvironment()
	return alicloud.Endpoints{
		OSS: firstSet(block.OSS.ValueString(), env(names["oss"])),
		RAM: firstSet(block.RAM.ValueString(), env(names["ram"])),
		KMS: firstSet(block.KMS.ValueString(), env(names["kms"])),
		STS: firstSet(block.STS.ValueString(), env(names["sts"])),
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
