package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// checkQuantity refuses an account that the key's instance has no unit for. What
// was read a while ago refuses nothing: this run may have raised the quantity.
func (r *keyPolicyResource) checkQuantity(ctx context.Context, m keyPolicyModel) diag.Diagnostics {
	if diags := r.unitFor(ctx, m); !diags.HasError() {
		return diags
	}
	return r.unitFor(alicloud.Fresh(ctx), m)
}

// unitFor counts units. The instance's own VPC takes one and each foreign account
// another (KMS page on using one instance from several accounts, 2026-03). The
// policies of the other keys cannot all be read, so this counts what is certain,
// and KMS has the last word; also where the caller may not read the instance.
func (r *keyPolicyResource) unitFor(ctx context.Context, m keyPolicyModel) (diags diag.Diagnostics) {
	role, roleErr := replication.ParseRoleARN(m.RoleARN.ValueString())
	owner := m.AccountID.ValueString()
	key, keyErr := r.account.client.DescribeKey(ctx, m.KeyARN.ValueString())
	if roleErr != nil || keyErr != nil || role.AccountID == owner {
		return diags
	}
	sharing, err := r.account.client.InstanceSharing(ctx, key.InstanceID)
	if err != nil {
		return diags
	}
	raw, err := r.account.client.KeyPolicy(ctx, m.KeyARN.ValueString())
	if err != nil {
		return diags
	}
	named := foreignAccounts(raw, owner)
	needed := len(named) + 2
	if slices.Contains(named, role.AccountID) || sharing.AccessManagementQuantity >= needed {
		return diags
	}
	diags.AddAttributeError(path.Root("key_id"), "KMS instance has no unit for another account", fmt.Sprintf(
		"The instance %s of the key has an access management quantity of %d. Its own VPC takes one unit, and so does each other account that its keys' policies name: "+
			"%d in the policy of this key before account %s. Raise the access management quantity of the instance to at least %d, "+
			"and count in further VPCs and the accounts in the policies of its other keys, which were not read. Nothing was written.",
		key.InstanceID, sharing.AccessManagementQuantity, len(named), role.AccountID, needed))
	return diags
}

// foreignAccounts are the accounts other than the owner that a key policy names.
// There are none in what cannot be read; writing that fails by itself.
func foreignAccounts(raw []byte, owner string) (accounts []string) {
	var document struct {
		Statement []struct{ Principal any }
	}
	if json.Unmarshal(raw, &document) != nil {
		return nil
	}
	for _, statement := range document.Statement {
		for _, principal := range texts(statement.Principal) {
			rest, isARN := strings.CutPrefix(principal, "acs:ram::")
			account, _, _ := strings.Cut(rest, ":")
			if isARN && account != owner && !slices.Contains(accounts, account) {
				accounts = append(accounts, account)
			}
		}
	}
	return accounts
}

// texts are the strings in a value of a document, at any depth.
func texts(value any) (all []string) {
	switch value := value.(type) {
	case string:
		all = append(all, value)
	case []any:
		for _, one := range value {
			all = append(all, texts(one)...)
		}
	case map[string]any:
		for _, one := range value {
			all = append(all, texts(one)...)
		}
	}
	return all
}
