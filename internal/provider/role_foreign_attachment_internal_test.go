package provider

import (
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

// removeWhile destroys the role of a bench; meanwhile happens right before the
// first call of the operation.
func (b roleBench) removeWhile(t *testing.T, operation string, meanwhile func(*identity.Account)) string {
	t.Helper()
	if err := b.create(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.cloud.BeforeNext(emulator.Fault{Operation: operation}, func() {
		world := b.cloud.World()
		meanwhile(&world.Accounts[0])
		if err := b.cloud.SetWorld(world); err != nil {
			t.Error(err)
		}
	})
	var said []string
	for _, d := range b.remove(t.Context(), "srr-orders", "srr-orders", []alicloud.AttachedPolicy{{Name: "srr-orders", Type: alicloud.PolicyCustom}}) {
		said = append(said, d.Severity().String()+": "+d.Summary()+": "+d.Detail())
	}
	if len(b.patience.waits) > 0 {
		t.Errorf("waited %v for what does not pass", b.patience.waits)
	}
	return strings.Join(said, "\n")
}

func TestRole_policyAttachedToTheRoleDuringItsDeletionFailsAtOnce(t *testing.T) {
	t.Parallel()
	b := newRoleBench(t)
	said := b.removeWhile(t, "DeleteRole", func(a *identity.Account) {
		a.Roles[0].Attached = append(a.Roles[0].Attached, identity.Attachment{Type: "System", Policy: "AliyunOSSReadOnlyAccess"})
	})
	if !strings.HasPrefix(said, "Error: ") || !strings.Contains(said, "system policy AliyunOSSReadOnlyAccess meanwhile") {
		t.Errorf("said %q", said)
	}
}

func TestRole_policyAttachedElsewhereDuringItsDeletionIsLeftAtOnce(t *testing.T) {
	t.Parallel()
	b := newRoleBench(t)
	said := b.removeWhile(t, "DeletePolicy", func(a *identity.Account) {
		other := a.Roles[0]
		other.Name, other.ID = "visitor", "300000000000000001"
		other.Attached = []identity.Attachment{{Type: "Custom", Policy: "srr-orders"}}
		a.Roles = append(a.Roles, other)
	})
	if !strings.HasPrefix(said, "Warning: Policy was left in place") || !strings.Contains(said, "role visitor") {
		t.Errorf("said %q", said)
	}
	if a := b.account0(); len(a.Roles) != 1 || a.Roles[0].Name != "visitor" || len(a.Policies) != 1 {
		t.Errorf("left are %v and %v", a.Roles, a.Policies)
	}
}
