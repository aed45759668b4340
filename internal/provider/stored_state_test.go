package provider_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

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

// TestStoredState_editedByHand breaks every attribute of every resource in the
// state, one at a time: an error or a plan, never a crash, and nothing is written.
func TestStoredState_editedByHand(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	dir := cloud.terraform().write(twoAccountsKMS())
	dir.apply().ok()
	stored := storedState(t, cloud)
	for i, broken := range []any{nil, "", "\x00nonsense", map[string]any{"a": 1}} {
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
