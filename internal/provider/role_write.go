package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

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

// errForeign says that an object of this name is not ours to change.
var errForeign = errors.New("exists already and was not created by this resource")

// createRole makes the role. After a lost answer the client sends the request
// again and hears that the role exists; that is ours if it was absent before
// the first attempt and is exactly what was asked for.
func createRole(ctx context.Context, client *alicloud.Client, goal roleGoal) (alicloud.Role, error) {
	wanted := alicloud.Role{
		Name: goal.name, Description: goal.description,
		TrustPolicy: replication.TrustPolicy(), MaxSessionDuration: goal.duration,
	}
	created, err := client.CreateRole(ctx, wanted)
	if err == nil || !alicloud.HasCode(err, codeRoleExists) || !sentTwice(err) {
		return created, err
	}
	found, readErr := client.GetRole(alicloud.Fresh(ctx), goal.name)
	if readErr != nil {
		return alicloud.Role{}, errors.Join(err, readErr)
	}
	same := found.Description == wanted.Description && found.MaxSessionDuration == wanted.MaxSessionDuration &&
		canonicalOrAsIs(found.TrustPolicy) == canonicalOrAsIs(wanted.TrustPolicy)
	if !same {
		return alicloud.Role{}, err
	}
	return found, nil
}

// sentTwice reports whether a failed call was attempted more than once, so that
// "exists already" may be the echo of its own first attempt.
func sentTwice(err error) bool {
	var failure *alicloud.Error
	return errors.As(err, &failure) && failure.Attempts > 1
}

// reconcileRole brings an existing role to its goal and changes only what
// differs. owned says that a policy of the goal's name is known to be ours.
func reconcileRole(ctx context.Context, client *alicloud.Client, goal roleGoal, owned bool, retry retryFunc) error {
	seen, err := observeRole(alicloud.Fresh(ctx), client, goal.name, goal.policyName)
	if err != nil {
		return err
	}
	if err := reconcileRoleItself(ctx, client, goal, seen.role); err != nil {
		return err
	}
	if err := reconcilePolicy(ctx, client, goal, seen.policy, owned); err != nil {
		return err
	}
	if !seen.isAttached(alicloud.PolicyCustom, goal.policyName) {
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
// keeps five versions; the oldest that is not the default makes room.
func reconcilePolicy(ctx context.Context, client *alicloud.Client, goal roleGoal, is *alicloud.Policy, owned bool) error {
	if is == nil {
		_, err := client.CreatePolicy(ctx, goal.policyName, policyDescription(goal.name), goal.document)
		if alicloud.HasCode(err, codePolicyExists) && sentTwice(err) {
			return nil
		}
		return err
	}
	if !owned && !isLeftover(goal, is) {
		return fmt.Errorf("policy %s %w", goal.policyName, errForeign)
	}
	if canonicalOrAsIs(is.Document) == canonicalOrAsIs(goal.document) {
		return nil
	}
	_, err := client.CreatePolicyVersion(ctx, goal.policyName, goal.document, true, true)
	return err
}

// isLeftover recognises a policy that this resource created for the role and
// that nobody uses: the role was deleted by hand, or a run was killed.
func isLeftover(goal roleGoal, is *alicloud.Policy) bool {
	return is.Description == policyDescription(goal.name) && is.AttachmentCount == 0
}

// policyDescription marks the policies that this resource creates.
func policyDescription(roleName string) string {
	return "Read access for OSS replication by role " + strings.ToLower(roleName) + ". Managed by Terraform (srr)."
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

// deleteRole deletes a role from which everything was detached. A moment after
// a detach RAM may still count a policy as attached.
func deleteRole(ctx context.Context, client *alicloud.Client, name string, retry retryFunc) error {
	return retry(ctx, func(err error) bool { return alicloud.HasCode(err, codeRoleInUse) }, func() error {
		err := client.DeleteRole(ctx, name)
		if alicloud.HasCode(err, codeRoleMissing) {
			return nil
		}
		return err
	})
}

// deletePolicy deletes a policy of ours unless somebody else uses it by now;
// then it reports who. The role it was detached from a moment ago may still be
// listed, and does not count.
func deletePolicy(ctx context.Context, client *alicloud.Client, name, roleName string, retry retryFunc) (usedBy []string, err error) {
	entities, err := client.ListEntitiesForPolicy(alicloud.Fresh(ctx), alicloud.PolicyCustom, name)
	if alicloud.HasCode(err, codePolicyMissing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if usedBy = otherUsers(entities, roleName); len(usedBy) > 0 {
		return usedBy, nil
	}
	return nil, retry(ctx, isDeleteConflict, func() error {
		err := client.DeletePolicy(ctx, name)
		if alicloud.HasCode(err, codePolicyMissing) {
			return nil
		}
		return err
	})
}

func otherUsers(entities alicloud.PolicyEntities, roleName string) []string {
	var users []string
	for _, name := range entities.Roles {
		if !strings.EqualFold(name, roleName) {
			users = append(users, "role "+name)
		}
	}
	for _, name := range entities.Users {
		users = append(users, "user "+name)
	}
	for _, name := range entities.Groups {
		users = append(users, "group "+name)
	}
	return users
}

func isDeleteConflict(err error) bool {
	var failure *alicloud.Error
	return errors.As(err, &failure) && strings.HasPrefix(failure.Code, "DeleteConflict.")
}
