package check

import (
	"context"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// maxPlanPolicies bounds how many policies of a role a plan reads; RAM attaches
// 20 custom and 20 system policies unless the quota is raised (RAM limits page,
// 2025-12).
const maxPlanPolicies = 40

// Asked says what the plan of a rule wants to know. What it does not ask for is
// unknown to it, because a value is not known yet or the same run changes it.
type Asked struct {
	// Source and Destination are the buckets themselves.
	Source, Destination bool
	// Role is the role and who may assume it.
	Role bool
	// Reading is what role and source bucket say of reading the source.
	Reading bool
	// Rules are those of the source bucket.
	Rules bool
}

// ReadForPlan gathers what a plan asks for, in fewer calls than Read: nothing of
// neighbours, the key for replicas and the destination's documents; of the source's
// key only where a rule with a replica key meets one. The role is one of the
// caller's account.
func ReadForPlan(ctx context.Context, client *alicloud.Client, caller alicloud.Account, in Input, asked Asked) Facts {
	r := &reader{client: client, in: in, facts: notAsked(caller, client.Region()), owner: true, maxPolicies: maxPlanPolicies}
	r.facts.RoleAccount = caller.ID
	r.together(
		when(asked.Source, func() { r.facts.Source = fact(client.BucketInfo(ctx, in.SourceBucket)) }),
		when(asked.Destination, func() { r.facts.Destination = fact(client.BucketInfo(ctx, in.DestinationBucket)) }),
		when(asked.Rules, func() { r.facts.Rules = fact(client.Rules(ctx, in.SourceBucket)) }),
		when(asked.Role, func() { r.readRoleForPlan(ctx, asked.Reading) }),
	)
	if asked.Reading && in.ReplicaKey != nil && encryptionKey(r.facts.Source.Value) != "" {
		r.readSourceKey(ctx)
	}
	return r.facts
}

// readRoleForPlan asks what a role may read only when there is one.
func (r *reader) readRoleForPlan(ctx context.Context, reading bool) {
	r.readRole(ctx)
	reading = reading && r.facts.Role.Known()
	r.together(
		when(reading, func() { r.readPolicies(ctx) }),
		when(reading, func() { r.facts.SourcePolicy = fact(r.client.BucketPolicy(ctx, r.in.SourceBucket)) }),
	)
}

func when(asked bool, step func()) func() {
	if !asked {
		return func() {}
	}
	return step
}

// notAsked are facts of which none has been read.
func notAsked(caller alicloud.Account, region string) Facts {
	const reason = "the plan does not ask for it"
	return Facts{
		Caller: caller, Region: region,
		Source: elsewhere[alicloud.BucketInfo](reason), Destination: elsewhere[alicloud.BucketInfo](reason),
		SourcePolicy: elsewhere[[]byte](reason), DestinationPolicy: elsewhere[[]byte](reason),
		Role: elsewhere[alicloud.Role](reason), Policies: elsewhere[[]RolePolicy](reason),
		Rules: elsewhere[[]alicloud.Rule](reason), Onward: elsewhere[[]alicloud.Rule](reason),
		Buckets: elsewhere[[]alicloud.BucketSummary](reason), Neighbours: elsewhere[Neighbours](reason),
		Key: elsewhere[alicloud.Key](reason), KeyPolicy: elsewhere[[]byte](reason),
		SourceKey: elsewhere[alicloud.Key](reason), SourceKeyPolicy: elsewhere[[]byte](reason),
		Sharing: elsewhere[alicloud.InstanceSharing](reason),
	}
}

func elsewhere[T any](reason string) Fact[T] { return Fact[T]{Elsewhere: reason} }
