package provider

import (
	"context"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// roleNote names the note of a role that a plan changes, in this process and among
// those that the processes of a run share.
func roleNote(role replication.Role) string {
	return "plan of role " + role.AccountID + "/" + strings.ToLower(role.Name)
}

// planRole notes that a plan creates or changes a role. Another provider block of the
// same account may have the rule that uses it. Without a shared note that one warns of
// what is being repaired, which is no reason to fail.
func (r *run) planRole(ctx context.Context, role replication.Role) {
	r.setRole(roleNote(role), true)
	if shared, _ := r.ledgers(); shared != nil {
		_ = shared.Edit(context.WithoutCancel(ctx), roleNote(role), func([]byte) []byte { return []byte("planned") })
	}
}

// plansRole reports whether a plan creates or changes a role.
func (r *run) plansRole(role replication.Role) bool {
	if r.hasRole(roleNote(role)) {
		return true
	}
	shared, _ := r.ledgers()
	return shared != nil && shared.Has(roleNote(role))
}

// forgetRolePlan forgets earlier plans of a role that is read again or gone. There are
// none in most plans, so that the shared note is only looked for.
func (r *run) forgetRolePlan(ctx context.Context, role replication.Role) {
	r.setRole(roleNote(role), false)
	if shared, _ := r.ledgers(); shared != nil && shared.Has(roleNote(role)) {
		_ = shared.Edit(context.WithoutCancel(ctx), roleNote(role), func([]byte) []byte { return nil })
	}
}

func (r *run) hasRole(note string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.roles[note]
}

func (r *run) setRole(note string, planned bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if planned {
		r.roles[note] = true
	} else {
		delete(r.roles, note)
	}
}
