# account_id may be left out; with it, credentials of another account are an error
# before anything is read.
import {
  provider = srr.source
  to       = srr_rule.orders
  identity = {
    account_id    = "1000000000000001"
    source_bucket = "orders"
    rule_id       = "orders-to-backup"
  }
}
