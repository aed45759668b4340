package provider

import (
	"sync"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/ledger"
)

// run is what one configured provider remembers of its own doing, so that two
// resources never share one rule and nothing that was taken over is deleted by
// the resource that had it before. Terraform configures the provider anew for
// planning and for applying; what they have to know of each other is in the
// ledgers. Create it with newRun.
type run struct {
	name   string // unlike that of any other configured provider
	mu     sync.Mutex
	rules  map[ruleKey]bool // ids that a resource has, as read or created here
	notes  map[ruleKey]*ownNote
	grants map[ruleKey]grantPlans
	// shared has the notes of this run of Terraform, machine those that outlive
	// it; nil where nothing is shared.
	shared, machine *ledger.Ledger
	// covered is until when the note of the last change holds.
	covered time.Time
}

type ruleKey struct{ bucket, id string }

func newRun() *run {
	return &run{name: newMark(), rules: map[ruleKey]bool{}, notes: map[ruleKey]*ownNote{}, grants: map[ruleKey]grantPlans{}}
}

// claim says that a resource has this rule; false if one had it already.
func (r *run) claim(bucket, id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := ruleKey{bucket, id}
	if r.rules[key] {
		return false
	}
	r.rules[key] = true
	return true
}

// has reports whether a resource of this run has the rule.
func (r *run) has(bucket, id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rules[ruleKey{bucket, id}]
}

// release forgets a rule that is gone.
func (r *run) release(bucket, id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.rules, ruleKey{bucket, id})
}

// grantPlans is what the plans of a run want of one grant.
type grantPlans struct {
	stays    int  // resources that go on with it
	goes     bool // a resource is destroyed or replaced, and takes it along
	imported bool // a resource came to it by an import
}

// planGrant changes what is noted of a grant and returns it.
func (r *run) planGrant(document, role string, note func(*grantPlans)) grantPlans {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := ruleKey{document, role}
	plans := r.grants[key]
	note(&plans)
	r.grants[key] = plans
	return plans
}
