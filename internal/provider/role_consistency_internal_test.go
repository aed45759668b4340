package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// patience counts the waits of retries instead of waiting.
type patience struct{ waits []time.Duration }

func (p *patience) sleep(_ context.Context, d time.Duration) error {
	p.waits = append(p.waits, d)
	return nil
}

// roleBench is the resource with a real client of an emulated cloud.
type roleBench struct {
	*roleResource
	cloud    *emulator.Server
	patience *patience
	goal     roleGoal
}

func newRoleBench(t *testing.T) roleBench {
	t.Helper()
	made, err := emulator.New(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cloud, err := emulator.Start(t.Context(), made, "127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	key := emulator.SourceKeyPair()
	waiting := &patience{}
	client, err := alicloud.New(alicloud.Config{
		Region: emulator.Region, Credentials: alicloud.StaticCredentials{AccessKeyID: key.ID, AccessKeySecret: key.Secret},
		Endpoints: alicloud.Endpoints{OSS: cloud.URL, RAM: cloud.URL, STS: cloud.URL, KMS: cloud.URL},
		Sleep:     func(context.Context, time.Duration) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	resource := &roleResource{account: &account{client: client, retry: retrying(waiting.sleep), run: newRun()}}
	goal := roleGoal{name: "srr-orders", policyName: "srr-orders", duration: minSessionDuration, document: replication.SourcePolicy([]string{"orders"}, nil)}
	return roleBench{resource, cloud, waiting, goal}
}

func (b roleBench) create(ctx context.Context) error {
	leftover, diags := b.refuseExisting(ctx, b.goal)
	if diags.HasError() {
		return fmt.Errorf("%v", diags)
	}
	created, err := createRole(ctx, b.account.client, b.goal, b.account.retry)
	if err != nil {
		return err
	}
	if err := reconcileRole(ctx, b.account.client, b.goal, roleObservation{role: created, policy: leftover}, false, b.account.retry); err != nil {
		return err
	}
	if diags := b.settle(ctx, b.goal, created.ID); len(diags) > 0 {
		return fmt.Errorf("%v", diags)
	}
	return nil
}

func (b roleBench) update(ctx context.Context) error {
	seen, err := observeRole(alicloud.Fresh(ctx), b.account.client, b.goal.name, b.goal.policyName)
	if err != nil {
		return err
	}
	return reconcileRole(ctx, b.account.client, b.goal, seen, true, b.account.retry)
}

func (b roleBench) inject(t *testing.T, faults ...emulator.Fault) {
	t.Helper()
	for _, f := range faults {
		if err := b.cloud.Inject(f); err != nil {
			t.Fatal(err)
		}
	}
}

func (b roleBench) account0() identity.Account { return b.cloud.World().Accounts[0] }

// untilRoleExists waits for a creation that is still under way in the cloud.
func (b roleBench) untilRoleExists() {
	for deadline := time.Now().Add(10 * time.Second); len(b.account0().Roles) == 0 && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
}

func (b roleBench) calls(operation string) (count int) {
	for _, r := range b.cloud.Requests(0) {
		if r.Operation == operation {
			count++
		}
	}
	return count
}

func TestRole_twoHundredEditsInARow(t *testing.T) {
	t.Parallel()
	b := newRoleBench(t)
	if err := b.create(t.Context()); err != nil {
		t.Fatal(err)
	}
	buckets := []string{"orders"}
	for i := range 200 {
		if i%3 == 2 {
			buckets = buckets[1:]
		} else {
			buckets = append(buckets, fmt.Sprintf("bucket-%03d", i))
		}
		if len(buckets) > 40 {
			buckets = buckets[20:]
		}
		b.goal.document = replication.SourcePolicy(buckets, nil)
		if err := b.update(t.Context()); err != nil {
			t.Fatalf("edit %d: %v", i, err)
		}
		if diags := b.settle(t.Context(), b.goal, b.account0().Roles[0].ID); len(diags) > 0 {
			t.Fatalf("edit %d: %v", i, diags)
		}
	}
	made := b.account0().Policies
	if len(made) != 1 || len(made[0].Versions) > 5 || made[0].LastVersion != 201 {
		t.Errorf("policies after 200 edits: %d, versions %d, last %d", len(made), len(made[0].Versions), made[0].LastVersion)
	}
	if len(b.patience.waits) > 0 {
		t.Errorf("waited %d times in a cloud that is consistent", len(b.patience.waits))
	}
}

// The default version that the limit of five must spare may be the oldest one.
func TestRole_fullVersionsWithAnOldDefaultAreRotated(t *testing.T) {
	t.Parallel()
	b := newRoleBench(t)
	if err := b.create(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		if _, err := b.account.client.CreatePolicyVersion(t.Context(), "srr-orders", replication.SourcePolicy([]string{fmt.Sprintf("other-%d", i)}, nil), false, false); err != nil {
			t.Fatal(err)
		}
	}
	b.goal.document = replication.SourcePolicy([]string{"payroll"}, nil)
	if err := b.update(t.Context()); err != nil {
		t.Fatal(err)
	}
	p := b.account0().Policies[0]
	if len(p.Versions) != 5 || p.DefaultVersion != "v6" {
		t.Errorf("%d versions, default %s", len(p.Versions), p.DefaultVersion)
	}
}

// A stale read after each write delays the creation but neither fails nor
// repeats it.
func TestRole_creationOutlastsStaleReads(t *testing.T) {
	t.Parallel()
	for _, stale := range []emulator.Fault{
		{Kind: emulator.FaultStale, Operation: "CreateRole", Reads: 6},
		{Kind: emulator.FaultStale, Operation: "CreatePolicy", Reads: 3},
		{Kind: emulator.FaultError, Operation: "AttachPolicyToRole", Status: 404, Code: "EntityNotExist.Role", Count: 3},
		{Kind: emulator.FaultError, Operation: "AttachPolicyToRole", Status: 404, Code: "EntityNotExist.Policy", Count: 3},
	} {
		t.Run(stale.Operation+" "+stale.Code, func(t *testing.T) {
			t.Parallel()
			b := newRoleBench(t)
			b.inject(t, stale)
			if err := b.create(t.Context()); err != nil {
				t.Fatal(err)
			}
			if len(b.patience.waits) == 0 {
				t.Error("nothing was stale")
			}
			if b.calls("CreateRole") != 1 || b.calls("CreatePolicy") != 1 || b.calls("CreatePolicyVersion") != 0 {
				t.Error("a creation was repeated")
			}
		})
	}
}

// A lost answer and a stale read at once: RAM says that the object exists, and
// the read does not show it yet.
func TestRole_lostAnswerAndStaleReadAtOnce(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"CreateRole", "CreatePolicy"} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			b := newRoleBench(t)
			missing := map[string]emulator.Fault{
				"CreateRole":   {Kind: emulator.FaultError, Operation: "GetRole", Skip: 1, Count: 2, Status: 404, Code: codeRoleMissing},
				"CreatePolicy": {Kind: emulator.FaultError, Operation: "GetPolicy", Skip: 1, Count: 2, Status: 404, Code: codePolicyMissing},
			}[operation]
			b.inject(t, emulator.Fault{Kind: emulator.FaultLostResponse, Operation: operation}, missing)
			if err := b.create(t.Context()); err != nil {
				t.Fatal(err)
			}
			if len(b.patience.waits) < 2 {
				t.Errorf("waited %v", b.patience.waits)
			}
		})
	}
}

func TestRole_deletionRetriesTheDocumentedCodesOnly(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		operation, code string
		times, calls    int
		fails           bool
	}{
		{"DeleteRole", "DeleteConflict.Role.Policy", 3, 4, false},
		{"DeletePolicy", "DeleteConflict.Policy.User", 2, 3, false},
		{"DeletePolicy", "DeleteConflict.Role.Policy", 2, 3, false},
		{"DeleteRole", "DeleteConflict.Role.Policy", 1000, 17, true},
		{"DeleteRole", "NoPermission", 1, 1, true},
		{"DeletePolicy", "DeleteConflict.Policy.Version.Default", 1, 1, true},
		{"DeletePolicy", "InvalidParameter.PolicyName.Length", 1, 1, true},
	} {
		t.Run(fmt.Sprintf("%s %s %d", row.operation, row.code, row.times), func(t *testing.T) {
			t.Parallel()
			b := newRoleBench(t)
			if err := b.create(t.Context()); err != nil {
				t.Fatal(err)
			}
			b.inject(t, emulator.Fault{Kind: emulator.FaultError, Operation: row.operation, Status: 409, Code: row.code, Count: row.times})
			diags := b.remove(t.Context(), "srr-orders", "srr-orders", []alicloud.AttachedPolicy{{Name: "srr-orders", Type: alicloud.PolicyCustom}})
			if diags.HasError() != row.fails {
				t.Errorf("diagnostics: %v", diags)
			}
			if got := b.calls(row.operation); got != row.calls {
				t.Errorf("%d calls, want %d", got, row.calls)
			}
		})
	}
}

func TestRole_interruptDuringALostCreationStillFindsTheRole(t *testing.T) {
	t.Parallel()
	b := newRoleBench(t)
	ctx, cancel := context.WithCancel(t.Context())
	b.cloud.BeforeNext(emulator.Fault{Operation: "CreateRole"}, cancel)
	b.cloud.BeforeNext(emulator.Fault{Operation: "GetRole"}, b.untilRoleExists)
	b.inject(t, emulator.Fault{Kind: emulator.FaultLostResponse, Operation: "CreateRole"})
	created, err := createRole(ctx, b.account.client, b.goal, b.account.retry)
	if len(b.account0().Roles) != 1 {
		t.Fatalf("the request did not arrive: %v", b.account0().Roles)
	}
	if err != nil || created.ID == "" {
		t.Errorf("a role that exists was not found: %v", err)
	}
}

func TestRole_interruptedCreationIsTakenBackAfterTheInterrupt(t *testing.T) {
	t.Parallel()
	b := newRoleBench(t)
	ctx, cancel := context.WithCancel(t.Context())
	b.cloud.BeforeNext(emulator.Fault{Operation: "AttachPolicyToRole"}, cancel)
	if err := b.create(ctx); !alicloud.IsCanceled(err) {
		t.Fatalf("the creation ended with %v", err)
	}
	outcome, gone := b.takeBack(ctx, b.goal, b.account0().Roles[0].ID)
	if left := b.account0(); !gone || len(left.Roles) > 0 || len(left.Policies) > 0 {
		t.Errorf("%s\nleft are %v and %v", outcome, left.Roles, left.Policies)
	}
}

func TestRole_anotherRoleIsNeverTakenBack(t *testing.T) {
	t.Parallel()
	b := newRoleBench(t)
	if err := b.create(t.Context()); err != nil {
		t.Fatal(err)
	}
	if outcome, gone := b.takeBack(t.Context(), b.goal, "399999999999999999"); gone || len(b.account0().Roles) != 1 {
		t.Errorf("a role with another id was removed: %s", outcome)
	}
}

func TestRetrying_isBoundedAndEndsWithTheContext(t *testing.T) {
	t.Parallel()
	passes := errors.New("passes")
	always := func(error) bool { return true }
	waiting := &patience{}
	if err := retrying(waiting.sleep)(t.Context(), always, func() error { return passes }); !errors.Is(err, passes) {
		t.Errorf("error is %v", err)
	}
	var total time.Duration
	for _, wait := range waiting.waits {
		total += wait
	}
	if total < time.Minute || total > time.Minute+5*time.Second || slices.Max(waiting.waits) != 5*time.Second {
		t.Errorf("waits are %v", waiting.waits)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	calls := 0
	if err := retrying(sleepContext)(ended, always, func() error { calls++; return passes }); !errors.Is(err, passes) || calls != 1 {
		t.Errorf("%d calls, error %v", calls, err)
	}
}

func TestWideningActions(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		statement string
		want      string
	}{
		{`{"Effect":"Allow","Action":"*","Resource":"*"}`, "*"},
		{`{"Effect":"Allow","Action":["oss:*","kms:Decrypt"],"Resource":"*"}`, "oss:*"},
		{`{"Effect":"Allow","Action":"ram:*","Resource":"*"}`, "ram:*"},
		{`{"Effect":"Allow","Action":["OSS:putobject","oss:Delete*"],"Resource":"*"}`, "OSS:putobject oss:Delete*"},
		{`{"Effect":"Allow","NotAction":["ecs:*"],"Resource":"*"}`, "everything but ecs:*"},
		{`[{"Effect":"Allow","Action":"oss:AbortMultipartUpload","Resource":"*"}]`, "oss:AbortMultipartUpload"},
		{`{"Effect":"Allow","Action":["oss:Get*","oss:ListObjects","oss:ReplicateGet","oss:ReplicateList"],"Resource":"*"}`, ""},
		{`{"Effect":"Allow","Action":["ram:CreateAccessKey","ram:Create*","ram:AttachPolicyToUser"],"Resource":"*"}`, "ram:CreateAccessKey ram:Create* ram:AttachPolicyToUser"},
		{`{"Effect":"Allow","Action":["sts:AssumeRole","kms:ScheduleKeyDeletion","ecs:DeleteInstance"],"Resource":"*"}`, "sts:AssumeRole kms:ScheduleKeyDeletion ecs:DeleteInstance"},
		{`{"Effect":"Allow","Action":["kms:De*","oss:G*","kms:Encrypt*","ecs:ReplicateGet"],"Resource":"*"}`, "kms:De* oss:G* kms:Encrypt* ecs:ReplicateGet"},
		{`{"Effect":"Allow","Action":["kms:Decrypt","KMS:Encrypt","kms:GenerateDataKey","kms:GenerateDataKeyWithoutPlaintext"],"Resource":"*"}`, ""},
		{`{"Effect":"Allow","Action":["ram:Get*","ram:ListRoles","kms:DescribeKey","rds:QuerySlow","oss:HeadObject"],"Resource":"*"}`, ""},
		{`{"Effect":"Deny","Action":"*","Resource":"*"}`, ""},
		{`{"Effect":"Allow","Action":"ecs:DescribeInstances","Resource":"*"}`, ""},
		{`nonsense`, "something that cannot be read"},
	} {
		if got := strings.Join(wideningActions(`{"Version":"1","Statement":`+row.statement+`}`), " "); got != row.want {
			t.Errorf("%s: %q, want %q", row.statement, got, row.want)
		}
	}
}
