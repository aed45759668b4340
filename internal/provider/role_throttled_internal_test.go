package provider

import (
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

func TestRole_throttlingForTwentyCallsIsOutlastedWithoutAnAvalanche(t *testing.T) {
	t.Parallel()
	const rejected = 20
	calm, throttled := newRoleBench(t), newRoleBench(t)
	if err := calm.create(t.Context()); err != nil {
		t.Fatal(err)
	}
	throttled.inject(t, emulator.Fault{Kind: emulator.FaultError, Service: "ram", Status: 400, Code: "Throttling.User", Count: rejected})
	if err := throttled.create(t.Context()); err != nil {
		t.Fatal(err)
	}
	usual, got := len(calm.cloud.Requests(0)), len(throttled.cloud.Requests(0))
	if got < usual+rejected || got > usual*3/2+rejected {
		t.Errorf("%d calls where %d are usual and %d were rejected", got, usual, rejected)
	}
	if roles := throttled.account0().Roles; len(roles) != 1 || len(roles[0].Attached) != 1 {
		t.Errorf("roles are %v", roles)
	}
}
