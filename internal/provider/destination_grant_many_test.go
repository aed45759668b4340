package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// manyGrants are grants for the first n roles of a platform.
func manyGrants(n int) string {
	return fmt.Sprintf(`
resource "srr_destination_grant" "many" {
  provider = srralt
  for_each = toset([for i in range(%d) : format("acs:ram::%%016d:role/oss-srr-team-%%03d", 1000000000000001 + i %% 7, i)])
  bucket   = "orders-backup"
  role_arn = each.value
}
`, n)
}

func (c testCloud) sessions() int {
	return strings.Count(c.policy(emulator.DestinationBucket), ":assumed-role/oss-srr-team-")
}

// TestDestinationGrant_hundred puts a hundred grants into one bucket at once:
// they share a statement, and their writes.
func TestDestinationGrant_hundred(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	// A write takes as long as it does over a network, so that others gather behind it.
	cloud.inject(emulator.Fault{Kind: emulator.FaultDelay, Operation: "PutBucketPolicy", Delay: 20 * time.Millisecond, Count: 100})
	dir := cloud.terraform().write(manyGrants(100))
	dir.apply().ok()
	if writes := cloud.calls("PutBucketPolicy"); cloud.sessions() != 100 || writes > 50 {
		t.Errorf("%d grants in %d writes", cloud.sessions(), writes)
	}
	if size := len(cloud.policy(emulator.DestinationBucket)); size > 16*1024/2 {
		t.Errorf("a hundred grants take %d bytes", size)
	}
	cloud.ClearRequests()
	dir.plan().empty()
	if reads := cloud.calls("GetBucketPolicy"); reads != 1 {
		t.Errorf("%d reads of one policy in one plan", reads)
	}
	dir.write(manyGrants(99))
	dir.apply().ok()
	if cloud.sessions() != 99 {
		t.Errorf("%d grants", cloud.sessions())
	}
	if now := cloud.policy(emulator.DestinationBucket); !strings.HasPrefix(now, strings.TrimSuffix(emulator.ForeignPolicy(), "\n    ]\n}\n")) {
		t.Errorf("the neighbour changed: %s", now)
	}
	dir.destroy().ok()
	if after := cloud.policy(emulator.DestinationBucket); after != emulator.ForeignPolicy() {
		t.Errorf("the policy is %s", after)
	}
}

// rewrite replaces texts in the configuration, provider blocks included.
func (d terraformDir) rewrite(oldnew ...string) {
	d.t.Helper()
	path := filepath.Join(d.path, "main.tf")
	text, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, []byte(strings.NewReplacer(oldnew...).Replace(string(text))), 0o600)
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

// TestDestinationGrant_twoProcesses writes one policy from both provider
// processes of a run.
func TestDestinationGrant_twoProcesses(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	both := manyGrants(12) + strings.NewReplacer(`"many"`, `"more"`, "srralt", "srr", "team", "crew").Replace(manyGrants(12))
	dir := cloud.terraform().write(both)
	dir.rewrite(emulator.SourceKeyPair().ID, emulator.DestinationKeyPair().ID, emulator.SourceKeyPair().Secret, emulator.DestinationKeyPair().Secret)
	dir.apply().ok()
	if crew := strings.Count(cloud.policy(emulator.DestinationBucket), "oss-srr-crew-"); cloud.sessions() != 12 || crew != 12 {
		t.Errorf("%d and %d grants", cloud.sessions(), crew)
	}
	dir.plan().empty()
	dir.destroy().ok()
	if after := cloud.policy(emulator.DestinationBucket); after != emulator.ForeignPolicy() {
		t.Errorf("the policy is %s", after)
	}
}

// TestDestinationGrant_fullInTheMiddle takes as many grants as fit. The others
// fail alone, with numbers.
func TestDestinationGrant_fullInTheMiddle(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, withPolicy(documentOf(foreign, allows(`"oss:GetObject"`, `"250"`, `"`+grantBucket+"/"+strings.Repeat("x", 15600)+`"`))))
	applied := cloud.terraform().write(manyGrants(8)).apply()
	failed := 0
	for _, p := range applied.problems {
		if !strings.Contains(p.Detail, "of at most 16384 (now ") {
			t.Errorf("%s\n%s", p.Summary, p.Detail)
		}
		failed++
	}
	if fitted := cloud.sessions(); fitted == 0 || failed == 0 || fitted+failed != 8 {
		t.Errorf("%d grants fitted, %d failed: %s", fitted, failed, applied.said())
	}
}
