package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// roleServer is a provider for the source account, spoken to by protocol: import
// by identity needs a newer Terraform than the tests ask for.
func (c roleCloud) roleServer() tfprotov6.ProviderServer {
	c.t.Helper()
	server, err := c.factories()["srr"]()
	if err != nil {
		c.t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(c.t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		c.t.Fatal(err)
	}
	block := schemas.Provider.ValueType()
	object := block.(tftypes.Object)
	values := map[string]tftypes.Value{}
	for name, kind := range object.AttributeTypes {
		switch name {
		case "region":
			values[name] = tftypes.NewValue(kind, emulator.Region)
		case "access_key":
			values[name] = tftypes.NewValue(kind, emulator.SourceKeyPair().ID)
		case "secret_key":
			values[name] = tftypes.NewValue(kind, emulator.SourceKeyPair().Secret)
		default:
			values[name] = tftypes.NewValue(kind, nil)
			if list, isBlock := kind.(tftypes.List); isBlock {
				values[name] = tftypes.NewValue(list, []tftypes.Value{})
			}
		}
	}
	config := dynamic(c.t, object, tftypes.NewValue(object, values))
	resp, err := server.ConfigureProvider(c.t.Context(), &tfprotov6.ConfigureProviderRequest{Config: config})
	if err != nil || len(resp.Diagnostics) > 0 {
		c.t.Fatal(err, resp)
	}
	return server
}

func dynamic(t *testing.T, kind tftypes.Type, value tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	made, err := tfprotov6.NewDynamicValue(kind, value)
	if err != nil {
		t.Fatal(err)
	}
	return &made
}

func TestRole_importByIdentity(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		account any
		failure string
	}{
		{"without an account", nil, ""},
		{"with the account", emulator.SourceAccount, ""},
		{"with another account", emulator.DestinationAccount, "Import from another account"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			server := newRoleCloud(t, handMade).roleServer()
			kind := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"account_id": tftypes.String, "name": tftypes.String}}
			given := dynamic(t, kind, tftypes.NewValue(kind, map[string]tftypes.Value{
				"account_id": tftypes.NewValue(tftypes.String, row.account), "name": tftypes.NewValue(tftypes.String, "srr-orders"),
			}))
			imported, err := server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{
				TypeName: "srr_replication_role", Identity: &tfprotov6.ResourceIdentityData{IdentityData: given},
			})
			if err != nil {
				t.Fatal(err)
			}
			if row.failure != "" {
				if len(imported.Diagnostics) == 0 || !strings.Contains(imported.Diagnostics[0].Summary, row.failure) {
					t.Errorf("diagnostics: %v", imported.Diagnostics)
				}
				return
			}
			if len(imported.Diagnostics) > 0 || len(imported.ImportedResources) != 1 {
				t.Fatal(imported.Diagnostics)
			}
			one := imported.ImportedResources[0]
			read, err := server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
				TypeName: one.TypeName, CurrentState: one.State, Private: one.Private, CurrentIdentity: one.Identity,
			})
			if err != nil || len(read.Diagnostics) > 0 {
				t.Fatal(err, read)
			}
			identity, err := read.NewIdentity.IdentityData.Unmarshal(kind)
			if err != nil {
				t.Fatal(err)
			}
			want := tftypes.NewValue(kind, map[string]tftypes.Value{
				"account_id": tftypes.NewValue(tftypes.String, emulator.SourceAccount), "name": tftypes.NewValue(tftypes.String, "SRR-Orders"),
			})
			if !identity.Equal(want) {
				t.Errorf("identity is %v, want %v", identity, want)
			}
		})
	}
}
