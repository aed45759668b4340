# Each account sees its own side only, so every pair is checked twice.
data "srr_check" "source" {
  for_each = var.pairs
  provider = srr.source

  source_bucket      = srr_rule.this[each.key].source_bucket
  destination_bucket = srr_rule.this[each.key].destination_bucket
  role               = srr_replication_role.this[each.key].arn
  replica_kms_key_id = each.value.replica_kms_key_arn
  prefixes           = each.value.prefixes
  tag_filter         = each.value.tag_filter
  replicate_history  = each.value.replicate_history
  replicate_deletes  = each.value.replicate_deletes
  depends_on         = [srr_rule.this]
}

data "srr_check" "backup" {
  for_each = var.pairs
  provider = srr.backup

  source_bucket      = srr_rule.this[each.key].source_bucket
  destination_bucket = srr_rule.this[each.key].destination_bucket
  role               = srr_replication_role.this[each.key].arn
  replica_kms_key_id = each.value.replica_kms_key_arn
  prefixes           = each.value.prefixes
  tag_filter         = each.value.tag_filter
  replicate_history  = each.value.replicate_history
  replicate_deletes  = each.value.replicate_deletes
  depends_on         = [srr_rule.this]
}

locals {
  rank = { unknown = 0, ok = 1, warn = 2, fail = 3 }

  # Of the two verdicts on a cause the one that knows more, and the worse one.
  verdicts = {
    for name in keys(var.pairs) : name => {
      for i, seen in data.srr_check.source[name].verdicts : seen.id => (
        local.rank[seen.status] >= local.rank[data.srr_check.backup[name].verdicts[i].status] ? seen : data.srr_check.backup[name].verdicts[i]
      )
    }
  }

  failures = flatten([
    for name, verdicts in local.verdicts : [
      for v in values(verdicts) : "${name}: ${v.id}: ${v.seen}. ${v.advice}" if v.status == "fail"
    ]
  ])

  unseen = flatten([
    for name, verdicts in local.verdicts : [
      for v in values(verdicts) : "${name}: ${v.id}: ${v.seen}. ${v.advice}" if v.status == "unknown"
    ]
  ])
}

check "objects_can_be_copied" {
  assert {
    condition     = length(local.failures) == 0
    error_message = join("\n", concat(["Replication copies nothing:"], local.failures, length(local.unseen) == 0 ? [] : ["Not seen by either account:"], local.unseen))
  }
}

# What nobody saw is no reason to trust it.
check "everything_was_seen" {
  assert {
    condition     = length(local.unseen) == 0
    error_message = join("\n", concat(["Neither account could see:"], local.unseen))
  }
}
