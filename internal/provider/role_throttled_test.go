package provider_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// Ten roles are made at once while RAM refuses twenty calls in a row: the apply
// succeeds, and patience costs hardly a call more than the refused ones.
func TestRole_throttlingOfManyRolesIsOutlasted(t *testing.T) {
	t.Parallel()
	const rejected, roles = 20, 10
	body := `resource "srr_replication_role" "this" {
  count          = 10
  name           = "srr-orders-${count.index}"
  source_buckets = ["orders"]
}
`
	made := func(faults ...emulator.Fault) (calls int) {
		cloud := newCloud(t)
		d := cloud.terraform().write(body)
		file := filepath.Join(d.path, "main.tf")
		text, err := os.ReadFile(file)
		if err == nil { // as many retries as people have
			err = os.WriteFile(file, bytes.Replace(text, []byte("max_retries = 1\n"), nil, 1), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		d.plan("-out=planned").ok()
		for _, fault := range faults {
			d.inject(fault)
		}
		cloud.ClearRequests()
		d.run("apply", "-json", "planned").ok()
		if left := cloud.Faults(); len(left) > 0 {
			t.Errorf("not refused: %v", left)
		}
		complete := 0
		for _, role := range cloud.World().Accounts[0].Roles {
			complete += len(role.Attached)
		}
		if complete != roles {
			t.Errorf("%d complete roles", complete)
		}
		return len(cloud.Requests(0))
	}
	calm := made()
	throttled := made(emulator.Fault{Kind: emulator.FaultError, Service: "ram", Status: 400, Code: "Throttling.User", Count: rejected})
	if throttled < calm+rejected || throttled > calm*3/2+rejected {
		t.Errorf("%d calls where %d are usual and %d were rejected", throttled, calm, rejected)
	}
}
