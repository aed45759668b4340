package cloud_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

func TestCaller_Conditions(t *testing.T) {
	transport := map[string][]string{"acs:SourceIp": {"192.0.2.7"}}
	tests := map[string]struct {
		caller cloud.Caller
		want   map[string][]string
	}{
		"anonymous": {cloud.Caller{Context: transport}, map[string][]string{"acs:SourceIp": {"192.0.2.7"}}},
		"account": {
			cloud.Caller{Kind: cloud.Root, AccountID: "1", AccessKeyID: "LTAI1", Context: transport},
			map[string][]string{"acs:SourceIp": {"192.0.2.7"}, "acs:PrincipalARN": {"acs:ram::1:root"}, "acs:AccessId": {"LTAI1"}},
		},
		"session of a service": {
			cloud.Caller{Kind: cloud.RoleSession, AccountID: "1", RoleName: "Ops", SessionName: "me"},
			map[string][]string{"acs:PrincipalARN": {"acs:ram::1:assumed-role/ops/me"}},
		},
	}
	for name, test := range tests {
		if diff := cmp.Diff(test.want, test.caller.Conditions()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if len(transport) != 1 {
		t.Errorf("the transport's keys were changed: %v", transport)
	}
}
