package provider

import (
	"sync"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/ledger"
)

// run is what one configured provider remembers of its own doing, so that two
// resources never share one object and nothing that was taken over is deleted by
// the resource that had it before. Terraform configures the provider anew for
// planning and for applying, and what they have to know of each other is in the
// ledgers; since 1.15, `terraform test` goes through all runs of a file with one
// configured provider. So whatever is noted here is of one resource, and its
// latest word replaces the earlier ones. Create it with newRun.
type run struct {
	mu     sync.Mutex
	reads  map[ruleHolder]bool // rules that were read and not planned since
	told   map[ruleKey]bool    // rules whose role is hidden, as a plan has said
	roles  map[string]bool     // roles that a plan changes and that were not read since, by roleNote
	notes  map[ruleKey]*ownNote
	grants map[grantKey]grantHolders
	// ledgers opens the notes of this run of Terraform, and those that outlive it;
	// both are nil where nothing is shared.
	ledgers func() (shared, machine *ledger.Ledger)
	// covered is until when the note of the last change holds.
	covered time.Time
}

type (
	ruleKey    struct{ bucket, id string }
	ruleHolder struct{ bucket, id, mark string }
)

func newRun() *run {
	return &run{
		reads: map[ruleHolder]bool{}, told: map[ruleKey]bool{}, roles: map[string]bool{},
		notes: map[ruleKey]*ownNote{}, grants: map[grantKey]grantHolders{},
		ledgers: func() (shared, machine *ledger.Ledger) { return nil, nil },
	}
}

// takeRead reports whether a resource's rule was read since it was planned last.
// If not, the plan is the second one, of an apply, or one without a refresh.
func (r *run) takeRead(bucket, id, mark string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	holder := ruleHolder{bucket, id, mark}
	read := r.reads[holder]
	delete(r.reads, holder)
	return read
}

// setRead notes that a resource's rule was read.
func (r *run) setRead(bucket, id, mark string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reads[ruleHolder{bucket, id, mark}] = true
}

// setTold notes that a plan has said that the role of a rule is hidden.
func (r *run) setTold(bucket, id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.told[ruleKey{bucket, id}] = true
}

// takeTold reports whether a plan has said so since it was asked last.
func (r *run) takeTold(bucket, id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	told := r.told[ruleKey{bucket, id}]
	delete(r.told, ruleKey{bucket, id})
	return told
}
