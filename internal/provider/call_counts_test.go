package provider_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// withManyBuckets adds numbered buckets to both accounts.
func withManyBuckets(sources, targets int) func(*emulator.World) {
	return func(w *emulator.World) {
		add := func(name, owner string, n int) {
			for i := range n {
				w.OSS.Buckets = append(w.OSS.Buckets, oss.Bucket{Name: fmt.Sprintf("%s-%d", name, i), Owner: owner, Region: emulator.Region})
			}
		}
		add("source", emulator.SourceAccount, sources)
		add("target", emulator.DestinationAccount, targets)
	}
}

// withoutChecks lets rules be made without role and grant.
func withoutChecks(w *emulator.World) { w.Switches.SilentCreate = true }

// manyRules are n rules that are spread over the source buckets.
func manyRules(n, buckets int) string {
	return fmt.Sprintf(`
resource "srr_rule" "many" {
  count              = %d
  source_bucket      = format("source-%%d", count.index %% %d)
  destination_bucket = format("target-%%d", floor(count.index / %d))
  role               = "oss-srr-many"
  replicate_history  = true
}
`, n, buckets, buckets)
}

// counts are the logged requests by operation.
func (c testCloud) counts() map[string]int {
	found := map[string]int{}
	for _, r := range c.Requests(0) {
		found[r.Operation]++
	}
	return found
}

func (c testCloud) wantCalls(what string, want map[string]int) {
	c.t.Helper()
	if got := c.counts(); !maps.Equal(got, want) {
		c.t.Errorf("%s makes the calls %v, want %v", what, got, want)
	}
	c.ClearRequests()
}

// TestCalls_refresh reads each list once, however many rules are in it.
func TestCalls_refresh(t *testing.T) {
	t.Parallel()
	for _, size := range []struct{ rules, buckets int }{{50, 50}, {60, 4}} {
		t.Run(fmt.Sprintf("%d rules on %d buckets", size.rules, size.buckets), func(t *testing.T) {
			t.Parallel()
			cloud := newCloud(t, withoutChecks, withManyBuckets(size.buckets, (size.rules+size.buckets-1)/size.buckets))
			dir := cloud.terraform().write(manyRules(size.rules, size.buckets))
			dir.apply("-parallelism=50")
			cloud.ClearRequests()
			dir.plan("-parallelism=50").empty()
			cloud.wantCalls("a plan", map[string]int{"GetCallerIdentity": 1, "GetBucketReplication": size.buckets})
			dir.write(manyRules(size.rules, size.buckets) + `data "srr_rules" "all" {}`)
			dir.plan("-parallelism=50")
			cloud.wantCalls("a plan with the data source", map[string]int{
				"GetCallerIdentity": 1, "ListBuckets": 1, "GetBucketReplication": size.buckets + 1, // and the bucket of the standard world
			})
		})
	}
}

// TestCalls_applyOfPairs names every call that a pair of buckets with its role,
// grant and rule costs.
func TestCalls_applyOfPairs(t *testing.T) {
	t.Parallel()
	const n = 6
	cloud := newCloud(t, withManyBuckets(n, n))
	dir := cloud.terraform().write(fmt.Sprintf(`
resource "srr_replication_role" "pair" {
  count          = %[1]d
  name           = format("oss-srr-%%d", count.index)
  source_buckets = [format("source-%%d", count.index)]
}
resource "srr_destination_grant" "pair" {
  provider = srralt
  count    = %[1]d
  bucket   = format("target-%%d", count.index)
  role_arn = srr_replication_role.pair[count.index].arn
}
resource "srr_rule" "pair" {
  count              = %[1]d
  source_bucket      = format("source-%%d", count.index)
  destination_bucket = srr_destination_grant.pair[count.index].bucket
  role               = srr_replication_role.pair[count.index].name
  replicate_history  = true
}
`, n))
	dir.apply("-parallelism=50").ok()
	// Terraform plans every resource twice, and each phase has plugins of its own:
	// what both read counts twice.
	cloud.wantCalls("an apply", map[string]int{
		"GetCallerIdentity": 2 * 2,
		// source and target by their owners, and the target by the account of the source, which may not
		"GetBucketInfo": 2 * 3 * n,
		"GetRole":       2 * n, "GetPolicy": 2 * n, "CreateRole": n, "CreatePolicy": n, "AttachPolicyToRole": n, "ListPoliciesForRole": n,
		// before each plan, before the write and after it
		"GetBucketPolicy": 2*n + 2*n, "PutBucketPolicy": n,
		// before each plan and after the write
		"GetBucketReplication": 2*n + n, "PutBucketReplication": n,
	})
	dir.plan("-parallelism=50").empty()
	cloud.wantCalls("a plan", map[string]int{
		"GetCallerIdentity": 2, "GetRole": n, "ListPoliciesForRole": n, "GetPolicy": n, "GetBucketPolicy": n, "GetBucketReplication": n,
	})
}

// TestCalls_rulesOfOneBucket looks at a bucket once in each phase, however many
// rules it gets, and waits for the end of them all with common looks.
func TestCalls_rulesOfOneBucket(t *testing.T) {
	t.Parallel()
	const n = 30
	cloud := newCloud(t, withoutChecks, withManyBuckets(1, n), func(w *emulator.World) { w.Switches.ClosingTime = 1500 * time.Second })
	dir := cloud.terraform().write(manyRules(n, 1))
	dir.apply("-parallelism=1").ok()
	calls := cloud.counts()
	// the source, and each target by the account of the source, which may not; in both phases
	if calls["GetBucketInfo"] != 2*(1+n) || calls["PutBucketReplication"] != n {
		t.Errorf("an apply makes the calls %v", calls)
	}
	cloud.ClearRequests()
	dir.apply("-destroy", "-parallelism=50").ok()
	// The rules close for 1.5 s, and each wait looks four times.
	if calls := cloud.counts(); calls["DeleteBucketReplication"] != n || calls["GetBucketReplication"] > 2*n {
		t.Errorf("a destroy makes the calls %v", calls)
	}
}

// TestCalls_manySourcesOneTarget asks once for the backup bucket, which refuses
// everybody in the account of the sources.
func TestCalls_manySourcesOneTarget(t *testing.T) {
	t.Parallel()
	const n = 40
	cloud := newCloud(t, withoutChecks, withManyBuckets(n, 1))
	cloud.terraform().write(manyRules(n, n)).plan()
	if calls := cloud.counts(); calls["GetBucketInfo"] != n+1 || calls["GetBucketReplication"] != n {
		t.Errorf("a plan makes the calls %v", calls)
	}
}

// TestCalls_keyGrantsOfOneKey reads the key's policy once for all of them in a plan,
// and the key itself once in each process of an apply.
func TestCalls_keyGrantsOfOneKey(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	dir := cloud.terraform().write(`
resource "srr_kms_key_policy" "many" {
  provider = srralt
  count    = 8
  key_id   = "` + emulator.ReplicaKeyARN() + `"
  role_arn = format("acs:ram::` + emulator.SourceAccount + `:role/oss-srr-%d", count.index)
}
`)
	dir.apply().ok()
	if got := cloud.calls("DescribeKey"); got > 2 {
		t.Errorf("an apply of 8 grants describes their key %d times", got)
	}
	cloud.ClearRequests()
	dir.plan().empty()
	cloud.wantCalls("a plan", map[string]int{"GetCallerIdentity": 1, "GetKeyPolicy": 1})
}

// TestCalls_rulesThatShareARole reads the role once for all of them.
func TestCalls_rulesThatShareARole(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, withManyBuckets(2, 2))
	base := `
resource "srr_replication_role" "shared" {
  name           = "oss-srr-shared"
  source_buckets = ["source-0", "source-1"]
}
resource "srr_destination_grant" "pair" {
  provider = srralt
  count    = 2
  bucket   = format("target-%d", count.index)
  role_arn = srr_replication_role.shared.arn
}
`
	dir := cloud.terraform().write(base)
	dir.apply().ok()
	cloud.ClearRequests()
	dir.write(base + `
resource "srr_rule" "pair" {
  count              = 2
  source_bucket      = format("source-%d", count.index)
  destination_bucket = srr_destination_grant.pair[count.index].bucket
  role               = srr_replication_role.shared.name
  replicate_history  = true
}
`)
	dir.plan().ok()
	if calls := cloud.counts(); calls["GetRole"] != 1 || calls["GetPolicy"] != 1 || calls["ListPoliciesForRole"] != 1 {
		t.Errorf("a plan makes the calls %v", calls)
	}
}
