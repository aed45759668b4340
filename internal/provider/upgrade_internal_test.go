package provider

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// laterProvider is this provider as it may become: every schema has version 1, an
// attribute more, and no account_id.
type laterProvider struct{ provider.Provider }

func (p laterProvider) Resources(ctx context.Context) (later []func() resource.Resource) {
	for _, made := range p.Provider.Resources(ctx) {
		later = append(later, func() resource.Resource { return laterResource{made().(resource.ResourceWithUpgradeState)} })
	}
	return later
}

type laterResource struct {
	resource.ResourceWithUpgradeState
}

func (r laterResource) Schema(ctx context.Context, req resource.SchemaRequest, resp *resource.SchemaResponse) {
	r.ResourceWithUpgradeState.Schema(ctx, req, resp)
	resp.Schema.Version = 1
	resp.Schema.Attributes["added"] = schema.StringAttribute{Optional: true}
	delete(resp.Schema.Attributes, "account_id")
}

func laterServer() tfprotov6.ProviderServer {
	return providerserver.NewProtocol6(laterProvider{New("test", os.Getenv)()})()
}

// stored are the attributes of each resource in the state of version 0.
func stored(t *testing.T) map[string]json.RawMessage {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "state-of-version-0.json"))
	if err != nil {
		t.Fatal(err)
	}
	var state struct {
		Resources []struct {
			Type      string
			Instances []struct{ Attributes json.RawMessage }
		}
	}
	if err := json.Unmarshal(raw, &state); err != nil {
		t.Fatal(err)
	}
	found := map[string]json.RawMessage{}
	for _, r := range state.Resources {
		found[r.Type] = r.Instances[0].Attributes
	}
	return found
}

func upgrade(t *testing.T, server tfprotov6.ProviderServer, kind string, attributes []byte) *tfprotov6.UpgradeResourceStateResponse {
	t.Helper()
	resp, err := server.UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: kind, Version: 0, RawState: &tfprotov6.RawState{JSON: attributes},
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

func TestUpgradeState_aLaterSchemaReadsTheStateOfToday(t *testing.T) {
	t.Parallel()
	server := laterServer()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(schemas.ResourceSchemas) != 4 {
		t.Fatalf("%v, %d resources", err, len(schemas.ResourceSchemas))
	}
	for kind, attributes := range stored(t) {
		resp := upgrade(t, server, kind, attributes)
		if len(resp.Diagnostics) > 0 {
			t.Fatalf("%s: %s: %s", kind, resp.Diagnostics[0].Summary, resp.Diagnostics[0].Detail)
		}
		later := schemas.ResourceSchemas[kind].ValueType()
		got, err := resp.UpgradedState.Unmarshal(later)
		if err != nil {
			t.Fatal(err)
		}
		var want map[string]any
		if err := json.Unmarshal(attributes, &want); err != nil {
			t.Fatal(err)
		}
		if _, there := want["account_id"]; !there || len(want) < 6 {
			t.Errorf("%s has only %v", kind, want)
		}
		delete(want, "account_id")
		want["added"] = nil
		raw, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		expected, err := tftypes.ValueFromJSON(raw, later) //nolint:staticcheck // the state as Terraform stores it
		if err != nil {
			t.Fatal(err)
		}
		if !got.Equal(expected) {
			t.Errorf("%s is %s, want %s", kind, got, expected)
		}
	}
}

func TestUpgradeState_whatNobodyWroteIsAnError(t *testing.T) {
	t.Parallel()
	server := laterServer()
	for _, text := range []string{`{"bucket":{"a":1},"name":[],"key_id":[],"source_bucket":{}}`, `{"bucket"`, `[]`, `7`, ``} {
		for kind := range stored(t) {
			resp := upgrade(t, server, kind, []byte(text))
			if len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Summary != "Stored state cannot be read" ||
				!strings.Contains(resp.Diagnostics[0].Detail, "not what an earlier version of the provider wrote") {
				t.Errorf("%s %s: %v", kind, text, resp.Diagnostics)
			}
		}
	}
}
