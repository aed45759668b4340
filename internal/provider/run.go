package provider

import "sync"

// run is what one configured provider remembers of its own doing, so that two
// resources never share one rule and nothing that was taken over is deleted by
// the resource that had it before. Terraform configures the provider anew for
// planning and for applying, so neither sees the other's. Create it with newRun.
type run struct {
	mu      sync.Mutex
	rules   map[ruleKey]bool // ids that a resource has, as read or created in this run
	kept    map[ruleKey]bool // ids of rules that stay, according to this run's plans
	adopted map[ruleKey]bool // ids taken over in this run
	leaving map[ruleKey]bool // ids whose deletion has begun in this run
	takers  map[ruleKey]bool // ids that a planned resource wants to take over
	fresh   map[ruleKey]bool // ids that a resource came to by an import or a move
	grants  map[ruleKey]grantPlans
}

type ruleKey struct{ bucket, id string }

func newRun() *run {
	return &run{
		rules: map[ruleKey]bool{}, kept: map[ruleKey]bool{}, adopted: map[ruleKey]bool{},
		leaving: map[ruleKey]bool{}, takers: map[ruleKey]bool{}, fresh: map[ruleKey]bool{}, grants: map[ruleKey]grantPlans{},
	}
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

// claimRead is claim for a rule that was just read; fresh says that it came by
// an import or a move. Terraform reads in no order, so whoever comes second is
// told whether either did.
func (r *run) claimRead(bucket, id string, fresh bool) (alone, anyFresh bool) {
	alone = r.claim(bucket, id)
	r.mu.Lock()
	defer r.mu.Unlock()
	key := ruleKey{bucket, id}
	r.fresh[key] = r.fresh[key] || fresh
	return alone, r.fresh[key]
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
	key := ruleKey{bucket, id}
	delete(r.rules, key)
	delete(r.leaving, key)
}

// keep notes that a resource goes on with its rule; true if another resource of
// the plan wants to take that rule over.
func (r *run) keep(bucket, id string) (contested bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := ruleKey{bucket, id}
	r.kept[key] = true
	return r.takers[key]
}

// take notes that a new resource wants the rule; true if the resource that has
// it goes on with it.
func (r *run) take(bucket, id string) (contested bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := ruleKey{bucket, id}
	r.takers[key] = true
	return r.kept[key]
}

// adopt takes a rule over, unless a resource of this run has it or deletes it.
func (r *run) adopt(bucket, id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := ruleKey{bucket, id}
	if r.rules[key] || r.leaving[key] {
		return false
	}
	r.rules[key], r.adopted[key] = true, true
	return true
}

// leave begins a deletion; false if the rule was taken over in this run.
func (r *run) leave(bucket, id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := ruleKey{bucket, id}
	if r.adopted[key] {
		return false
	}
	r.leaving[key] = true
	return true
}

// stay takes back a deletion that was refused.
func (r *run) stay(bucket, id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.leaving, ruleKey{bucket, id})
}

// isLeaving reports whether a deletion of this run has begun.
func (r *run) isLeaving(bucket, id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.leaving[ruleKey{bucket, id}]
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
