package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// storedState is a state file as the first version of the schemas wrote it, in a
// world in which everything exists. Ids that a cloud chooses are put in.
func storedState(t *testing.T, cloud testCloud) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "state-of-version-0.json"))
	if err != nil {
		t.Fatal(err)
	}
	var role string
	for _, account := range cloud.World().Accounts {
		for _, r := range account.Roles {
			role = r.ID
		}
	}
	return strings.NewReplacer("ROLE-ID", role, "RULE-ID", cloud.onlyRule().ID).Replace(string(raw))
}

func (d terraformDir) setState(text string) {
	d.t.Helper()
	if err := os.WriteFile(filepath.Join(d.path, "terraform.tfstate"), []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// TestStoredState_isReadByTodaysSchemas keeps what was written once readable: a
// schema that changes gets a new version and an upgrader, and this file stays.
func TestStoredState_isReadByTodaysSchemas(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	dir := cloud.terraform().write(twoAccountsKMS())
	dir.apply().ok()
	stored := storedState(t, cloud)
	for _, kind := range []string{"srr_replication_role", "srr_destination_grant", "srr_kms_key_policy", "srr_rule"} {
		if !strings.Contains(stored, `"type": "`+kind+`"`) {
			t.Errorf("no %s is stored", kind)
		}
	}
	if strings.Count(stored, `"schema_version": 0`) != 4 {
		t.Error("the stored state is not of version 0")
	}
	dir.setState(stored)
	dir.plan().empty()
	dir.apply().ok()
	dir.destroy().ok()
	if got := cloud.policy(emulator.DestinationBucket); got != emulator.ForeignPolicy() {
		t.Errorf("the policy is %s", got)
	}
}

// TestStoredState_editedByHand breaks every attribute of every resource in the state, one at a time and with every type of
// value: an error, a plan or nothing to do, never a crash. Terraform itself sees a part of this on the way; the provider is
// asked without it, because it has to stand what a CLI lets through.
func TestStoredState_editedByHand(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	dir := cloud.terraform().write(twoAccountsKMS())
	dir.apply().ok()
	stored, before, refused, read := storedState(t, cloud), cloud.writes(), 0, 0
	server := map[bool]protocol{false: cloud.speakForSource(), true: cloud.speakForDestination()}
	for _, resource := range resourcesIn(t, stored) {
		for _, edited := range resource.edited() {
			raw, err := json.Marshal(edited.attributes)
			if err != nil {
				t.Fatal(err)
			}
			p := server[resource.Type == "srr_destination_grant" || resource.Type == "srr_kms_key_policy"]
			if p.standsState(resource.Type, raw) {
				read++
			} else {
				refused++
			}
			if cloud.writes() != before {
				t.Fatalf("%s with %s: something was written", resource.Type, edited.name)
			}
		}
	}
	if refused < 100 || read < 100 {
		t.Errorf("%d states were refused and %d read: too few to mean anything", refused, read)
	}
}

// TestStoredState_editedByHandUnderTerraform asks a whole CLI: for every resource a state of nonsense, and states that end
// early.
func TestStoredState_editedByHandUnderTerraform(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	dir := cloud.terraform().write(twoAccountsKMS())
	dir.apply().ok()
	stored := storedState(t, cloud)
	for i, broken := range []any{nil, "\x00nonsense", map[string]any{"a": 1}} {
		for number := range 4 {
			dir.setState(damaged(t, stored, number, broken))
			before := cloud.writes()
			got := dir.plan("-refresh=true")
			if strings.Contains(got.said(), "panic") || strings.Contains(got.said(), "Plugin did not respond") {
				t.Errorf("resource %d with value %d: %s", number, i, got.said())
			}
			if got.exit == 0 {
				t.Errorf("resource %d with value %d changes nothing: %s", number, i, got.said())
			}
			if cloud.writes() != before {
				t.Errorf("resource %d with value %d: something was written", number, i)
			}
		}
	}
	for _, part := range []int{2, 3, 10} {
		dir.setState(stored[:len(stored)*(part-1)/part])
		if got := dir.command("plan").Run(); got == nil {
			t.Error("a state that was cut off is planned with")
		}
	}
}

// storedResource is one resource of a state file.
type storedResource struct {
	Type      string
	Instances []struct{ Attributes map[string]any }
}

func resourcesIn(t *testing.T, stored string) []storedResource {
	t.Helper()
	var state struct{ Resources []storedResource }
	if err := json.Unmarshal([]byte(stored), &state); err != nil || len(state.Resources) != 4 {
		t.Fatalf("%v, %d resources", err, len(state.Resources))
	}
	return state.Resources
}

// editedState are attributes of which one has another value.
type editedState struct {
	name       string
	attributes map[string]any
}

// edited are the states in which one attribute, or one member of a nested one, has a value of some type, or is not there.
func (r storedResource) edited() (list []editedState) {
	values := []any{nil, "", "\x00nonsense", true, -1, 1e300, []any{}, []any{nil}, []any{"", 1}, map[string]any{}, map[string]any{"a": 1}, []any{map[string]any{"key": nil}}}
	attributes := r.Instances[0].Attributes
	for name, was := range attributes {
		for i, value := range values {
			list = append(list, editedState{fmt.Sprint(name, " and value ", i), with(attributes, name, value)})
		}
		without := maps.Clone(attributes)
		delete(without, name)
		list = append(list, editedState{name + " left out", without})
		nested, _ := was.(map[string]any)
		if nested == nil && (name == "tag_filter" || name == "timeouts") {
			nested = map[string]any{"match": "all", "tags": []any{map[string]any{"key": "a", "value": "b"}}, "create": "1m", "delete": "1m"}
		}
		for member := range nested {
			for i, value := range values {
				list = append(list, editedState{fmt.Sprint(name, ".", member, " and value ", i), with(attributes, name, with(nested, member, value))})
			}
		}
	}
	return list
}

// with is a copy with another value.
func with(attributes map[string]any, name string, value any) map[string]any {
	changed := maps.Clone(attributes)
	changed[name] = value
	return changed
}

// standsState lets the provider take a state in and read it, and reports whether it got as far as reading. A provider that
// panics ends the test.
func (p protocol) standsState(kind string, raw []byte) bool {
	p.t.Helper()
	upgraded, err := p.UpgradeResourceState(p.t.Context(), &tfprotov6.UpgradeResourceStateRequest{TypeName: kind, RawState: &tfprotov6.RawState{JSON: raw}})
	if err != nil {
		p.t.Fatalf("%s with %s: %v", kind, raw, err)
	}
	if hasErrors(upgraded.Diagnostics) {
		return false
	}
	read, err := p.ReadResource(p.t.Context(), &tfprotov6.ReadResourceRequest{TypeName: kind, CurrentState: upgraded.UpgradedState})
	if err != nil {
		p.t.Fatalf("%s with %s: %v", kind, raw, err)
	}
	if !hasErrors(read.Diagnostics) && read.NewState == nil {
		p.t.Errorf("%s with %s: neither a state nor an error", kind, raw)
	}
	return true
}

// damaged gives all attributes of one resource that hold a text the same other value.
func damaged(t *testing.T, stored string, number int, value any) string {
	t.Helper()
	var state map[string]any
	if err := json.Unmarshal([]byte(stored), &state); err != nil {
		t.Fatal(err)
	}
	instance := state["resources"].([]any)[number].(map[string]any)["instances"].([]any)[0].(map[string]any)
	attributes := instance["attributes"].(map[string]any)
	for name, was := range attributes {
		if _, text := was.(string); text {
			attributes[name] = value
		}
	}
	raw, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
