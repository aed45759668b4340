package provider_test

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/provider"
)

// resourceProtocol speaks to the provider of one account as Terraform does about a
// resource, without Terraform: a configuration takes milliseconds.
type resourceProtocol struct {
	t      *testing.T
	server tfprotov6.ProviderServer
	name   string // of the resource
	kind   tftypes.Object
}

func (c testCloud) ruleProtocol() resourceProtocol {
	c.t.Helper()
	p, configure := c.ruleProtocolOf(providerserver.NewProtocol6(provider.New("test", c.env(nil))())())
	configure()
	return p
}

// ruleProtocolOf is ruleProtocol with a server that is still to be configured.
func (c testCloud) ruleProtocolOf(server tfprotov6.ProviderServer) (p resourceProtocol, configure func()) {
	c.t.Helper()
	return c.resourceProtocolOf(server, "srr_rule", emulator.SourceKeyPair())
}

// grantProtocol is of srr_destination_grant or srr_kms_key_policy.
func (c testCloud) grantProtocol(name string) resourceProtocol {
	c.t.Helper()
	server := providerserver.NewProtocol6(provider.New("test", c.env(nil))())()
	p, configure := c.resourceProtocolOf(server, name, emulator.DestinationKeyPair())
	configure()
	return p
}

func (c testCloud) resourceProtocolOf(server tfprotov6.ProviderServer, name string, key emulator.KeyPair) (p resourceProtocol, configure func()) {
	c.t.Helper()
	schemas, err := server.GetProviderSchema(c.t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		c.t.Fatal(err)
	}
	block, ok := schemas.Provider.ValueType().(tftypes.Object)
	kind, alsoOK := schemas.ResourceSchemas[name].ValueType().(tftypes.Object)
	if !ok || !alsoOK {
		c.t.Fatal("a schema is no object")
	}
	given := map[string]any{"region": emulator.Region, "access_key": key.ID, "secret_key": key.Secret, "max_retries": 1}
	return resourceProtocol{t: c.t, server: server, name: name, kind: kind}, func() {
		c.t.Helper()
		configured, err := server.ConfigureProvider(c.t.Context(), &tfprotov6.ConfigureProviderRequest{Config: dynamic(c.t, block, objectOf(block, given))})
		if err != nil || len(configured.Diagnostics) > 0 {
			c.t.Fatal(err, configured.Diagnostics)
		}
	}
}

func dynamic(t *testing.T, kind tftypes.Type, value tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	made, err := tfprotov6.NewDynamicValue(kind, value)
	if err != nil {
		t.Fatal(err)
	}
	return &made
}

// objectOf is an object with these attributes, and null or empty ones besides.
func objectOf(kind tftypes.Object, given map[string]any) tftypes.Value {
	values := map[string]tftypes.Value{}
	for name, attribute := range kind.AttributeTypes {
		list, isBlock := attribute.(tftypes.List)
		switch value, found := given[name]; {
		case found:
			values[name] = tftypes.NewValue(attribute, value)
		case isBlock:
			values[name] = tftypes.NewValue(list, []tftypes.Value{})
		default:
			values[name] = tftypes.NewValue(attribute, nil)
		}
	}
	return tftypes.NewValue(kind, values)
}

// change is a planned change of one resource, and what was said about it.
type change struct {
	config, prior, planned *tfprotov6.DynamicValue
	private                []byte
	said                   []*tfprotov6.Diagnostic
	replaces               bool
}

func (c change) fails() bool { return failed(c.said) }

func failed(said []*tfprotov6.Diagnostic) bool {
	return slices.ContainsFunc(said, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError })
}

// plan validates a configuration and plans it, as plan does. Without a prior
// state the resource is to be created.
func (p resourceProtocol) plan(given map[string]any, prior *tfprotov6.DynamicValue, private []byte) change {
	p.t.Helper()
	value := objectOf(p.kind, given)
	c := change{config: dynamic(p.t, p.kind, value), prior: prior}
	validated, err := p.server.ValidateResourceConfig(p.t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: p.name, Config: c.config})
	if err != nil {
		p.t.Fatal(err)
	}
	if c.said = validated.Diagnostics; c.fails() {
		return c
	}
	proposed := c.config
	if prior == nil {
		c.prior = dynamic(p.t, p.kind, tftypes.NewValue(p.kind, nil))
	} else {
		proposed = dynamic(p.t, p.kind, p.withComputed(value, prior))
	}
	planned, err := p.server.PlanResourceChange(p.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: p.name, Config: c.config, PriorState: c.prior, ProposedNewState: proposed, PriorPrivate: private,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	c.planned, c.private, c.replaces = planned.PlannedState, planned.PlannedPrivate, len(planned.RequiresReplace) > 0
	c.said = append(c.said, planned.Diagnostics...)
	return c
}

// withComputed is what Terraform proposes: the configuration, and what is computed
// from the prior state.
func (p resourceProtocol) withComputed(config tftypes.Value, prior *tfprotov6.DynamicValue) tftypes.Value {
	p.t.Helper()
	values, before := p.attributes(config), p.attributesOf(prior)
	for _, name := range []string{"rule_id", "account_id", "replicate_deletes", "wait_until_active", "prevent_replacement", "adopt_existing"} {
		if values[name].IsNull() {
			values[name] = before[name]
		}
	}
	return tftypes.NewValue(p.kind, values)
}

func (p resourceProtocol) attributesOf(encoded *tfprotov6.DynamicValue) map[string]tftypes.Value {
	p.t.Helper()
	value, err := encoded.Unmarshal(p.kind)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.attributes(value)
}

func (p resourceProtocol) attributes(value tftypes.Value) map[string]tftypes.Value {
	p.t.Helper()
	var attributes map[string]tftypes.Value
	if err := value.As(&attributes); err != nil {
		p.t.Fatal(err)
	}
	return attributes
}

// apply carries a planned change out.
func (p resourceProtocol) apply(c change) (state *tfprotov6.DynamicValue, private []byte, said []*tfprotov6.Diagnostic) {
	p.t.Helper()
	applied, err := p.server.ApplyResourceChange(p.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: p.name, PriorState: c.prior, PlannedState: c.planned, Config: c.config, PlannedPrivate: c.private,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return applied.NewState, applied.Private, applied.Diagnostics
}

// read refreshes a state.
func (p resourceProtocol) read(state *tfprotov6.DynamicValue, private []byte) (read *tfprotov6.DynamicValue, said []*tfprotov6.Diagnostic) {
	p.t.Helper()
	found, err := p.server.ReadResource(p.t.Context(), &tfprotov6.ReadResourceRequest{TypeName: p.name, CurrentState: state, Private: private})
	if err != nil {
		p.t.Fatal(err)
	}
	return found.NewState, found.Diagnostics
}
