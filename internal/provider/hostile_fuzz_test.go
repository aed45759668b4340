package provider_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/provider"
)

// unplugged is a transport without a network.
type unplugged struct{}

// RoundTrip implements http.RoundTripper.
func (unplugged) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("there is no network")
}

// unpluggedProvider is a configured provider that reaches nobody, and its schema.
func unpluggedProvider(f *testing.F) (tfprotov6.ProviderServer, *tfprotov6.GetProviderSchemaResponse) {
	f.Helper()
	keys := emulator.SourceKeyPair()
	env := map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": keys.ID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": keys.Secret}
	server := providerserver.NewProtocol6(provider.NewThrough(unplugged{}, func(name string) string { return env[name] })())()
	schema, err := server.GetProviderSchema(f.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		f.Fatal(err)
	}
	block := schema.Provider.ValueType()
	object, ok := block.(tftypes.Object)
	if !ok {
		f.Fatalf("the provider block is a %s", block)
	}
	values := map[string]tftypes.Value{}
	for name, kind := range object.AttributeTypes {
		switch {
		case kind.Is(tftypes.List{}):
			values[name] = tftypes.NewValue(kind, []tftypes.Value{})
		default:
			values[name] = tftypes.NewValue(kind, nil)
		}
	}
	values["region"] = tftypes.NewValue(tftypes.String, emulator.Region)
	values["max_retries"] = tftypes.NewValue(tftypes.Number, 0)
	config, err := tfprotov6.NewDynamicValue(block, tftypes.NewValue(block, values))
	if err != nil {
		f.Fatal(err)
	}
	configured, err := server.ConfigureProvider(f.Context(), &tfprotov6.ConfigureProviderRequest{Config: &config, TerraformVersion: "1.11.4"})
	if err != nil || len(configured.Diagnostics) > 0 {
		f.Fatal(err, configured)
	}
	return server, schema
}

func resourceTypes() []string {
	return []string{"srr_replication_role", "srr_destination_grant", "srr_kms_key_policy", "srr_rule"}
}

// FuzzImportIDs imports what people may type. It ends with a state to read or with
// an error, and never in a state that says less than its id.
func FuzzImportIDs(f *testing.F) {
	for _, id := range []string{
		"oss-srr-orders", "oss-srr-orders,policy", "orders-backup,acs:ram::1000000000000001:role/a", "orders,rule-1", "orders,rule-1,role", "orders", ",", ",,,",
		"acs:kms:cn-hangzhou:2000000000000002:key/k,acs:ram::1000000000000001:role/a", "acs:ram::1000000000000001:role/a", "\x00", "\xff,\xff", strings.Repeat("a,", 999), "",
	} {
		for number := range resourceTypes() {
			f.Add(number, id)
		}
	}
	server, _ := unpluggedProvider(f)
	f.Fuzz(func(t *testing.T, number int, id string) {
		if id == "" { // Terraform asks for an import without an id by an identity
			return
		}
		kind := resourceTypes()[uint(number)%4]
		resp, err := server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: kind, ID: id})
		if err != nil {
			t.Fatal(err)
		}
		if hasErrors(resp.Diagnostics) == (len(resp.ImportedResources) > 0) {
			t.Errorf("%s %q: %d states and the errors %s", kind, id, len(resp.ImportedResources), hostileText(resp.Diagnostics))
		}
	})
}

// FuzzIdentities imports by what people may write into an identity: every member gets a text, one of them the second. It
// ends as an import by an id does.
func FuzzIdentities(f *testing.F) {
	for _, text := range []string{
		"", "orders", "oss-srr-orders", "acs:ram::1000000000000001:role/a", "1000000000000001", emulator.ReplicaKeyARN(), "rule-1", "\x00", "\xff", ",", strings.Repeat("a", 999),
	} {
		for number := range resourceTypes() {
			f.Add(number, text, "orders-backup", 0)
			f.Add(number, "orders", text, number)
		}
	}
	server, _ := unpluggedProvider(f)
	schemas, err := server.GetResourceIdentitySchemas(f.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, number int, text, other string, which int) {
		kind := resourceTypes()[uint(number)%4]
		identity := identityOf(t, schemas.IdentitySchemas[kind], text, other, which)
		resp, err := server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: kind, Identity: identity})
		if err != nil {
			t.Fatal(err)
		}
		if hasErrors(resp.Diagnostics) == (len(resp.ImportedResources) > 0) {
			t.Errorf("%s %q %q: %d states and the errors %s", kind, text, other, len(resp.ImportedResources), hostileText(resp.Diagnostics))
		}
	})
}

// identityOf gives one member of an identity another text than the rest; an empty text leaves a member out.
func identityOf(t *testing.T, schema *tfprotov6.ResourceIdentitySchema, text, other string, which int) *tfprotov6.ResourceIdentityData {
	t.Helper()
	values := map[string]tftypes.Value{}
	for i, attribute := range schema.IdentityAttributes {
		given := text
		if i == int(uint(which)%uint(len(schema.IdentityAttributes))) {
			given = other
		}
		values[attribute.Name] = tftypes.NewValue(attribute.Type, nil)
		if given != "" && attribute.Type.Is(tftypes.String) {
			values[attribute.Name] = tftypes.NewValue(tftypes.String, given)
		}
	}
	kind := schema.ValueType()
	value, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, values))
	if err != nil {
		t.Fatal(err)
	}
	return &tfprotov6.ResourceIdentityData{IdentityData: &value}
}

func hasErrors(diagnostics []*tfprotov6.Diagnostic) bool {
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return true
		}
	}
	return false
}

func hostileText(diagnostics []*tfprotov6.Diagnostic) string {
	var b strings.Builder
	for _, d := range diagnostics {
		b.WriteString(d.Summary + ": " + d.Detail + "\n")
	}
	return b.String()
}

// FuzzState reads states that people, scripts and broken disks have written:
// with an error or with a state, never with a panic.
func FuzzState(f *testing.F) {
	for number := range resourceTypes() {
		for _, text := range []string{
			`{}`, `null`, `[]`, `{"bucket":1}`, `{"bucket":"orders-backup","role_arn":"acs:ram::1000000000000001:role/a","account_id":"2000000000000002","statement":"{"}`,
			`{"name":"a","source_buckets":[null],"max_session_duration":1e99,"role_id":{}}`, `{"key_id":"` + emulator.ReplicaKey + `","role_arn":"x","actions":["",null]}`,
			`{"source_bucket":"orders","destination_bucket":"b","rule_id":"r","prefixes":[""],"tag_filter":{"match":"x","tags":null},"timeouts":{"create":"forever"}}`, `{"id"`, "",
		} {
			f.Add(number, text)
		}
	}
	server, schema := unpluggedProvider(f)
	f.Fuzz(func(t *testing.T, number int, text string) {
		kind := resourceTypes()[uint(number)%4]
		upgraded, err := server.UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{
			TypeName: kind, Version: 0, RawState: &tfprotov6.RawState{JSON: []byte(text)},
		})
		if err != nil || hasErrors(upgraded.Diagnostics) || upgraded.UpgradedState == nil {
			return
		}
		value, err := upgraded.UpgradedState.Unmarshal(schema.ResourceSchemas[kind].ValueType())
		if err != nil || value.IsNull() {
			return
		}
		read, err := server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{TypeName: kind, CurrentState: upgraded.UpgradedState})
		if err != nil || !hasErrors(read.Diagnostics) {
			t.Errorf("%s %s is read without a network: %v %s", kind, text, err, hostileText(read.Diagnostics))
		}
	})
}

// FuzzFunctionArguments calls every function with any text: it ends with a result,
// always the same one, or with an error at an argument.
func FuzzFunctionArguments(f *testing.F) {
	for _, pair := range [][2]string{
		{"1000000000000001", "oss-srr"},
		{"acs:ram::1000000000000001:role/a", "orders-backup"},
		{"orders", "acs:kms:cn-hangzhou:1000000000000001:key/a"},
		{"kms:Decrypt", "\"\\\n"},
		{"", ""},
		{"\xff", "\x00"},
		{strings.Repeat("a", 70), strings.Repeat("ä", 70)},
		{"*", "?"},
	} {
		f.Add(pair[0], pair[1], true)
		f.Add(pair[1], pair[0], false)
	}
	server, schema := unpluggedProvider(f)
	f.Fuzz(func(t *testing.T, one, two string, yes bool) {
		for name, function := range schema.Functions {
			var arguments []*tfprotov6.DynamicValue
			for i, parameter := range function.Parameters {
				text := one
				if i%2 == 1 {
					text = two
				}
				arguments = append(arguments, argumentOf(t, parameter.Type, text, two, yes))
			}
			first := callFunction(t, server, name, arguments)
			if second := callFunction(t, server, name, arguments); first != second {
				t.Errorf("%s(%q, %q): %s, then %s", name, one, two, first, second)
			}
		}
	})
}

// argumentOf is a value of a type with a text in it.
func argumentOf(t *testing.T, kind tftypes.Type, text, more string, yes bool) *tfprotov6.DynamicValue {
	t.Helper()
	of := func(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
	var value tftypes.Value
	switch {
	case kind.Is(tftypes.String):
		value = of(text)
	case kind.Is(tftypes.Bool):
		value = tftypes.NewValue(kind, yes)
	case kind.Is(tftypes.List{}), kind.Is(tftypes.Set{}):
		value = tftypes.NewValue(kind, []tftypes.Value{of(text), of(more)})
	default:
		value = tftypes.NewValue(kind, nil)
	}
	dynamic, err := tfprotov6.NewDynamicValue(kind, value)
	if err != nil {
		t.Fatal(err)
	}
	return &dynamic
}

// callFunction is the result or the error of a function as text.
func callFunction(t *testing.T, server tfprotov6.ProviderServer, name string, arguments []*tfprotov6.DynamicValue) string {
	t.Helper()
	functions, ok := server.(tfprotov6.FunctionServer)
	if !ok {
		t.Fatal("the provider has no functions")
	}
	resp, err := functions.CallFunction(t.Context(), &tfprotov6.CallFunctionRequest{Name: name, Arguments: arguments})
	if err != nil {
		t.Fatal(err)
	}
	if resp.Error != nil {
		if resp.Error.Text == "" {
			t.Errorf("%s fails without a word", name)
		}
		return resp.Error.Text
	}
	raw, err := json.Marshal(resp.Result)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
