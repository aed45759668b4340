package provider

import (
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/ledger"
)

// Notes of a run are of no use after it; those of a machine serve saved plans.
const (
	oldRun  = 24 * time.Hour
	oldNote = 30 * 24 * time.Hour
)

// share lets a run tell the other processes what it does: those of the same run
// of Terraform of rules, and all of this machine of plans and permissions.
// Nothing is looked at before the first note.
func (r *run) share(dir, run func() string) {
	r.ledgers = sync.OnceValues(func() (shared, machine *ledger.Ledger) {
		if in := dir(); in != "" {
			return openNotes(in, run())
		}
		return nil, nil
	})
}

func openNotes(dir, run string) (shared, outlasting *ledger.Ledger) {
	runs, machine := filepath.Join(dir, "runs"), filepath.Join(dir, "machine")
	go func() { // nobody waits for it: what it does not finish, a later run does
		ledger.Sweep(runs, func(name string, unchanged time.Duration) bool {
			return name != run && (ledger.Ended(name) || unchanged > oldRun)
		})
		ledger.Sweep(machine, func(_ string, unchanged time.Duration) bool { return unchanged > oldNote })
	}()
	return ledger.Open(filepath.Join(runs, run)), ledger.Open(machine)
}

// machine has the notes that outlive a run; nil where nothing is shared.
func (r *run) machine() *ledger.Ledger {
	_, machine := r.ledgers()
	return machine
}

// pending is what an earlier plan knew of a rule: these values were unknown, so
// that it planned to keep the rule.
type pending struct {
	Unknown []string `json:"unknown"`
}

func pendingName(bucket, id string) string { return "plan of " + bucket + "," + id }

// notePending says that immutable values of a rule are unknown in this plan.
func (r *run) notePending(ctx context.Context, bucket, id string, unknown []string) {
	machine := r.machine()
	if machine == nil {
		return
	}
	_ = machine.Edit(context.WithoutCancel(ctx), pendingName(bucket, id), func([]byte) []byte {
		note, _ := json.Marshal(pending{Unknown: unknown})
		return note
	})
}

// takePending returns and removes what an earlier plan noted; nil when there is
// nothing.
func (r *run) takePending(ctx context.Context, bucket, id string) (unknown []string) {
	machine := r.machine()
	if machine == nil || !machine.Has(pendingName(bucket, id)) {
		return nil
	}
	_ = machine.Edit(context.WithoutCancel(ctx), pendingName(bucket, id), func(raw []byte) []byte {
		var note pending
		if json.Unmarshal(raw, &note) == nil {
			unknown = note.Unknown
		}
		return nil
	})
	return unknown
}

const (
	lastChange = "last change of a permission"
	// changeCovers is for how long a note of a change speaks for those that follow
	// it. An apply makes hundreds a second, and all processes share one note.
	changeCovers = time.Second
)

// noteChange remembers when this machine last changed a permission, or a second
// later.
func (r *run) noteChange(ctx context.Context, at time.Time) {
	until := at.Add(changeCovers)
	machine := r.machine()
	if machine == nil || !r.cover(at, until) {
		return
	}
	err := machine.Edit(context.WithoutCancel(ctx), lastChange, func([]byte) []byte {
		text, _ := until.MarshalText()
		return text
	})
	if err != nil {
		r.uncover()
	}
}

// cover says that a note is about to hold until then; false if one holds already.
func (r *run) cover(at, until time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at.Before(r.covered) {
		return false
	}
	r.covered = until
	return true
}

func (r *run) uncover() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.covered = time.Time{}
}

// changedWithin reports whether a provider of this machine may have changed a
// permission so recently. Without a ledger that is not known.
func (r *run) changedWithin(ctx context.Context, period time.Duration) bool {
	machine := r.machine()
	if machine == nil {
		return true
	}
	changed := true
	err := machine.Edit(context.WithoutCancel(ctx), lastChange, func(raw []byte) []byte {
		var at time.Time
		changed = at.UnmarshalText(raw) == nil && time.Since(at) < period
		return raw
	})
	return changed || err != nil
}

// watching tells the log of every call, and notes those that change what a role
// may do.
func (r *run) watching(log func(context.Context, alicloud.Call)) func(context.Context, alicloud.Call) {
	return func(ctx context.Context, c alicloud.Call) {
		log(ctx, c)
		if c.Code == "" && changesPermission(c.Operation) {
			r.noteChange(ctx, time.Now())
		}
	}
}

func changesPermission(operation string) bool {
	for _, reads := range []string{"Get", "List", "Describe"} {
		if strings.HasPrefix(operation, reads) {
			return false
		}
	}
	return slices.ContainsFunc([]string{"Policy", "Role"}, func(what string) bool { return strings.Contains(operation, what) }) && !strings.HasPrefix(operation, "AssumeRole")
}
