package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// RAM's error codes that decide what happens next (RAM error code page, 2026-03).
const (
	codeRoleMissing     = "EntityNotExist.Role"
	codePolicyMissing   = "EntityNotExist.Policy"
	codeNotAttached     = "EntityNotExist.Role.Policy"
	codeRoleExists      = "EntityAlreadyExists.Role"
	codePolicyExists    = "EntityAlreadyExists.Policy"
	codeAttachedAlready = "EntityAlreadyExists.Role.Policy"
	codeRoleInUse       = "DeleteConflict.Role.Policy"
)

// roleGoal is what a role shall be, without anything of Terraform.
type roleGoal struct {
	name, description, policyName, document string
	duration                                int
	cryptoAccess                            bool
}

// lastLook bounds the look at what an unclear creation has left.
const lastLook = 90 * time.Second

// errForeign says that an object of this name is not ours to change.
var errForeign = errors.New("exists already and was not created by this resource")

// createRole makes the role. Where the answer was lost, the role counts as ours
// if it is exactly what was asked for: it was absent before the first attempt.
func createRole(ctx context.Context, client *alicloud.Client, goal roleGoal, retry retryFunc) (alicloud.Role, error) {
	wanted := alicloud.Role{
		Name: goal.name, Description: goal.description,
		TrustPolicy: replication.TrustPolicy(), MaxSessionDuration: goal.duration,
	}
	created, err := client.CreateRole(ctx, wanted)
	if !mayHaveHappened(err) {
		return created, err
	}
	found, readErr := lookAgain(ctx, err, codeRoleMissing, retry, func(ctx context.Context) (alicloud.Role, error) {
		return client.GetRole(ctx, goal.name)
	})
	if readErr != nil || !isAsAsked(found, wanted) {
		return alicloud.Role{}, err
	}
	return found, nil
}

func isAsAsked(found, wanted alicloud.Role) bool {
	return found.Description == wanted.Description && found.MaxSessionDuration == wanted.MaxSessionDuration &&
		canonicalOrAsIs(found.TrustPolicy) == canonicalOrAsIs(wanted.TrustPolicy)
}

// mayHaveHappened reports whether a failed creation may have been carried out: an
// attempt got no clear answer. An "exists already" after nothing but refusals,
// such as throttling, is somebody else's object.
func mayHaveHappened(err error) bool {
	var failure *alicloud.Error
	return errors.As(err, &failure) && failure.Unclear
}

// lookAgain reads what an unclear creation has left, also after an interrupt: it
// is the last chance to know. If RAM has said that the object exists, "does not
// exist" only means that it does not show yet.
func lookAgain[T any](ctx context.Context, failed error, missingCode string, retry retryFunc, read func(context.Context) (T, error)) (found T, err error) {
	ctx, cancel := pastInterrupt(alicloud.Fresh(ctx), lastLook)
	defer cancel()
	exists := alicloud.HasCode(failed, codeRoleExists, codePolicyExists)
	err = retry(ctx, func(err error) bool { return exists && alicloud.HasCode(err, missingCode) }, func() (err error) {
		found, err = read(ctx)
		return err
	})
	return found, err
}

// reconcileRole brings a role that was just observed to its goal and changes only
// what differs. owned says that a policy of the goal's name is known to be ours.
func reconcileRole(ctx context.Context, client *alicloud.Client, goal roleGoal, seen roleObservation, owned bool, retry retryFunc) error {
	attached := seen.isAttached(alicloud.PolicyCustom, goal.policyName)
	if seen.policy != nil && !owned && !isOurs(*seen.policy, goal.name, attached) {
		return fmt.Errorf("policy %s %w", goal.policyName, errForeign)
	}
	if err := reconcileRoleItself(ctx, client, goal, seen.role); err != nil {
		return err
	}
	if err := reconcilePolicy(ctx, client, goal, seen, retry); err != nil {
		return err
	}
	if !attached {
		if err := attach(ctx, client, alicloud.PolicyCustom, goal.policyName, goal.name, retry); err != nil {
			return err
		}
	}
	return reconcileCryptoAccess(ctx, client, goal, seen, retry)
}

func reconcileRoleItself(ctx context.Context, client *alicloud.Client, goal roleGoal, is alicloud.Role) error {
	var change alicloud.RoleUpdate
	if trust := replication.TrustPolicy(); canonicalOrAsIs(is.TrustPolicy) != canonicalOrAsIs(trust) {
		change.TrustPolicy = trust
	}
	if goal.description != "" && goal.description != is.Description {
		change.Description = goal.description
	}
	if goal.duration != is.MaxSessionDuration {
		change.MaxSessionDuration = goal.duration
	}
	if change == (alicloud.RoleUpdate{}) {
		return nil
	}
	_, err := client.UpdateRole(ctx, goal.name, change)
	return err
}

// reconcilePolicy creates the policy or gives it a new default version. RAM
// keeps five versions; the oldest that is not the default makes room (RAM
// CreatePolicyVersion page, RotateStrategy, 2026-03).
func reconcilePolicy(ctx context.Context, client *alicloud.Client, goal roleGoal, seen roleObservation, retry retryFunc) error {
	is := seen.policy
	if is == nil {
		made, err := createPolicy(ctx, client, goal, retry)
		if err != nil {
			return err
		}
		is = &made
	}
	if !rewrites(*is, goal, seen.owner()) {
		return nil
	}
	_, err := client.CreatePolicyVersion(ctx, goal.policyName, goal.document, true, true)
	return err
}

// rewrites is whether the goal takes a new version of the policy: the one there is
// says something else, not only in other words.
func rewrites(is alicloud.Policy, goal roleGoal, owner string) bool {
	return canonicalIn(is.Document, owner) != canonicalOrAsIs(goal.document)
}

// createPolicy makes the policy. One that is there by now is ours only if it
// carries our mark.
func createPolicy(ctx context.Context, client *alicloud.Client, goal roleGoal, retry retryFunc) (alicloud.Policy, error) {
	made, err := client.CreatePolicy(ctx, goal.policyName, policyDescription(goal.name), goal.document)
	if err == nil || !alicloud.HasCode(err, codePolicyExists) && !mayHaveHappened(err) {
		return made, err
	}
	found, readErr := lookAgain(ctx, err, codePolicyMissing, retry, func(ctx context.Context) (alicloud.Policy, error) {
		return client.GetPolicy(ctx, alicloud.PolicyCustom, goal.policyName)
	})
	switch {
	case readErr != nil:
		return alicloud.Policy{}, err
	case !isOurs(found, goal.name, false):
		return alicloud.Policy{}, fmt.Errorf("policy %s %w: %w", goal.policyName, errForeign, err)
	}
	return found, nil
}

func reconcileCryptoAccess(ctx context.Context, client *alicloud.Client, goal roleGoal, seen roleObservation, retry retryFunc) error {
	attached := seen.isAttached(alicloud.PolicySystem, replication.KMSCryptoUserPolicy)
	switch {
	case goal.cryptoAccess && !attached:
		return attach(ctx, client, alicloud.PolicySystem, replication.KMSCryptoUserPolicy, goal.name, retry)
	case !goal.cryptoAccess && attached:
		return detach(ctx, client, alicloud.PolicySystem, replication.KMSCryptoUserPolicy, goal.name)
	}
	return nil
}

// attach counts "attached already" as done. A role or policy of a moment ago may
// not be visible everywhere yet, so "does not exist" is retried for a while.
func attach(ctx context.Context, client *alicloud.Client, policyType, policyName, roleName string, retry retryFunc) error {
	return retry(ctx, func(err error) bool { return alicloud.HasCode(err, codeRoleMissing, codePolicyMissing) }, func() error {
		err := client.AttachPolicyToRole(ctx, policyType, policyName, roleName)
		if alicloud.HasCode(err, codeAttachedAlready) {
			return nil
		}
		return err
	})
}

// detach counts everything that means "not attached" as done.
func detach(ctx context.Context, client *alicloud.Client, policyType, policyName, roleName string) error {
	err := client.DetachPolicyFromRole(ctx, policyType, policyName, roleName)
	if alicloud.HasCode(err, codeNotAttached, codeRoleMissing, codePolicyMissing) {
		return nil
	}
	return err
}

// deleteRole deletes a role from which the given policies were detached. A moment
// after that RAM may still count them as attached; waiting does not help against
// any other policy.
func deleteRole(ctx context.Context, client *alicloud.Client, name string, detached []alicloud.AttachedPolicy, retry retryFunc) error {
	var others []alicloud.AttachedPolicy
	passing := func(err error) bool {
		if !alicloud.HasCode(err, codeRoleInUse) {
			return false
		}
		listed, readErr := client.ListPoliciesForRole(alicloud.Fresh(ctx), name)
		if readErr == nil {
			others = slices.DeleteFunc(listed, func(p alicloud.AttachedPolicy) bool { return among(detached, p) })
		}
		return len(others) == 0
	}
	err := retry(ctx, passing, func() error {
		err := client.DeleteRole(ctx, name)
		if alicloud.HasCode(err, codeRoleMissing) {
			return nil
		}
		return err
	})
	if len(others) > 0 && err != nil {
		return fmt.Errorf("somebody attached %s meanwhile: %w", policyNames(others), err)
	}
	if err == nil {
		seeGone(ctx, retry, func(ctx context.Context) error { _, err := client.GetRole(ctx, name); return err })
	}
	return err
}

// errStillShown says that a read shows what was deleted before it.
var errStillShown = errors.New("a read still shows what was deleted")

// seeGone waits until RAM no longer shows what was deleted: the next apply would
// take it for somebody else's, or build on it. The deletion has succeeded, so
// nothing here is a failure.
func seeGone(ctx context.Context, retry retryFunc, read func(context.Context) error) {
	_ = retry(ctx, func(err error) bool { return errors.Is(err, errStillShown) }, func() error {
		if read(alicloud.Fresh(ctx)) == nil {
			return errStillShown
		}
		return nil
	})
}

func among(policies []alicloud.AttachedPolicy, one alicloud.AttachedPolicy) bool {
	return slices.ContainsFunc(policies, func(p alicloud.AttachedPolicy) bool {
		return p.Type == one.Type && strings.EqualFold(p.Name, one.Name)
	})
}
