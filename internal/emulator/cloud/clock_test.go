package cloud_test

import (
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

func TestClock_speedAdvanceAndSet(t *testing.T) {
	wall := time.Date(2026, 3, 10, 8, 0, 0, 0, time.UTC)
	clock := cloud.NewClock(func() time.Time { return wall }, 0)
	start := clock.Now()
	wall = wall.Add(time.Hour)
	if !clock.Now().Equal(start) {
		t.Error("a clock of speed 0 moved with the wall")
	}
	clock.Advance(3 * time.Minute)
	if got := clock.Now().Sub(start); got != 3*time.Minute {
		t.Errorf("advanced by %v", got)
	}
	clock.SetSpeed(60)
	wall = wall.Add(2 * time.Second)
	if got := clock.Now().Sub(start); got != 5*time.Minute {
		t.Errorf("after 2 s at speed 60: %v, want 5m", got)
	}
	clock.Set(start)
	if !clock.Now().Equal(start) || clock.Speed() != 60 {
		t.Error("Set moved the pace or missed the time")
	}
}

func TestCaller_arn(t *testing.T) {
	for want, c := range map[string]cloud.Caller{
		"acs:ram::1:root":               {Kind: cloud.Root, AccountID: "1"},
		"acs:ram::1:user/Ann":           {Kind: cloud.User, AccountID: "1", UserName: "Ann"},
		"acs:ram::1:assumed-role/my/se": {Kind: cloud.RoleSession, AccountID: "1", RoleName: "My", SessionName: "se"},
		"":                              {},
	} {
		if got := c.ARN(); got != want {
			t.Errorf("%+v: %q, want %q", c, got, want)
		}
	}
}
