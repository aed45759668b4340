package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// MoveState explains why there is no move: the key itself would be left to
// nobody.
func (r *keyPolicyResource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{refusedMove("alicloud_kms_key", "Key cannot be moved",
		"An alicloud_kms_key is the key itself, of which the grant is only a part. Keep it without policy, or with lifecycle { ignore_changes = [policy] }, "+
			"and import the grant with the id \"key_id,role_arn\". If Terraform is not to manage the key any more, use a removed block that has lifecycle { destroy = false }.")}
}
