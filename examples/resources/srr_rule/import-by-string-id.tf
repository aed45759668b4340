# The pair of buckets, or "source_bucket,rule_id", or "source_bucket,rule_id,role"
# for a rule whose role OSS does not show.
import {
  provider = srr.source
  to       = srr_rule.orders
  id       = "orders=>orders-backup"
}
