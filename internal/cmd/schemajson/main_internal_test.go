package main

import (
	"bytes"
	"encoding/json"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
)

// tfplugindocs reads the document with this library.
func TestSchemaJSON_isReadAsTheCLIsOwn(t *testing.T) {
	var out bytes.Buffer
	if err := write(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	var read tfjson.ProviderSchemas
	if err := json.Unmarshal(out.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	srr := read.Schemas[name]
	if srr == nil {
		t.Fatalf("no provider %s", name)
	}
	for kind, count := range map[string]int{
		"resources": len(srr.ResourceSchemas), "data sources": len(srr.DataSourceSchemas), "functions": len(srr.Functions),
	} {
		if count < 4 {
			t.Errorf("%d %s", count, kind)
		}
	}
	for resource := range srr.ResourceSchemas {
		if identity := srr.ResourceIdentitySchemas[resource]; identity == nil || len(identity.Attributes) < 2 {
			t.Errorf("%s has no identity", resource)
		}
		if srr.ListResourceSchemas[resource] == nil {
			t.Errorf("%s has no list", resource)
		}
	}
	tags := srr.ResourceSchemas["srr_rule"].Block.Attributes["tag_filter"].AttributeNestedType
	if tags == nil || tags.NestingMode != tfjson.SchemaNestingModeSingle || !tags.Attributes["match"].Required {
		t.Errorf("tag_filter is %+v", tags)
	}
	if role := srr.ConfigSchema.Block.NestedBlocks["assume_role"]; role == nil || role.NestingMode != tfjson.SchemaNestingModeList || role.Block.Attributes["role_arn"] == nil {
		t.Errorf("assume_role is %+v", role)
	}
}
