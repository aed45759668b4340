package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-srr/terraform-provider-srr/internal/provider"
)

// What the registry and editors show of an attribute without a description is its name.
func TestSchemas_everyAttributeIsDescribed(t *testing.T) {
	server, err := providerserver.NewProtocol6WithError(provider.New("test", noEnvironment)())()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	look := func(kind string, all map[string]*tfprotov6.Schema) {
		for name, s := range all {
			seen += describedBlock(t, kind+" "+name, s.Block)
		}
	}
	look("provider", map[string]*tfprotov6.Schema{"srr": schemas.Provider})
	look("resource", schemas.ResourceSchemas)
	look("data source", schemas.DataSourceSchemas)
	look("list resource", schemas.ListResourceSchemas)
	if seen < 100 {
		t.Errorf("only %d attributes were looked at", seen)
	}
}

func describedBlock(t *testing.T, at string, b *tfprotov6.SchemaBlock) int {
	t.Helper()
	if b.Description == "" {
		t.Errorf("%s has no description", at)
	}
	seen := describedAttributes(t, at, b.Attributes)
	for _, nested := range b.BlockTypes {
		seen += describedBlock(t, at+"."+nested.TypeName, nested.Block)
	}
	return seen
}

func describedAttributes(t *testing.T, at string, all []*tfprotov6.SchemaAttribute) int {
	t.Helper()
	seen := len(all)
	for _, a := range all {
		if a.Description == "" {
			t.Errorf("%s.%s has no description", at, a.Name)
		}
		if a.NestedType != nil {
			seen += describedAttributes(t, at+"."+a.Name, a.NestedType.Attributes)
		}
	}
	return seen
}
