package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// Configure reads the provider block and makes the clients. It makes no
// network call.
func (p *srrProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	block, diags := readConfiguration(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	made := newAccount(block.firstUnknown())
	if p.runName != nil {
		made.run.share(p.notesDir, p.runName)
	}
	if !block.PrefixLimit.IsNull() {
		made.prefixLimit = int(block.PrefixLimit.ValueInt64())
	}
	if made.unknown == "" {
		resp.Diagnostics.Append(block.AllowedAccountIDs.ElementsAs(ctx, &made.allowed, false)...)
		made.client = p.client(block, req.TerraformVersion, made.run.watching(logCall), &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.DataSourceData, resp.ResourceData, resp.ListResourceData = made, made, made
}

// configuration is the provider block with its nested blocks, nil where there
// is none or it is not known yet.
type configuration struct {
	providerModel
	endpoints  *endpointModel
	assumeRole *assumeRoleModel
	oidc       *assumeRoleWithOIDCModel
}

func readConfiguration(ctx context.Context, config tfsdk.Config) (configuration, diag.Diagnostics) {
	var c configuration
	diags := config.Get(ctx, &c.providerModel)
	if diags.HasError() {
		return c, diags
	}
	c.endpoints = oneBlock[endpointModel](ctx, c.Endpoints, &diags)
	c.assumeRole = oneBlock[assumeRoleModel](ctx, c.AssumeRole, &diags)
	c.oidc = oneBlock[assumeRoleWithOIDCModel](ctx, c.AssumeRoleWithOIDC, &diags)
	return c, diags
}

// oneBlock is the one block of a list, nil when there is none or when it is not
// known yet.
func oneBlock[T any](ctx context.Context, list types.List, diags *diag.Diagnostics) *T {
	if list.IsNull() || list.IsUnknown() || len(list.Elements()) == 0 {
		return nil
	}
	var blocks []T
	diags.Append(list.ElementsAs(ctx, &blocks, false)...)
	if diags.HasError() {
		return nil
	}
	return &blocks[0]
}

// firstUnknown names an argument whose value is not known yet, "" when all are.
func (c configuration) firstUnknown() string {
	known := []argument{
		{"region", c.Region},
		{"access_key", c.AccessKey},
		{"secret_key", c.SecretKey},
		{"security_token", c.SecurityToken},
		{"profile", c.Profile},
		{"shared_credentials_file", c.SharedCredentialsFile},
		{"credentials_uri", c.CredentialsURI},
		{"ecs_role_name", c.ECSRoleName},
		{"max_retries", c.MaxRetries},
		{"prefix_limit", c.PrefixLimit},
		{"endpoints", c.Endpoints},
		{"assume_role", c.AssumeRole},
		{"assume_role_with_oidc", c.AssumeRoleWithOIDC},
	}
	for _, value := range c.endpoints.values() {
		known = append(known, argument{"endpoints", value})
	}
	for _, value := range c.assumeRole.values() {
		known = append(known, argument{"assume_role", value})
	}
	for _, value := range c.oidc.values() {
		known = append(known, argument{"assume_role_with_oidc", value})
	}
	for _, a := range known {
		if a.value.IsUnknown() {
			return a.name
		}
	}
	if unknownSet(c.AllowedAccountIDs) {
		return "allowed_account_ids"
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

func (p *srrProvider) client(block configuration, terraformVersion string, log func(context.Context, alicloud.Call), diags *diag.Diagnostics) *alicloud.Client {
	refuseSDKDebug(p.env, diags)
	from := block.origin(p.env, diags)
	region := firstSet(block.Region.ValueString(), p.env.first("ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"), from.region)
	if strings.HasPrefix(region, "oss-") {
		diags.AddAttributeError(path.Root("region"), invalidConfiguration, fmt.Sprintf(
			"%q is how OSS calls a location. The id of the region is %q.", region, alicloud.RegionOf(region)))
	}
	if region == "" {
		diags.AddAttributeError(path.Root("region"), "No region",
			"Set region in the provider block, for example \"cn-hangzhou\", or ALIBABA_CLOUD_REGION in the environment. "+
				"There is no default, because the wrong region looks like a missing bucket.")
	}
	if diags.HasError() {
		return nil
	}
	cfg := alicloud.Config{
		Region:     region,
		Endpoints:  block.endpoints.resolve(p.env),
		MaxRetries: block.retries(),
		UserAgent:  "terraform-provider-srr/" + p.version + " Terraform/" + terraformVersion,
		Transport:  p.transport,
		Log:        log,
	}
	cfg.Credentials = block.credentials(cfg, from, p.env, diags)
	if diags.HasError() {
		return nil
	}
	client, err := alicloud.New(cfg)
	if err != nil {
		diags.AddError(invalidConfiguration, err.Error())
	}
	return client
}

const invalidConfiguration = "Invalid provider configuration"

// refuseSDKDebug stops a run in which an SDK would print signed URLs:
// alibaba-cloud-sdk-go (package sdk/utils, v1.63.107) does for "sdk" in DEBUG. It
// reads it when the process starts, so nothing can switch it off any more.
func refuseSDKDebug(env environment, diags *diag.Diagnostics) {
	if slices.Contains(strings.Split(env("DEBUG"), ","), "sdk") {
		diags.AddError("The environment makes the SDK print secrets",
			"DEBUG contains \"sdk\", which makes an Alibaba Cloud SDK print signed URLs. "+
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

// resolve completes the block, which may be missing, from the environment.
func (e *endpointModel) resolve(env environment) alicloud.Endpoints {
	if e == nil {
		e = &endpointModel{}
	}
	names := endpointEnvironment()
	return alicloud.Endpoints{
		OSS: firstSet(e.OSS.ValueString(), env(names["oss"])),
		RAM: firstSet(e.RAM.ValueString(), env(names["ram"])),
		KMS: firstSet(e.KMS.ValueString(), env(names["kms"])),
		STS: firstSet(e.STS.ValueString(), env(names["sts"])),
	}
}

func (e *endpointModel) values() []attr.Value {
	if e == nil {
		return nil
	}
	return []attr.Value{e.OSS, e.RAM, e.KMS, e.STS}
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
