package provider

import "sync"

// run is what one provider process remembers of its own doing, so that two
// resources never share one rule and nothing that was taken over is deleted by
// the resource that had it before. Create it with newRun.
type run struct {
	mu      sync.Mutex
	rules   map[ruleKey]bool // ids that a resource of this process has
	adopted map[ruleKey]bool // ids taken over by this process
	roles   map[string]bool  // names of roles, lower case, that this process plans to change
}

type ruleKey struct{ bucket, id string }

func newRun() *run {
	return &run{rules: map[ruleKey]bool{}, adopted: map[ruleKey]bool{}, roles: map[string]bool{}}
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

// has reports whether a resource of this process has the rule.
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

func (r *run) adopt(bucket, id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.adopted[ruleKey{bucket, id}] = true
}

func (r *run) isAdopted(bucket, id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.adopted[ruleKey{bucket, id}]
}
