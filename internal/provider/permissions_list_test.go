package provider_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// TestPermissions_ofListsAreEnoughAndNeeded lists with exactly the permissions of
// each page, and then with one action less each time.
func TestPermissions_ofListsAreEnoughAndNeeded(t *testing.T) {
	t.Parallel()
	for _, one := range everyKnown() {
		d := documented{page: "list-resources/" + one.kind, destination: one.owner == emulator.DestinationAccount, world: everyKind}
		if one.kind == "srr_kms_key_policy" {
			d.world = func(w *emulator.World) {
				withoutOwnUsers(w)
				withKeyPolicy(documentOf(keyOurs()))(w)
			}
		}
		t.Run(one.kind, func(t *testing.T) {
			t.Parallel()
			whole := d.read(t)
			if found, refused := d.listed(t, one, whole); len(refused) > 0 || found != 1 {
				t.Fatalf("with all permissions of the page: %d results, %q", found, refused)
			}
			for i, statement := range whole.Statement {
				for _, action := range statement.Action {
					t.Run(fmt.Sprint("without ", action), func(t *testing.T) {
						t.Parallel()
						if _, refused := d.listed(t, one, whole.without(i, action)); len(refused) == 0 {
							t.Error("nothing is refused, so the page asks for more than is needed")
						}
					})
				}
			}
		})
	}
}

// listed counts what a caller with these permissions finds, and names what was
// refused.
func (d documented) listed(t *testing.T, one known, policy permissions) (found int, refused []string) {
	t.Helper()
	text, err := json.Marshal(policy)
	if err != nil {
		t.Fatal(err)
	}
	c := newCloud(t, d.caller(string(text)))
	results := c.speak(one.key).list(one.kind, nil, 0, true)
	refused = d.refused(c, outcome{})
	if problems := said(results...); problems != "" {
		refused = append(refused, problems)
	}
	return len(names(results)), refused
}
