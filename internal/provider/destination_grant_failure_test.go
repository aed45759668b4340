package provider_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// granted demands that the policy is the given one and one grant beside it.
func (c testCloud) granted(before string) {
	c.t.Helper()
	now := c.policy(emulator.DestinationBucket)
	if err := grownAtOnePlace(before, now); err != nil || strings.Count(now, grantPrincipal) != 1 {
		c.t.Errorf("not one grant beside the others' statements (%v): %s", err, now)
	}
}

// TestDestinationGrant_losesNothingToTheNetwork gets through lost answers and
// reads that lag behind, and writes once.
func TestDestinationGrant_losesNothingToTheNetwork(t *testing.T) {
	t.Parallel()
	for name, faults := range map[string][]emulator.Fault{
		"lost answers": {
			{Kind: emulator.FaultLostResponse, Operation: "PutBucketPolicy"},
			{Kind: emulator.FaultLostResponse, Operation: "GetBucketPolicy", Count: 2},
		},
		"cut connections": {
			{Kind: emulator.FaultReset, Operation: "PutBucketPolicy"},
			{Kind: emulator.FaultReset, Operation: "GetBucketPolicy"},
		},
		"throttled":   {{Kind: emulator.FaultError, Operation: "PutBucketPolicy", Status: 503, Code: "QpsLimitExceeded"}},
		"stale reads": {{Kind: emulator.FaultStale, Operation: "PutBucketPolicy", Reads: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := newCloud(t)
			dir := cloud.terraform().write(bucketGrant(""))
			for _, fault := range faults {
				cloud.inject(fault)
			}
			dir.apply().ok()
			cloud.granted(emulator.ForeignPolicy())
			if name == "stale reads" && cloud.writes() != 1 {
				t.Errorf("%d writes: an old read was taken for somebody else's", cloud.writes())
			}
			dir.plan().empty()
			for _, fault := range faults {
				cloud.inject(fault)
			}
			dir.destroy().ok()
			if after := cloud.policy(emulator.DestinationBucket); after != emulator.ForeignPolicy() {
				t.Errorf("the policy is %s", after)
			}
		})
	}
}

// TestDestinationGrant_failureAfterTheWrite keeps the grant in the state: the
// next apply repairs it instead of meeting a stranger's.
func TestDestinationGrant_failureAfterTheWrite(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	dir := cloud.terraform().write(bucketGrant(""))
	cloud.BeforeNext(emulator.Fault{Operation: "PutBucketPolicy"}, func() {
		cloud.inject(emulator.Fault{Kind: emulator.FaultError, Operation: "GetBucketPolicy", Status: 403, Code: "AccessDenied", Count: 5})
	})
	dir.apply().fails("Cannot add the grant", "GetBucketPolicy")
	cloud.ClearFaults()
	if state := dir.state("srr_destination_grant", "orders"); state == nil || state["status"] != "tainted" {
		t.Errorf("the state is %v", state)
	}
	cloud.granted(emulator.ForeignPolicy())
	dir.apply().ok()
	cloud.granted(emulator.ForeignPolicy())
	dir.plan().empty()
}

// TestDestinationGrant_failureBeforeTheWrite leaves nothing in the state that
// is not in the policy.
func TestDestinationGrant_failureBeforeTheWrite(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	dir := cloud.terraform().write(bucketGrant(""))
	cloud.inject(emulator.Fault{Kind: emulator.FaultError, Operation: "PutBucketPolicy", Status: 403, Code: "AccessDenied"})
	dir.apply().fails("PutBucketPolicy", "AccessDenied", "Grant the caller the action")
	if state := dir.state("srr_destination_grant", "orders"); state != nil {
		t.Errorf("the state is %v", state)
	}
	dir.apply().ok()
	cloud.inject(emulator.Fault{Kind: emulator.FaultError, Operation: "PutBucketPolicy", Status: 403, Code: "AccessDenied"})
	dir.destroy().fails("Cannot remove the grant", "AccessDenied")
	if state := dir.state("srr_destination_grant", "orders"); state == nil {
		t.Error("the grant is forgotten, though it is still there")
	}
	dir.destroy().ok()
}

// TestDestinationGrant_foreignWrites keeps what somebody else writes meanwhile,
// whichever read shows it.
func TestDestinationGrant_foreignWrites(t *testing.T) {
	t.Parallel()
	theirs := documentOf(strings.Replace(foreign, "3000000000000003", "3000000000000004", 1))
	for name, at := range map[string]func(cloud testCloud, write func()){
		"between plan and apply": func(cloud testCloud, write func()) {
			cloud.BeforeNext(emulator.Fault{Operation: "GetBucketPolicy", Skip: 1}, write)
		},
		"before the last read": func(cloud testCloud, write func()) {
			cloud.BeforeNext(emulator.Fault{Operation: "GetBucketPolicy", Skip: 2}, write)
		},
		"over our write": func(cloud testCloud, write func()) {
			cloud.BeforeNext(emulator.Fault{Operation: "PutBucketPolicy"}, func() {
				cloud.BeforeNext(emulator.Fault{Operation: "GetBucketPolicy"}, write)
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := newCloud(t)
			dir := cloud.terraform().write(bucketGrant(""))
			happened := false
			at(cloud, func() { happened = true; cloud.setPolicy(theirs) })
			dir.apply().ok()
			if !happened {
				t.Fatal("nobody wrote")
			}
			cloud.granted(theirs)
			dir.destroy().ok()
			if after := cloud.policy(emulator.DestinationBucket); after != theirs {
				t.Errorf("the policy is %s", after)
			}
		})
	}
}

// TestDestinationGrant_foreignWriterWhoNeverStops is given up on, with advice.
func TestDestinationGrant_foreignWriterWhoNeverStops(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	dir := cloud.terraform().write(bucketGrant(""))
	cloud.BeforeNext(emulator.Fault{Operation: "PutBucketPolicy"}, func() {
		for i := range 12 {
			cloud.BeforeNext(emulator.Fault{Operation: "GetBucketPolicy"}, func() {
				cloud.setPolicy(documentOf(strings.Replace(foreign, "3000000000000003", fmt.Sprintf("3%015d", i), 1)))
			})
		}
	})
	dir.apply().fails("made and overwritten 6 times", "another tool that manages the whole document")
	if cloud.writes() != 6 {
		t.Errorf("%d writes", cloud.writes())
	}
}

// TestDestinationGrant_onlyTheOffenderFails lets the service refuse a write of
// many grants: each is tried alone, and one is refused again.
func TestDestinationGrant_onlyTheOffenderFails(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	dir := cloud.terraform().write(manyGrants(6))
	// The first batch reads for a while, after the reads of plan and apply, so that
	// all others are in the second, however many are in the first.
	cloud.inject(emulator.Fault{Kind: emulator.FaultDelay, Operation: "GetBucketPolicy", Skip: 2, Delay: time.Second})
	cloud.inject(emulator.Fault{Kind: emulator.FaultError, Operation: "PutBucketPolicy", Status: 400, Code: "InvalidPolicyDocument", Count: 2})
	dir.apply().fails("InvalidPolicyDocument")
	if present := strings.Count(cloud.policy(emulator.DestinationBucket), ":assumed-role/"); present != 5 {
		t.Errorf("%d of 5 grants: %s", present, cloud.policy(emulator.DestinationBucket))
	}
	dir.apply().ok()
	dir.plan().empty()
}
