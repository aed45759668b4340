package alicloud_test

import (
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// TestInstanceSharing reads the quantity beside the lists that the SDK's own
// response type cannot take.
func TestInstanceSharing(t *testing.T) {
	for name, c := range map[string]struct {
		status             int
		body               string
		want               int
		forbidden, failing bool
	}{
		"lists":         {200, `{"RequestId":"R-1","KmsInstance":{"InstanceId":"kst-1","VpcNum":3,"VswitchIds":["vsw-1"],"ZoneIds":["a","b"]}}`, 3, false, false},
		"texts":         {200, `{"RequestId":"R-1","KmsInstance":{"InstanceId":"kst-1","VpcNum":"2","VswitchIds":"[]","ZoneIds":"[]"}}`, 2, false, false},
		"no quantity":   {200, `{"RequestId":"R-1","KmsInstance":{"InstanceId":"kst-1"}}`, 0, false, true},
		"no permission": {403, `{"RequestId":"R-1","Code":"Forbidden.NoPermission","Message":"m"}`, 0, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, reply(c.status, c.body))
			got, err := s.client(t).InstanceSharing(t.Context(), "kst-1")
			if got.AccessManagementQuantity != c.want || (err != nil) != c.failing || alicloud.IsForbidden(err) != c.forbidden {
				t.Errorf("%+v, %v", got, err)
			}
			if seen := s.seen(); len(seen) != 1 || seen[0].action != "GetKmsInstance" {
				t.Errorf("requests %+v", seen)
			}
		})
	}
}
