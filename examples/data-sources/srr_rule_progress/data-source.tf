data "srr_rule_progress" "orders" {
  provider      = srr.source
  source_bucket = srr_rule.orders.source_bucket
  rule_id       = srr_rule.orders.rule_id
}

output "history" {
  value = data.srr_rule_progress.orders.history_fraction
}
