package provider

import "testing"

func TestRepeatsDeletes_readsListsOfActions(t *testing.T) {
	for action, want := range map[string]bool{
		"": true, "ALL": true, "PUT": false, "PUT,DELETE": true, "PUT, DELETE": true, "PUT,ABORT": false, "DELETE ,PUT": true,
	} {
		if got := repeatsDeletes(action); got != want {
			t.Errorf("%q: %t", action, got)
		}
	}
}
