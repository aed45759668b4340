package check

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

const (
	// callsAtOnce bounds what one check asks at the same time.
	callsAtOnce = 8
	// maxNeighbours bounds how many other buckets are looked at for chains. OSS
	// allows 100 buckets of an account in a region unless the quota is raised
	// (OSS "Limits" page, 2026).
	maxNeighbours     = 100
	codeBucketMissing = "NoSuchBucket"
	codeRoleMissing   = "EntityNotExist.Role"
	codeKeyMissing    = "Forbidden.KeyNotFound"
)

// reader gathers facts; every field is written by one call only.
type reader struct {
	client *alicloud.Client
	in     Input
	facts  Facts
	// owner says that the role belongs to the caller's account.
	owner bool
	// maxPolicies bounds how many policies of the role are read, 0 for all.
	maxPolicies int
}

// Read gathers what the client's account may read, with read-only calls only. A
// refusal is a fact; the error is that the context ended.
func Read(ctx context.Context, client *alicloud.Client, caller alicloud.Account, in Input) (Facts, error) {
	r := &reader{client: client, in: in, facts: Facts{Caller: caller, Region: client.Region()}}
	r.together(
		func() { r.facts.Source = fact(client.BucketInfo(ctx, in.SourceBucket)) },
		func() { r.facts.Destination = fact(client.BucketInfo(ctx, in.DestinationBucket)) },
		func() { r.facts.Buckets = fact(client.ListBuckets(ctx)) },
	)
	r.findRoleAccount()
	r.together(
		func() { r.readBuckets(ctx) },
		func() { r.readNeighbours(ctx) },
		func() { r.readRole(ctx) },
		func() { r.readPolicies(ctx) },
		func() { r.readKey(ctx) },
		func() { r.readSourceKey(ctx) },
	)
	return r.facts, ctx.Err()
}

// together runs steps at the same time.
func (r *reader) together(steps ...func()) {
	var group errgroup.Group
	group.SetLimit(callsAtOnce)
	for _, step := range steps {
		group.Go(func() error { step(); return nil })
	}
	_ = group.Wait() // the steps keep their own errors
}

func fact[T any](value T, err error) Fact[T] { return Fact[T]{Value: value, Err: err} }

// findRoleAccount: the role of a rule belongs to the account that owns the source
// bucket (OSS cross-account same-region replication page, 2026). A bucket that did
// not show may be anybody's.
func (r *reader) findRoleAccount() {
	source := r.facts.Source
	switch {
	case r.in.Role.AccountID != "":
		r.facts.RoleAccount = r.in.Role.AccountID
	case source.Known():
		r.facts.RoleAccount = source.Value.OwnerID
	case r.facts.lists(r.in.SourceBucket):
		r.facts.RoleAccount = r.facts.Caller.ID
	}
	r.owner = r.facts.RoleAccount == r.facts.Caller.ID
}

// unasked says why nothing more is asked about a bucket, "" when it is. A RAM user
// without any permission on a bucket of its own account gets the same answer as a
// stranger.
func (f *Facts) unasked(bucket string, info Fact[alicloud.BucketInfo]) string {
	switch foreign := alicloud.IsForeignBucket(info.Err); {
	case foreign && f.lists(bucket):
		return ""
	case foreign && f.Buckets.Known():
		return "bucket " + bucket + " belongs to another account"
	case foreign:
		return "bucket " + bucket + " belongs to another account, or the provider's identity has no permission on it"
	case alicloud.HasCode(info.Err, codeBucketMissing):
		return "there is no bucket " + bucket
	case alicloud.IsOtherRegion(info.Err):
		return "bucket " + bucket + " is in another region"
	}
	return ""
}

func (r *reader) readBuckets(ctx context.Context) {
	f, source, destination := &r.facts, r.in.SourceBucket, r.in.DestinationBucket
	noSource, noDestination := f.unasked(source, f.Source), f.unasked(destination, f.Destination)
	r.together(
		func() {
			f.SourcePolicy = ask(noSource, func() ([]byte, error) { return r.client.BucketPolicy(ctx, source) })
		},
		func() {
			f.Rules = ask(noSource, func() ([]alicloud.Rule, error) { return r.rulesOfSource(ctx) })
		},
		func() {
			f.DestinationPolicy = ask(noDestination, func() ([]byte, error) { return r.client.BucketPolicy(ctx, destination) })
		},
		func() {
			f.Onward = ask(noDestination, func() ([]alicloud.Rule, error) { return r.client.Rules(ctx, destination) })
		},
	)
}

// rulesOfSource reads once more where the shared list says that the rule is
// starting: it may have been read right after the rule was made.
func (r *reader) rulesOfSource(ctx context.Context) ([]alicloud.Rule, error) {
	rules, err := r.client.Rules(ctx, r.in.SourceBucket)
	starting := func(rule alicloud.Rule) bool {
		return rule.DestinationBucket == r.in.DestinationBucket && rule.Status == alicloud.RuleStarting
	}
	if err != nil || !slices.ContainsFunc(rules, starting) {
		return rules, err
	}
	return r.client.Rules(alicloud.Fresh(ctx), r.in.SourceBucket)
}

// ask makes a call unless there is a reason not to.
func ask[T any](reason string, call func() (T, error)) Fact[T] {
	if reason != "" {
		return Fact[T]{Elsewhere: reason}
	}
	return fact(call())
}

// readNeighbours looks at the rules of the account's other buckets of the region,
// which may end in one of the two buckets.
func (r *reader) readNeighbours(ctx context.Context) {
	buckets := r.facts.Buckets
	if !buckets.Known() {
		r.facts.Neighbours.Err = buckets.Err
		return
	}
	seen := Neighbours{Rules: map[string][]alicloud.Rule{}}
	var names []string
	for _, b := range buckets.Value {
		switch {
		case b.Region != r.facts.Region || b.Name == r.in.SourceBucket || b.Name == r.in.DestinationBucket:
		case len(names) == maxNeighbours:
			seen.Beyond++
		default:
			names = append(names, b.Name)
		}
	}
	lists := make([]Fact[[]alicloud.Rule], len(names))
	steps := make([]func(), len(names))
	for i, name := range names {
		steps[i] = func() { lists[i] = fact(r.client.Rules(ctx, name)) }
	}
	r.together(steps...)
	for i, name := range names {
		if err := lists[i].Err; err != nil {
			seen.Refused++
			seen.Refusal = cmp.Or(seen.Refusal, err)
		}
		seen.Rules[name] = lists[i].Value
	}
	r.facts.Neighbours.Value = seen
}

// notOurRole says why the role is not read, "" when it is.
func (r *reader) notOurRole() string {
	switch {
	case r.owner:
		return ""
	case r.facts.RoleAccount == "":
		return "the account of role " + r.in.Role.Name + " is not known here"
	}
	return "role " + r.in.Role.Name + " belongs to account " + r.facts.RoleAccount
}

func (r *reader) readRole(ctx context.Context) {
	r.facts.Role = ask(r.notOurRole(), func() (alicloud.Role, error) { return r.client.GetRole(ctx, r.in.Role.Name) })
}

// readPolicies reads what is attached to the role, with the documents.
func (r *reader) readPolicies(ctx context.Context) {
	attached := ask(r.notOurRole(), func() ([]alicloud.AttachedPolicy, error) {
		return r.client.ListPoliciesForRole(ctx, r.in.Role.Name)
	})
	r.facts.Policies = Fact[[]RolePolicy]{Err: attached.Err, Elsewhere: attached.Elsewhere}
	if r.maxPolicies > 0 && len(attached.Value) > r.maxPolicies {
		r.facts.Policies.Elsewhere = "the role has more policies than are read here"
		return
	}
	list := make([]RolePolicy, len(attached.Value))
	steps := make([]func(), len(list))
	for i, a := range attached.Value {
		steps[i] = func() { list[i] = r.readPolicy(ctx, a) }
	}
	r.together(steps...)
	r.facts.Policies.Value = list
}

// readPolicy reads one document, unless everybody knows it (RAM "System policy
// reference" page, 2026).
func (r *reader) readPolicy(ctx context.Context, a alicloud.AttachedPolicy) RolePolicy {
	if a.Type == alicloud.PolicySystem {
		switch a.Name {
		case "AdministratorAccess":
			return RolePolicy{Name: a.Name, Document: `{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`}
		case "AliyunOSSFullAccess":
			return RolePolicy{Name: a.Name, Document: `{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:*","Resource":"*"}]}`}
		}
	}
	p, err := r.client.GetPolicy(ctx, a.Type, a.Name)
	return RolePolicy{Name: a.Name, Document: p.Document, Err: err}
}

// sameName compares names of roles, which RAM does without regard to case.
func sameName(a, b string) bool { return strings.EqualFold(a, b) }
