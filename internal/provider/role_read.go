package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/sync/errgroup"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// roleObservation is what RAM says of a role and of its own policy.
type roleObservation struct {
	role     alicloud.Role
	policy   *alicloud.Policy // nil when there is none of that name
	attached []alicloud.AttachedPolicy
}

// observeRole reads the role, its attachments and its policy at once. A missing
// role is the error EntityNotExist.Role; a missing policy is none.
func observeRole(ctx context.Context, client *alicloud.Client, name, policyName string) (roleObservation, error) {
	var seen roleObservation
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		seen.role, err = client.GetRole(ctx, name)
		return err
	})
	group.Go(func() (err error) {
		seen.attached, err = client.ListPoliciesForRole(ctx, name)
		return err
	})
	group.Go(func() error {
		if policyName == "" {
			return nil
		}
		found, err := client.GetPolicy(ctx, alicloud.PolicyCustom, policyName)
		if alicloud.HasCode(err, codePolicyMissing) {
			return nil
		}
		if err == nil {
			seen.policy = &found
		}
		return err
	})
	return seen, group.Wait()
}

func (o roleObservation) isAttached(policyType, name string) bool {
	for _, p := range o.attached {
		if p.Type == policyType && strings.EqualFold(p.Name, name) {
			return true
		}
	}
	return false
}

// foreign lists attached policies that the resource did not attach.
func (o roleObservation) foreign(policyName string, cryptoAccess bool) []alicloud.AttachedPolicy {
	var others []alicloud.AttachedPolicy
	for _, p := range o.attached {
		ours := p.Type == alicloud.PolicyCustom && strings.EqualFold(p.Name, policyName) ||
			cryptoAccess && p.Type == alicloud.PolicySystem && p.Name == replication.KMSCryptoUserPolicy
		if !ours {
			others = append(others, p)
		}
	}
	return others
}

// document is the role's own policy in canonical form, "" while it is missing or
// not attached, because it then permits nothing.
func (o roleObservation) document(policyName string) string {
	if o.policy == nil || !o.isAttached(alicloud.PolicyCustom, policyName) {
		return ""
	}
	return canonicalOrAsIs(o.policy.Document)
}

// canonicalOrAsIs shows a document that cannot be read as it is: it differs from
// any desired one, so the plan repairs it.
func canonicalOrAsIs(document string) string {
	text, err := policy.Canonical([]byte(document))
	if err != nil {
		return document
	}
	return text
}

// show puts what was observed into the state. Spellings of names stay as they
// are in the state where RAM takes them for the same.
func (m *roleModel) show(o roleObservation, accountID string) {
	if !strings.EqualFold(m.Name.ValueString(), o.role.Name) {
		m.Name = types.StringValue(o.role.Name)
	}
	m.showNames(accountID)
	m.RoleID = types.StringValue(o.role.ID)
	m.Description = types.StringValue(o.role.Description)
	m.MaxSessionDuration = types.Int64Value(int64(o.role.MaxSessionDuration))
	m.KMSCryptoUserAccess = types.BoolValue(o.isAttached(alicloud.PolicySystem, replication.KMSCryptoUserPolicy))
	m.TrustPolicy = types.StringValue(canonicalOrAsIs(o.role.TrustPolicy))
	m.PolicyDocument = types.StringValue(o.document(m.PolicyName.ValueString()))
}

// showNames sets what follows from account and name alone. It is computed and
// never copied from an answer: RAM's spelling of ARNs varies.
func (m *roleModel) showNames(accountID string) {
	role := replication.Role{AccountID: accountID, Name: m.Name.ValueString()}
	m.AccountID = types.StringValue(accountID)
	m.ARN = types.StringValue(role.ARN())
	m.Principal = types.StringValue(role.Principal())
}
