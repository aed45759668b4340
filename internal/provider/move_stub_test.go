package provider_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// alicloudStub stands for the provider aliyun/alicloud with the resources that
// can be moved. It records what the configuration says of objects that are in
// the cloud already, looks computed values up there, and changes nothing; what it
// is told to delete is noted.
type alicloudStub struct {
	cloud   testCloud
	mu      sync.Mutex
	deleted []string
}

func (s *alicloudStub) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "alicloud"
}

func (s *alicloudStub) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (s *alicloudStub) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (s *alicloudStub) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (s *alicloudStub) Resources(context.Context) []func() resource.Resource {
	var all []func() resource.Resource
	for name, made := range stubSchemas() {
		all = append(all, func() resource.Resource { return &stubResource{s, name, made} })
	}
	return all
}

// stubSchemas have the attributes and blocks of alicloud 1.2xx (2026-08).
func stubSchemas() map[string]schema.Schema {
	text := schema.StringAttribute{Optional: true, Computed: true}
	texts := func(names ...string) map[string]schema.Attribute {
		all := map[string]schema.Attribute{"id": text}
		for _, name := range names {
			all[name] = text
		}
		return all
	}
	block := func(attributes map[string]schema.Attribute, blocks map[string]schema.Block) schema.ListNestedBlock {
		return schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{Attributes: attributes, Blocks: blocks}}
	}
	option := schema.StringAttribute{Optional: true}
	one := func(name string) map[string]schema.Attribute { return map[string]schema.Attribute{name: option} }
	replication := schema.Schema{
		Attributes: texts("bucket", "rule_id", "status", "action", "historical_object_replication", "sync_role"),
		Blocks: map[string]schema.Block{
			"prefix_set":                block(map[string]schema.Attribute{"prefixes": schema.ListAttribute{Optional: true, ElementType: types.StringType}}, nil),
			"destination":               block(map[string]schema.Attribute{"bucket": option, "location": option, "transfer_type": option}, nil),
			"encryption_configuration":  block(one("replica_kms_key_id"), nil),
			"source_selection_criteria": block(nil, map[string]schema.Block{"sse_kms_encrypted_objects": block(one("status"), nil)}),
			"progress":                  block(map[string]schema.Attribute{"historical_object": option, "new_object": option}, nil),
			"rtc":                       block(map[string]schema.Attribute{"enabled": schema.BoolAttribute{Optional: true}, "status": option}, nil),
		},
	}
	role := schema.Schema{Attributes: texts("role_name", "name", "arn", "role_id", "assume_role_policy_document", "document", "description", "create_time", "version")}
	role.Attributes["max_session_duration"] = schema.Int64Attribute{Optional: true}
	role.Attributes["force"] = schema.BoolAttribute{Optional: true}
	role.Attributes["tags"] = schema.MapAttribute{Optional: true, ElementType: types.StringType}
	return map[string]schema.Schema{
		"alicloud_oss_bucket_replication":     replication,
		"alicloud_ram_role":                   role,
		"alicloud_ram_policy":                 {Attributes: texts("policy_name", "policy_document", "description")},
		"alicloud_ram_role_policy_attachment": {Attributes: texts("policy_name", "policy_type", "role_name")},
		"alicloud_oss_bucket_policy":          {Attributes: texts("bucket", "policy")},
		"alicloud_oss_bucket":                 {Attributes: texts("bucket", "policy")},
		"alicloud_kms_key":                    {Attributes: texts("description", "policy")},
	}
}

type stubResource struct {
	stub   *alicloudStub
	name   string
	schema schema.Schema
}

func (r *stubResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.name
}

func (r *stubResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.schema
}

// Create records the plan, with unknown values looked up.
func (r *stubResource) Create(_ context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var planned map[string]tftypes.Value
	if err := req.Plan.Raw.As(&planned); err != nil {
		resp.Diagnostics.AddError("stub", err.Error())
		return
	}
	for name, value := range planned {
		if !value.IsKnown() {
			planned[name] = tftypes.NewValue(tftypes.String, r.stub.lookUp(name, planned))
		}
	}
	resp.State.Raw = tftypes.NewValue(req.Plan.Raw.Type(), planned)
}

func (r *stubResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (r *stubResource) Update(_ context.Context, _ resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.Diagnostics.AddError("stub", r.name+" would be changed")
}

func (r *stubResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
	r.stub.mu.Lock()
	defer r.stub.mu.Unlock()
	r.stub.deleted = append(r.stub.deleted, r.name)
}

// lookUp is what the cloud says of a computed attribute; nil for null.
func (s *alicloudStub) lookUp(name string, planned map[string]tftypes.Value) any {
	world := s.cloud.World()
	switch name {
	case "rule_id":
		for _, rule := range bucketOf(&world, textOf(planned["bucket"])).Rules {
			return rule.ID
		}
	case "arn":
		return "acs:ram::" + emulator.SourceAccount + ":role/" + strings.ToLower(textOf(planned["role_name"])+textOf(planned["name"]))
	case "role_id":
		for _, role := range world.Accounts[0].Roles {
			return role.ID
		}
	case "assume_role_policy_document":
		return textOf(planned["document"])
	case "id":
		return textOf(planned["bucket"]) + textOf(planned["role_name"])
	}
	return nil
}

func textOf(value tftypes.Value) (text string) {
	if value.IsKnown() && !value.IsNull() {
		_ = value.As(&text)
	}
	return text
}

// besideAlicloud is Terraform with both providers. The stub is served under both
// addresses that alicloud has had.
func besideAlicloud(t *testing.T, changes ...func(*emulator.World)) (terraformDir, *alicloudStub) {
	t.Helper()
	t.Parallel()
	cloud := newCloud(t, append([]func(*emulator.World){silent}, changes...)...)
	stub := &alicloudStub{cloud: cloud}
	served := servePlugin(t, "registry.terraform.io/aliyun/alicloud", func() tfprotov6.ProviderServer {
		return &unconfigured{ProviderServer: providerserver.NewProtocol6(stub)()}
	})
	return cloud.terraformBeside(map[string]any{"registry.terraform.io/aliyun/alicloud": served}), stub
}

// unconfigured answers that it is configured. Two provider blocks share one
// process here, as processes that are attached to do, and the framework's server
// keeps what it was configured with without a lock, while the other block's
// resources are planned.
type unconfigured struct{ tfprotov6.ProviderServer }

func (unconfigured) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return &tfprotov6.ConfigureProviderResponse{}, nil
}

// writeBoth is write with the requirement for alicloud.
func (d terraformDir) writeBoth(body string) terraformDir {
	d.t.Helper()
	d.write(body)
	path := filepath.Join(d.path, "main.tf")
	text, err := os.ReadFile(path)
	if err == nil {
		with := strings.Replace(string(text), "required_providers {\n", "required_providers {\n    alicloud = { source = \"registry.terraform.io/aliyun/alicloud\" }\n", 1)
		err = os.WriteFile(path, []byte(with), 0o600)
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return d
}

// moveBlock moves one resource to another, both by address.
func moveBlock(from, to string) string {
	return "moved {\n  from = " + from + "\n  to   = " + to + "\n}\n"
}

// spared fails if alicloud was told to delete anything, or anybody wrote to the
// cloud since its requests were cleared.
func (s *alicloudStub) spared() {
	s.cloud.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.deleted) > 0 {
		s.cloud.t.Errorf("alicloud deleted %v", s.deleted)
	}
	s.cloud.onlyReads()
}

// onlyReads fails when something was written to the cloud.
func (c testCloud) onlyReads() {
	c.t.Helper()
	for _, r := range c.Requests(0) {
		reads := slices.ContainsFunc([]string{"Get", "List", "Describe"}, func(prefix string) bool { return strings.HasPrefix(r.Operation, prefix) })
		if !reads {
			c.t.Errorf("%s was called", r.Operation)
		}
	}
}
