locals {
  encrypted = { for name, pair in var.pairs : name => pair if pair.replica_kms_key_arn != null }
}

# One role for each pair, so that no role reaches a bucket that it does not need.
resource "srr_replication_role" "this" {
  for_each = var.pairs
  provider = srr.source

  name           = "${var.role_prefix}${each.key}"
  source_buckets = [each.value.source_bucket]
  kms_key_arns   = each.value.source_kms_key_arn == null ? null : [each.value.source_kms_key_arn, each.value.replica_kms_key_arn]

  # Without the source's key the role cannot be told which keys it needs.
  kms_crypto_user_access = each.value.replica_kms_key_arn != null && each.value.source_kms_key_arn == null
}

resource "srr_destination_grant" "this" {
  for_each = var.pairs
  provider = srr.backup

  bucket        = each.value.destination_bucket
  role_arn      = srr_replication_role.this[each.key].arn
  allow_deletes = each.value.allow_deletes
}

resource "srr_kms_key_policy" "this" {
  for_each = local.encrypted
  provider = srr.backup

  key_id   = each.value.replica_kms_key_arn
  role_arn = srr_replication_role.this[each.key].arn
}

resource "srr_rule" "this" {
  for_each = var.pairs
  provider = srr.source

  source_bucket       = each.value.source_bucket
  destination_bucket  = srr_destination_grant.this[each.key].bucket
  role                = srr_replication_role.this[each.key].name
  replicate_history   = each.value.replicate_history
  replicate_deletes   = each.value.replicate_deletes
  prefixes            = each.value.prefixes
  tag_filter          = each.value.tag_filter
  replica_kms_key_id  = each.value.replica_kms_key_arn == null ? null : srr_kms_key_policy.this[each.key].key_arn
  adopt_existing      = each.value.adopt_existing
  wait_until_active   = each.value.wait_until_active
  prevent_replacement = var.prevent_replacement
  timeouts            = each.value.timeouts
}
