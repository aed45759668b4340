package main

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// document and the types below are the JSON of `terraform providers schema -json`
// (Terraform documentation, page of that command, 1.14).
type document struct {
	FormatVersion string                     `json:"format_version"`
	Providers     map[string]providerSchemas `json:"provider_schemas"`
}

type providerSchemas struct {
	Provider      schema              `json:"provider"`
	Resources     map[string]schema   `json:"resource_schemas"`
	DataSources   map[string]schema   `json:"data_source_schemas"`
	Functions     map[string]function `json:"functions"`
	Identities    map[string]identity `json:"resource_identity_schemas"`
	ListResources map[string]schema   `json:"list_resource_schemas"`
}

type schema struct {
	Version int64 `json:"version"`
	Block   block `json:"block"`
}

type block struct {
	Attributes map[string]attribute   `json:"attributes,omitempty"`
	Blocks     map[string]nestedBlock `json:"block_types,omitempty"`
	text
}

type text struct {
	Description string `json:"description,omitempty"`
	Kind        string `json:"description_kind,omitempty"`
	Deprecated  bool   `json:"deprecated,omitempty"`
}

type nestedBlock struct {
	Nesting  string `json:"nesting_mode"`
	Block    block  `json:"block"`
	MinItems int64  `json:"min_items,omitempty"`
	MaxItems int64  `json:"max_items,omitempty"`
}

type attribute struct {
	Type   tftypes.Type `json:"type,omitempty"`
	Nested *nestedType  `json:"nested_type,omitempty"`
	text
	Required  bool `json:"required,omitempty"`
	Optional  bool `json:"optional,omitempty"`
	Computed  bool `json:"computed,omitempty"`
	Sensitive bool `json:"sensitive,omitempty"`
	WriteOnly bool `json:"write_only,omitempty"`
}

type nestedType struct {
	Attributes map[string]attribute `json:"attributes"`
	Nesting    string               `json:"nesting_mode"`
}

type identity struct {
	Version    int64                        `json:"version"`
	Attributes map[string]identityAttribute `json:"attributes"`
}

type identityAttribute struct {
	Type              tftypes.Type `json:"type"`
	Description       string       `json:"description,omitempty"`
	RequiredForImport bool         `json:"required_for_import,omitempty"`
	OptionalForImport bool         `json:"optional_for_import,omitempty"`
}

type function struct {
	Description string       `json:"description,omitempty"`
	Summary     string       `json:"summary,omitempty"`
	Deprecation string       `json:"deprecation_message,omitempty"`
	Return      tftypes.Type `json:"return_type"`
	Parameters  []parameter  `json:"parameters,omitempty"`
	Variadic    *parameter   `json:"variadic_parameter,omitempty"`
}

type parameter struct {
	Name        string       `json:"name,omitempty"`
	Description string       `json:"description,omitempty"`
	Nullable    bool         `json:"is_nullable,omitempty"`
	Type        tftypes.Type `json:"type"`
}

func schemaOf(s *tfprotov6.Schema) schema { return schema{s.Version, blockOf(s.Block)} }

func blockOf(b *tfprotov6.SchemaBlock) block {
	made := block{
		Attributes: attributesOf(b.Attributes), Blocks: map[string]nestedBlock{},
		text: text{b.Description, kindOf(b.DescriptionKind), b.Deprecated},
	}
	for _, nested := range b.BlockTypes {
		made.Blocks[nested.TypeName] = nestedBlock{strings.ToLower(nested.Nesting.String()), blockOf(nested.Block), nested.MinItems, nested.MaxItems}
	}
	return made
}

func attributesOf(list []*tfprotov6.SchemaAttribute) map[string]attribute {
	made := map[string]attribute{}
	for _, a := range list {
		one := attribute{
			Type: a.Type, text: text{a.Description, kindOf(a.DescriptionKind), a.Deprecated},
			Required: a.Required, Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive, WriteOnly: a.WriteOnly,
		}
		if a.NestedType != nil {
			one.Nested = &nestedType{attributesOf(a.NestedType.Attributes), strings.ToLower(a.NestedType.Nesting.String())}
		}
		made[a.Name] = one
	}
	return made
}

func kindOf(kind tfprotov6.StringKind) string {
	if kind == tfprotov6.StringKindMarkdown {
		return "markdown"
	}
	return "plain"
}

func identityOf(s *tfprotov6.ResourceIdentitySchema) identity {
	made := identity{s.Version, map[string]identityAttribute{}}
	for _, a := range s.IdentityAttributes {
		made.Attributes[a.Name] = identityAttribute{a.Type, a.Description, a.RequiredForImport, a.OptionalForImport}
	}
	return made
}

func functionOf(f *tfprotov6.Function) function {
	made := function{Description: f.Description, Summary: f.Summary, Deprecation: f.DeprecationMessage, Return: f.Return.Type}
	for _, p := range f.Parameters {
		made.Parameters = append(made.Parameters, parameterOf(p))
	}
	if f.VariadicParameter != nil {
		variadic := parameterOf(f.VariadicParameter)
		made.Variadic = &variadic
	}
	return made
}

func parameterOf(p *tfprotov6.FunctionParameter) parameter {
	return parameter{p.Name, p.Description, p.AllowNullValue, p.Type}
}
