package provider

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"sync"

	"github.com/hashicorp/go-uuid"
	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// What a resource does with the rule that it has.
const (
	holds = "holds" // it was read; nothing is planned yet
	keeps = "keeps" // it goes on with the rule
	makes = "makes" // it made the rule in this run, or took it over, or is about to
	goes  = "goes"  // it is destroyed or replaced
	// goesUnread is goes before a read: where the configuration has lost a resource,
	// Terraform plans its destruction first and reads it then (seen in 1.11).
	goesUnread = "goes, and is still to be read"
)

// follows is what a resource does by a new plan, after what it did before.
func follows(before, does string) string {
	if does == goes && before != holds {
		return goesUnread
	}
	return does
}

// afterRead is what a resource does when it was read. An operation reads it once:
// again says that it was read or planned before, so that this is the next operation.
func afterRead(before string) (does string, again bool) {
	if before == goesUnread {
		return goes, false
	}
	return holds, before != ""
}

// stays is why a rule is not deleted; "" if it is.
type stays string

const (
	staysTakenOver stays = "taken over" // by another resource, in this run
	staysKept      stays = "kept"       // by another resource, which had it before
	staysAlone     stays = "alone"      // the rule that was to follow could not be made
	staysPrevented stays = "prevented"  // it would be replaced, which its resource forbids
)

const (
	// markKey holds in private state what tells a resource from every other one.
	markKey = "mark"
	// unmarked stands for resources whose private state has no mark.
	unmarked = "unmarked"
)

// privateState is what requests and answers of resources have of it.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

func newMark() string {
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails (crypto/rand, Go 1.24)
	mark, _ := uuid.FormatUUID(random[:])
	return mark
}

func markIn(ctx context.Context, private privateState) string {
	raw, diags := private.GetKey(ctx, markKey)
	var mark string
	if diags.HasError() || json.Unmarshal(raw, &mark) != nil || mark == "" {
		return unmarked
	}
	return mark
}

// quoted is a mark, which is a UUID, in JSON.
func quoted(mark string) []byte { return []byte(strconv.Quote(mark)) }

// ruleNote is what the resources of a run do with one rule. Resources are told
// apart by the mark in their private state.
type ruleNote struct {
	Holders map[string]string `json:"holders,omitempty"`
	// Fresh are those that came to the rule by an import or a move which was not
	// read again since.
	Fresh map[string]bool `json:"fresh,omitempty"`
	// Wanted says that a planned resource wants to take the rule over.
	Wanted bool `json:"wanted,omitempty"`
	// Spares says that the resource which wants the rule forbids its replacement.
	Spares bool `json:"spares,omitempty"`
	// TakenOver is the mark of the resource that took the rule over in this run.
	TakenOver string `json:"taken_over,omitempty"`
	// Refused says that a resource of this run could not make its rule beside it.
	Refused bool `json:"refused,omitempty"`
	// Leaving says that the rule's deletion has begun.
	Leaving bool `json:"leaving,omitempty"`
}

// ownNote is what this process knows of a note. Each has a lock of its own: an
// edit takes as long as the file system.
type ownNote struct {
	mu sync.Mutex
	ruleNote
}

func (r *run) ownNote(bucket, id string) *ownNote {
	r.mu.Lock()
	defer r.mu.Unlock()
	own := r.notes[ruleKey{bucket, id}]
	if own == nil {
		own = &ownNote{}
		r.notes[ruleKey{bucket, id}] = own
	}
	return own
}

// keptBeside reports whether a resource other than mark has the rule and goes on
// with it.
func (n *ruleNote) keptBeside(mark string) bool { return n.doneBeside(mark, keeps, makes) }

// doneBeside reports whether a resource other than mark does one of these.
func (n *ruleNote) doneBeside(mark string, what ...string) bool {
	for other, does := range n.Holders {
		if other != mark && slices.Contains(what, does) {
			return true
		}
	}
	return false
}

// onlyRead reports whether a resource has the rule of which nothing is planned yet.
func (n *ruleNote) onlyRead() bool {
	return slices.Contains(slices.Collect(maps.Values(n.Holders)), holds)
}

func (n *ruleNote) heldBeside(mark string) bool {
	for other := range n.Holders {
		if other != mark {
			return true
		}
	}
	return false
}

// editRule changes the note of a rule. Every provider block and phase is a
// process of its own, so the note is shared with them where there is a ledger.
// Should that fail, the process still remembers what it did itself, and the
// error says so.
func (r *run) editRule(ctx context.Context, bucket, id string, edit func(*ruleNote)) error {
	kept := r.ownNote(bucket, id)
	kept.mu.Lock()
	defer kept.mu.Unlock()
	own := &kept.ruleNote
	shared, _ := r.ledgers()
	if shared == nil {
		edit(own)
		return nil
	}
	edited := false
	err := shared.Edit(context.WithoutCancel(ctx), bucket+","+id, func(raw []byte) []byte {
		known := *own
		*own = ruleNote{}
		if json.Unmarshal(raw, own) != nil { // none, or one that was cut off
			*own = known.done()
		}
		edit(own)
		edited = true
		if own.empty() {
			return nil
		}
		written, _ := json.Marshal(own)
		return written
	})
	if err != nil && !edited {
		edit(own)
	}
	return err
}

// done is what this process did itself, which holds also where the shared note is
// lost: a cache directory can be emptied at any time.
func (n *ruleNote) done() ruleNote {
	own := ruleNote{TakenOver: n.TakenOver, Leaving: n.Leaving}
	for mark, does := range n.Holders {
		if does == makes {
			own.set(mark, does)
		}
	}
	return own
}

func (n *ruleNote) empty() bool {
	return len(n.Holders) == 0 && !n.Wanted && n.TakenOver == "" && !n.Refused && !n.Leaving
}

func (n *ruleNote) setFresh(mark string) {
	if n.Fresh == nil {
		n.Fresh = map[string]bool{}
	}
	n.Fresh[mark] = true
}

func (n *ruleNote) set(mark, does string) {
	if n.Holders == nil {
		n.Holders = map[string]string{}
	}
	n.Holders[mark] = does
}

// readRule notes that a resource has the rule, and whether it came to it by an
// import or a move. Terraform reads in no order, so whoever comes second is told
// whether the rule is shared and whether any of them is fresh.
func (r *run) readRule(ctx context.Context, bucket, id, mark string, fresh bool) (shared, anyFresh bool) {
	r.setRead(bucket, id, mark)
	_ = r.editRule(ctx, bucket, id, func(n *ruleNote) {
		does, again := afterRead(n.Holders[mark])
		if again && mark != unmarked {
			n.beginAgain(mark)
		}
		shared, n.Refused = n.heldBeside(mark), false
		n.set(mark, does)
		if fresh {
			n.setFresh(mark)
		}
		anyFresh = len(n.Fresh) > 0
	})
	return shared, anyFresh
}

// beginAgain forgets what an earlier operation wanted of the rule, and imports
// that it may have refused.
func (n *ruleNote) beginAgain(mark string) {
	delete(n.Fresh, mark)
	for other := range n.Fresh { // one of this operation was told of this resource
		delete(n.Holders, other)
	}
	n.Wanted, n.Fresh = false, nil
	if n.TakenOver == mark {
		n.TakenOver = ""
	}
}

// keepRule notes that a resource goes on with its rule: contested if another
// resource of the plan wants to take that rule over, lost if one destroys it.
func (r *run) keepRule(ctx context.Context, bucket, id, mark string) (contested, lost bool) {
	_ = r.editRule(ctx, bucket, id, func(n *ruleNote) {
		n.set(mark, keeps)
		contested, lost = n.Wanted, n.doneBeside(mark, goes, goesUnread)
	})
	return contested, lost
}

// dropRule notes that a resource is planned to be destroyed or replaced; lost if
// another resource of the plan goes on with the rule. Again is the second look at
// a replacement, which follows one that kept the rule.
func (r *run) dropRule(ctx context.Context, bucket, id, mark string, again bool) (lost bool) {
	_ = r.editRule(ctx, bucket, id, func(n *ruleNote) {
		before := n.Holders[mark]
		switch {
		case again && before != keeps: // the first look said so already
			return
		case !again && before == keeps:
			n.endPlan()
		}
		n.set(mark, follows(before, goes))
		n.Refused, lost = false, n.doneBeside(mark, keeps) // one that has taken the rule over is no part of the plan
	})
	return lost
}

// endPlan forgets what was planned to be kept: before Terraform plans to destroy
// everything, it plans as ever to refresh the state, in the same run (seen in 1.11).
func (n *ruleNote) endPlan() {
	for mark, does := range n.Holders {
		if does == keeps {
			n.Holders[mark] = holds
		}
	}
}

// wantRule notes that a planned resource wants the rule, and whether it forbids
// to replace it; true if a resource that had it before this run goes on with it.
func (r *run) wantRule(ctx context.Context, bucket, id string, spares bool) (contested bool) {
	_ = r.editRule(ctx, bucket, id, func(n *ruleNote) {
		n.Wanted, n.Spares = true, spares
		contested = slices.Contains(slices.Collect(maps.Values(n.Holders)), keeps)
	})
	return contested
}

// makeRule notes that a resource has created the rule, or is about to.
func (r *run) makeRule(ctx context.Context, bucket, id, mark string) {
	_ = r.editRule(ctx, bucket, id, func(n *ruleNote) {
		n.set(mark, makes)
		n.Wanted = false
	})
}

// takeOverRule takes a rule over, unless a resource of this run goes on with it
// or deletes it. Without a note that the other processes see, nothing is taken
// over: two of them could take the same rule.
func (r *run) takeOverRule(ctx context.Context, bucket, id, mark string) (taken bool, err error) {
	err = r.editRule(ctx, bucket, id, func(n *ruleNote) {
		if taken = !n.Leaving && !n.keptBeside(mark); taken {
			n.set(mark, makes)
			n.Wanted, n.TakenOver = false, mark
		}
	})
	return taken && err == nil, err
}

// refuseRule notes that a resource could not make its rule because of this one;
// kept reports whether another resource of this run goes on with it. Where its
// deletion has begun there is nothing to refuse: leaving.
func (r *run) refuseRule(ctx context.Context, bucket, id, mark string) (leaving, kept bool) {
	_ = r.editRule(ctx, bucket, id, func(n *ruleNote) {
		leaving, kept = n.Leaving, n.keptBeside(mark)
		n.Refused, n.Wanted = n.Refused || !leaving, false
	})
	return leaving, kept
}

// leaveRule begins a deletion, unless there is a reason to stay. A plan that did not
// read the rule cannot tell its replacement from the creation of one that adopts it.
func (r *run) leaveRule(ctx context.Context, bucket, id, mark string, prevents bool) (why stays) {
	_ = r.editRule(ctx, bucket, id, func(n *ruleNote) {
		switch {
		case n.TakenOver != "" && n.TakenOver != mark:
			why = staysTakenOver
		case n.keptBeside(mark):
			why = staysKept
		case n.Refused:
			why = staysAlone
		case prevents && n.Wanted && n.Spares:
			why = staysPrevented
		}
		if why == staysTakenOver || why == staysKept {
			delete(n.Holders, mark)
			delete(n.Fresh, mark)
		}
		n.Leaving = why == ""
	})
	return why
}

// stayRule takes back a deletion that was refused.
func (r *run) stayRule(ctx context.Context, bucket, id string) {
	_ = r.editRule(ctx, bucket, id, func(n *ruleNote) { n.Leaving = false })
}

// forgetRule forgets a rule that is gone, or was not made.
func (r *run) forgetRule(ctx context.Context, bucket, id string) {
	_ = r.editRule(ctx, bucket, id, func(n *ruleNote) { *n = ruleNote{} })
}

// noteOf is what is known of a rule now.
func (r *run) noteOf(ctx context.Context, bucket, id string) (found ruleNote) {
	_ = r.editRule(ctx, bucket, id, func(n *ruleNote) { found = *n })
	return found
}
