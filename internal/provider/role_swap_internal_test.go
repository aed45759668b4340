package provider

import (
	"context"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// swap gives the role of the bench another policy, as an update of policy_name does.
func (b roleBench) swap(ctx context.Context, t *testing.T) (left []string, failed error) {
	t.Helper()
	state := roleModel{PolicyName: types.StringValue(b.goal.policyName), RoleID: types.StringValue(b.account0().Roles[0].ID)}
	b.goal.policyName = "srr-other"
	left, diags := b.reconcileAndSwap(ctx, b.goal, state, true, nil)
	return left, firstError(diags)
}

// holdsOnly is whether the role has one policy, and the account no other of ours.
func (b roleBench) holdsOnly(policy string) bool {
	a := b.account0()
	return len(a.Policies) == 1 && a.Policies[0].Name == policy && len(a.Roles[0].Attached) == 1 && a.Roles[0].Attached[0].Policy == policy
}

// The answer to the last deletion is lost to an interrupt, but it was carried out:
// the swap is complete, and the old policy must not be waited for.
func TestRole_swapThatIsInterruptedAfterTheDeletionIsComplete(t *testing.T) {
	t.Parallel()
	b := newRoleBench(t)
	if err := b.create(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	b.cloud.AfterNext(emulator.Fault{Operation: "DeletePolicy"}, cancel)
	if _, err := b.swap(ctx, t); err != nil || !b.holdsOnly("srr-other") {
		t.Errorf("the swap ended with %v and %v", err, b.account0())
	}
	if len(b.patience.waits) > 0 {
		t.Errorf("it waited %v", b.patience.waits)
	}
}

// The same where the deletion is carried out only after the look at what it has
// left, while the old policy is to be attached again.
func TestRole_swapThatIsInterruptedBeforeTheDeletionArrivesIsComplete(t *testing.T) {
	t.Parallel()
	b := newRoleBench(t)
	if err := b.create(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	looked, deleted := make(chan struct{}), make(chan struct{})
	b.cloud.BeforeNext(emulator.Fault{Operation: "DeletePolicy"}, func() {
		b.cloud.AfterNext(emulator.Fault{Operation: "GetPolicy"}, func() { close(looked) })
		b.cloud.AfterNext(emulator.Fault{Operation: "DeletePolicy"}, func() { close(deleted) })
		b.cloud.BeforeNext(emulator.Fault{Operation: "AttachPolicyToRole"}, func() { <-deleted })
		cancel()
		<-looked
	})
	if _, err := b.swap(ctx, t); err != nil || !b.holdsOnly("srr-other") {
		t.Errorf("the swap ended with %v and %v", err, b.account0())
	}
	if len(b.patience.waits) > 0 {
		t.Errorf("it waited %v", b.patience.waits)
	}
}

// After an interrupt everything is taken back, but nothing is waited for any more.
func TestRole_nothingIsWaitedForLongAfterAnInterrupt(t *testing.T) {
	t.Parallel()
	b := newRoleBench(t)
	b.account.retry = retrying(sleepContext)
	ctx, cancel := context.WithCancel(t.Context())
	b.cloud.BeforeNext(emulator.Fault{Operation: "AttachPolicyToRole"}, cancel)
	if err := b.create(ctx); err == nil {
		t.Fatal("the creation was not interrupted")
	}
	b.inject(t, emulator.Fault{Kind: emulator.FaultError, Operation: "DeleteRole", Status: 409, Code: "DeleteConflict.Role.Policy", Count: 1000})
	began := time.Now()
	if outcome, gone := b.takeBack(ctx, b.goal, b.account0().Roles[0].ID); gone {
		t.Error(outcome)
	}
	if took := time.Since(began); took > 2*interruptGrace {
		t.Errorf("it went on for %s", took)
	}
}
