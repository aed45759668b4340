package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/provider"
)

// protocol is a configured provider of one account, spoken to as Terraform does:
// identities need Terraform 1.12 and lists 1.14, and the tests ask for less.
type protocol struct {
	tfprotov6.ProviderServer
	t          *testing.T
	schemas    *tfprotov6.GetProviderSchemaResponse
	identities map[string]*tfprotov6.ResourceIdentitySchema
}

// speak configures a provider with a key pair.
func (c testCloud) speak(key emulator.KeyPair) protocol {
	c.t.Helper()
	server, err := providerserver.NewProtocol6WithError(provider.New("test", c.env(nil))())()
	if err != nil {
		c.t.Fatal(err)
	}
	return c.speakTo(server, key)
}

// speakTo configures a provider that serves already.
func (c testCloud) speakTo(server tfprotov6.ProviderServer, key emulator.KeyPair) protocol {
	c.t.Helper()
	var err error
	p := protocol{ProviderServer: server, t: c.t}
	if p.schemas, err = server.GetProviderSchema(c.t.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		c.t.Fatal(err)
	}
	identities, err := server.GetResourceIdentitySchemas(c.t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		c.t.Fatal(err)
	}
	p.identities = identities.IdentitySchemas
	config := p.value(p.schemas.Provider.ValueType(), map[string]any{"region": emulator.Region, "access_key": key.ID, "secret_key": key.Secret, "max_retries": 1})
	resp, err := server.ConfigureProvider(c.t.Context(), &tfprotov6.ConfigureProviderRequest{Config: config})
	if err != nil || len(resp.Diagnostics) > 0 {
		c.t.Fatal(err, resp)
	}
	return p
}

func (c testCloud) speakForSource() protocol      { return c.speak(emulator.SourceKeyPair()) }
func (c testCloud) speakForDestination() protocol { return c.speak(emulator.DestinationKeyPair()) }

// value is an object of a schema's type; what is not given is null, and a list of
// blocks empty.
func (p protocol) value(kind tftypes.Type, given map[string]any) *tfprotov6.DynamicValue {
	p.t.Helper()
	object := kind.(tftypes.Object)
	values := map[string]tftypes.Value{}
	for name, of := range object.AttributeTypes {
		values[name] = tftypes.NewValue(of, given[name])
		if list, isBlocks := of.(tftypes.List); isBlocks && given[name] == nil {
			values[name] = tftypes.NewValue(list, []tftypes.Value{})
		}
	}
	made, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, values))
	if err != nil {
		p.t.Fatal(err)
	}
	return &made
}

// texts are the attributes of an object as text; those that are null are left out.
func (p protocol) texts(kind tftypes.Type, from *tfprotov6.DynamicValue) map[string]string {
	p.t.Helper()
	if from == nil {
		return nil
	}
	value, err := from.Unmarshal(kind)
	if err != nil {
		p.t.Fatal(err)
	}
	if value.IsNull() {
		return nil
	}
	var attributes map[string]tftypes.Value
	if err := value.As(&attributes); err != nil {
		p.t.Fatal(err)
	}
	found := map[string]string{}
	for name, attribute := range attributes {
		if !attribute.IsNull() {
			found[name] = plainText(attribute)
		}
	}
	return found
}

func plainText(value tftypes.Value) string {
	var text string
	if value.As(&text) == nil {
		return text
	}
	var flag bool
	if value.As(&flag) == nil {
		return fmt.Sprint(flag)
	}
	var several []tftypes.Value
	if value.As(&several) == nil {
		texts := make([]string, len(several))
		for i, one := range several {
			texts[i] = plainText(one)
		}
		slices.Sort(texts)
		return strings.Join(texts, " ")
	}
	return value.String()
}

// identified is an object with its identity, as a state or a list has it.
type identified struct {
	name            string // for people; only lists have it
	object          map[string]string
	identity        map[string]string
	problems        []*tfprotov6.Diagnostic
	private         []byte
	state, identify *tfprotov6.DynamicValue
}

func (p protocol) identified(kind string, state *tfprotov6.DynamicValue, identity *tfprotov6.ResourceIdentityData, problems []*tfprotov6.Diagnostic) identified {
	p.t.Helper()
	found := identified{object: p.texts(p.schemas.ResourceSchemas[kind].ValueType(), state), problems: problems, state: state}
	if identity != nil {
		found.identify = identity.IdentityData
		found.identity = p.texts(p.identities[kind].ValueType(), identity.IdentityData)
	}
	return found
}

// importBy imports by identity and reads, as Terraform does. Problems are those of
// the first step that has any.
func (p protocol) importBy(kind string, identity map[string]any) identified {
	p.t.Helper()
	given := p.value(p.identities[kind].ValueType(), identity)
	return p.importAs(&tfprotov6.ImportResourceStateRequest{TypeName: kind, Identity: &tfprotov6.ResourceIdentityData{IdentityData: given}})
}

func (p protocol) importByID(kind, id string) identified {
	p.t.Helper()
	return p.importAs(&tfprotov6.ImportResourceStateRequest{TypeName: kind, ID: id})
}

func (p protocol) importAs(req *tfprotov6.ImportResourceStateRequest) identified {
	p.t.Helper()
	imported, err := p.ImportResourceState(p.t.Context(), req)
	if err != nil {
		p.t.Fatal(err)
	}
	if len(imported.Diagnostics) > 0 {
		return identified{problems: imported.Diagnostics}
	}
	one := imported.ImportedResources[0]
	found := p.identified(req.TypeName, one.State, one.Identity, nil)
	found.private = one.Private
	return p.read(req.TypeName, found)
}

// read refreshes what an import, or another read, has found.
func (p protocol) read(kind string, before identified) identified {
	p.t.Helper()
	req := &tfprotov6.ReadResourceRequest{TypeName: kind, CurrentState: before.state, Private: before.private}
	if before.identify != nil {
		req.CurrentIdentity = &tfprotov6.ResourceIdentityData{IdentityData: before.identify}
	}
	read, err := p.ReadResource(p.t.Context(), req)
	if err != nil {
		p.t.Fatal(err)
	}
	found := p.identified(kind, read.NewState, read.NewIdentity, read.Diagnostics)
	found.private = read.Private
	return found
}

// list asks for results as `terraform query` does. Problems have results of their
// own, without a name.
func (p protocol) list(kind string, config map[string]any, limit int64, whole bool) []identified {
	p.t.Helper()
	return p.listUntil(kind, config, limit, whole, 0)
}

// listUntil stops listening after some results; 0 hears all.
func (p protocol) listUntil(kind string, config map[string]any, limit int64, whole bool, enough int) (found []identified) {
	p.t.Helper()
	server, lists := p.ProviderServer.(tfprotov6.ListResourceServer)
	if !lists {
		p.t.Fatal("the provider lists nothing")
	}
	stream, err := server.ListResource(p.t.Context(), &tfprotov6.ListResourceRequest{
		TypeName: kind, Limit: limit, IncludeResource: whole, Config: p.value(p.schemas.ListResourceSchemas[kind].ValueType(), config),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	for result := range stream.Results {
		one := p.identified(kind, result.Resource, result.Identity, result.Diagnostics)
		one.name = result.DisplayName
		if found = append(found, one); len(found) == enough {
			break
		}
	}
	return found
}

// said are summaries and details of all problems.
func said(found ...identified) string {
	var all []string
	for _, one := range found {
		for _, d := range one.problems {
			at := ""
			if d.Attribute != nil {
				at = " at " + d.Attribute.String()
			}
			all = append(all, fmt.Sprintf("%s%s: %s: %s", d.Severity, at, d.Summary, d.Detail))
		}
	}
	return strings.Join(all, "\n")
}
