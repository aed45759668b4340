package provider_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/ledger"
)

// besideRole is a rule whose role is made by the same configuration.
func besideRole(change ...arguments) string {
	const role = "resource \"srr_replication_role\" \"r\" {\n  name = \"fresh\"\n  source_buckets = [\"orders\"]\n}\n"
	return role + ruleBlock("a", append(change, arguments{"role": "srr_replication_role.r.name"})...)
}

func noPermission(count int) emulator.Fault { return refusedWith("NoPermission", count) }

func refusedWith(code string, count int) emulator.Fault {
	return emulator.Fault{Kind: emulator.FaultError, Operation: putRule, Status: 403, Code: code, Count: count}
}

// The page of PutBucketReplication names one code, and OSS has another one for a
// missing permission.
func TestRule_missingPermissionIsRetriedForABoundedTime(t *testing.T) {
	for _, code := range []string{"NoPermission", "AccessDenied"} {
		t.Run(code, func(t *testing.T) {
			d := ruleTest(t)
			d.inject(refusedWith(code, 2))
			d.write(besideRole()).apply().ok()
			d.destroy().ok()
			d.inject(refusedWith(code, 1000))
			d.write(besideRole(arguments{"timeouts": `{ create = "1s" }`})).apply().fails("Cannot create the rule orders => orders-backup", code)
			if got := d.cloud.calls(putRule); got < 5 {
				t.Errorf("%d attempts in two applies, want more than one in each", got)
			}
		})
	}
}

func TestRule_missingPermissionWithoutAChangeOfOursIsNotRetried(t *testing.T) {
	d := ruleTest(t)
	d.inject(noPermission(1000))
	d.write(ruleBlock("a")).apply().fails("Cannot create the rule orders => orders-backup", "NoPermission")
	if got := d.cloud.calls(putRule); got != 1 {
		t.Errorf("%d attempts, although nobody changed a permission", got)
	}
}

func TestRule_missingPermissionLongAfterAChangeOfOursIsNotRetried(t *testing.T) {
	d := ruleTest(t)
	d.write(besideRole(arguments{"count": "0"})).apply().ok()
	d.inject(noPermission(1000))
	notes := ledger.Open(filepath.Join(d.path, "notes", "machine"))
	err := notes.Edit(t.Context(), "last change of a permission", func(note []byte) []byte {
		var at time.Time
		if err := at.UnmarshalText(note); err != nil || time.Since(at) > time.Minute {
			t.Errorf("the change of a moment ago is noted as %q: %v", note, err)
		}
		text, _ := at.Add(-2 * time.Minute).MarshalText()
		return text
	})
	if err != nil {
		t.Fatal(err)
	}
	d.write(besideRole()).apply().fails("NoPermission")
	if got := d.cloud.calls(putRule); got != 1 {
		t.Errorf("%d attempts long after the change", got)
	}
}

// RAM shows the role to OSS only after a while, here after the first refusal; the
// grant is another process's.
func TestRule_roleAndGrantThatHaveNotArrivedAreWaitedFor(t *testing.T) {
	t.Parallel()
	d := newCloud(t, func(w *emulator.World) { w.Switches.RAMPropagation = never }).terraform()
	d.cloud.AfterNext(emulator.Fault{Operation: putRule}, func() { d.cloud.Advance(never) })
	d.write(twoAccounts).apply().ok()
	if got := d.cloud.calls(putRule); got < 2 {
		t.Errorf("%d attempts; the role was visible at once", got)
	}
	d.plan().empty()
}
