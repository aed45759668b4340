package provider_test

import (
	"testing"
)

func TestRule_isMadeChangedInPlaceAndDeleted(t *testing.T) {
	d := ruleTest(t)
	d.write(ruleBlock("a")).apply().ok().plans("a create")
	d.plan().empty()
	before := d.cloud.writes()
	d.write(ruleBlock("a", arguments{"prevent_replacement": "true", "adopt_existing": "true", "timeouts": `{ create = "5m" }`, "wait_until_active": "true"})).
		apply().ok().plans("a update")
	if got := d.cloud.writes(); got != before {
		t.Errorf("a change of settings made %d calls", got-before)
	}
	d.destroy().ok()
	if left := d.cloud.rules(); len(left) > 0 {
		t.Errorf("left are %v", left)
	}
}
