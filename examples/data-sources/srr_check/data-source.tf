# Each account sees its own side only. Without depends_on the check would look
# before the first apply has made grant and rule, and warn of what is missing.
data "srr_check" "source" {
  provider           = srr.source
  source_bucket      = "orders"
  destination_bucket = "orders-backup"
  role               = srr_replication_role.orders.arn
  depends_on         = [srr_rule.orders]
}

data "srr_check" "backup" {
  provider           = srr.backup
  source_bucket      = "orders"
  destination_bucket = "orders-backup"
  role               = srr_replication_role.orders.arn
  depends_on         = [srr_rule.orders]
}

check "objects_can_be_copied" {
  assert {
    condition = data.srr_check.source.ready && data.srr_check.backup.ready
    error_message = join("\n", [
      for v in concat(data.srr_check.source.verdicts, data.srr_check.backup.verdicts) : "${v.id}: ${v.seen}. ${v.advice}" if v.status == "fail"
    ])
  }
}
