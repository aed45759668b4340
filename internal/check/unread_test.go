package check_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/check"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// verdictsIn expects statuses and parts of what is said, by id.
func verdictsIn(t *testing.T, report check.Report, status check.Status, says string, ids ...string) {
	t.Helper()
	for _, id := range ids {
		v := find(t, report, id)
		wellSaid(t, v)
		if v.Status != status || !strings.Contains(v.Seen+" "+v.Advice, says) {
			t.Errorf("%+v, want %s with %q", v, status, says)
		}
	}
}

// TestCheck_roleByNameIsNotSoughtInTheWrongAccount: a source bucket that does not
// show says nothing of the account of a role that was given by its name.
func TestCheck_roleByNameIsNotSoughtInTheWrongAccount(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(w *world){
		"foreign": func(*world) {},
		"missing": func(w *world) { w.OSS.Buckets = w.OSS.Buckets[1:] },
		"refused": func(w *world) {
			user := &w.account(emulator.DestinationAccount).Users[0]
			user.Attached = append(user.Attached, denyingIn(w, emulator.DestinationAccount, "oss:GetBucketInfo"))
		},
		"in another region": func(w *world) { w.source().Region = "cn-beijing" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, in := rightWorld(), input()
			spoil(&w)
			in.Role.AccountID = ""
			report := start(t, w).run(emulator.DestinationKeyPair(), in)
			verdictsIn(t, report, check.Unknown, "Give the role's ARN", "role", "role_kind", "role_trust", "role_policy_objects", "destination_deny", "key_deny")
			for _, v := range report {
				if v.Status == check.Fail && v.ID != "source_bucket" && v.ID != "regions" {
					t.Errorf("%+v", v)
				}
			}
		})
	}
}

// TestCheck_ownBucketThatShowsNothing: a service that answers with an error leaves
// everything about the bucket open, but a listed bucket is the account's.
func TestCheck_ownBucketThatShowsNothing(t *testing.T) {
	t.Parallel()
	c, in := start(t, rightWorld()), input()
	in.Role.AccountID = ""
	if err := c.Inject(emulator.Fault{Kind: emulator.FaultError, Operation: "GetBucketInfo", Status: 500, Code: "InternalError", Count: 4}); err != nil {
		t.Fatal(err)
	}
	report := c.run(emulator.SourceKeyPair(), in)
	verdictsIn(t, report, check.Unknown, "GetBucketInfo of bucket orders failed with InternalError", "source_bucket")
	verdictsIn(t, report, check.OK, "", "role", "role_trust")
}

// TestJudge_strangerOrUserWithoutPermissions: OSS gives both the same answer; only
// the list of buckets tells them apart.
func TestJudge_strangerOrUserWithoutPermissions(t *testing.T) {
	t.Parallel()
	refused := &alicloud.Error{Service: "OSS", Operation: "GetBucketInfo", Object: "bucket orders", Code: "AccessDenied", EC: "0003-00000001", HTTPStatus: 403}
	orders := []alicloud.BucketSummary{{Name: emulator.SourceBucket, Region: emulator.Region}}
	for name, c := range map[string]struct {
		buckets check.Fact[[]alicloud.BucketSummary]
		status  check.Status
		says    string
	}{
		"listed":     {check.Fact[[]alicloud.BucketSummary]{Value: orders}, check.Unknown, "Allow the provider's identity oss:GetBucketInfo on bucket orders."},
		"not listed": {check.Fact[[]alicloud.BucketSummary]{}, check.Fail, "belongs to another account than the role"},
		"no list":    {check.Fact[[]alicloud.BucketSummary]{Err: refused}, check.Unknown, "if it is this account's, allow the provider's identity oss:GetBucketInfo on bucket orders"},
	} {
		t.Run(name, func(t *testing.T) {
			facts := check.Facts{RoleAccount: emulator.SourceAccount, Caller: alicloud.Account{ID: emulator.SourceAccount}, Region: emulator.Region, Buckets: c.buckets}
			facts.Source.Err = refused
			verdictsIn(t, check.Judge(input(), facts), c.status, c.says, "source_bucket")
		})
	}
}

// TestCheck_rulesThatWereNotRead: what nobody read is never ok.
func TestCheck_rulesThatWereNotRead(t *testing.T) {
	t.Parallel()
	neighbours := func(w *world, count int) {
		for i := range count {
			w.OSS.Buckets = append(w.OSS.Buckets, oss.Bucket{Name: fmt.Sprintf("branch-%03d", i), Owner: emulator.SourceAccount, Region: emulator.Region})
		}
	}
	const tooMany, refused = "1 buckets of the account were not asked", "the rules of 1 other buckets of the account were not read"
	for name, c := range map[string]struct {
		key    emulator.KeyPair
		spoil  func(w *world)
		says   string
		judged []string
	}{
		"101 neighbours": {emulator.SourceKeyPair(), func(w *world) { neighbours(w, 101); noRule(w) }, tooMany, []string{"chain_into", "source_rule_limit"}},
		"one neighbour denied": {emulator.SourceKeyPair(), func(w *world) {
			neighbours(w, 2)
			noRule(w)
			addStatement(w.bucket("branch-001"), `{"Effect":"Deny","Action":["oss:GetBucketReplication"],"Principal":["*"],"Resource":["acs:oss:*:*:branch-001"]}`)
		}, refused, []string{"chain_into", "source_rule_limit"}},
		"the destination's rules denied": {emulator.DestinationKeyPair(), func(w *world) {
			addStatement(w.destination(), `{"Effect":"Deny","Action":["oss:GetBucketReplication"],"Principal":["*"],"Resource":["acs:oss:*:*:orders-backup"]}`)
		}, "oss:GetBucketReplication on bucket orders-backup", []string{"chain_onward", "loop", "destination_rule_limit"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := rightWorld()
			c.spoil(&w)
			verdictsIn(t, start(t, w).run(c.key, input()), check.Unknown, c.says, c.judged...)
		})
	}
	w := rightWorld()
	neighbours(&w, 100)
	verdictsIn(t, start(t, w).run(emulator.SourceKeyPair(), input()), check.OK, "", "chain_into")
}

// TestCheck_listsTheBucketsOnce: all checks of one provider block share the list.
func TestCheck_listsTheBucketsOnce(t *testing.T) {
	t.Parallel()
	c := start(t, rightWorld())
	client := c.client(emulator.SourceKeyPair())
	who, err := client.Account(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := check.Read(t.Context(), client, who, input()); err != nil {
			t.Fatal(err)
		}
	}
	count := map[string]int{}
	for _, r := range c.Requests(0) {
		count[r.Operation]++
	}
	if count["ListBuckets"] != 1 || count["GetRole"] != 1 {
		t.Errorf("the calls are %v", count)
	}
}

// TestCheck_tagFilterWithoutVersioning: whether OSS takes such a rule is not
// documented for certain, so it is a warning before there is a rule.
func TestCheck_tagFilterWithoutVersioning(t *testing.T) {
	t.Parallel()
	in := input()
	in.TagMatch, in.Tags = replication.MatchAll, []replication.Tag{{Key: "keep", Value: "yes"}}
	for versioning, want := range map[string]check.Status{"": check.Warn, "Enabled": check.Unknown} {
		w := rightWorld()
		noRule(&w)
		w.source().Versioning, w.destination().Versioning = versioning, versioning
		verdictsIn(t, start(t, w).run(emulator.SourceKeyPair(), in), want, "", "rule_tags")
	}
}
