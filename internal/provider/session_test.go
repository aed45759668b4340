package provider_test

import (
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// A session is replaced when three minutes of it remain: one of 182 seconds two
// seconds after it was opened, one of 3 seconds for every call that comes after
// it. The delayed call outlasts both moments, and the second session itself.
func TestSession_isRenewedDuringALongApply(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ life, delay time.Duration }{
		"due for renewal": {182 * time.Second, 2500 * time.Millisecond},
		"ended":           {3 * time.Second, 3500 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := newCloud(t, deployer, func(w *emulator.World) { w.Switches.SessionLife = row.life })
			d := cloud.terraform().writeAs(roleConfig(""), "  assume_role {\n    role_arn = \""+deployRole+"\"\n  }\n")
			d.plan("-out=planned").ok()
			d.inject(emulator.Fault{Kind: emulator.FaultDelay, Operation: "CreateRole", Delay: row.delay})
			before := cloud.calls("AssumeRole")
			d.run("apply", "-json", "planned").ok()
			if opened := cloud.calls("AssumeRole") - before; opened < 2 {
				t.Errorf("%d sessions opened during the apply, want it renewed", opened)
			}
			for _, r := range cloud.Requests(0) {
				if r.Status >= 400 && r.Status != 404 {
					t.Errorf("%s answered %d %s", r.Operation, r.Status, r.Code)
				}
			}
			if left := len(cloud.Faults()); left > 0 {
				t.Error("the apply was not long")
			}
		})
	}
}
