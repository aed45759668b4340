# account_id may be left out; with it, credentials of another account are an error
# before anything is read.
import {
  provider = srr.backup
  to       = srr_destination_grant.orders
  identity = {
    account_id = "2000000000000002"
    bucket     = "orders-backup"
    role_arn   = "acs:ram::1000000000000001:role/oss-srr-orders"
  }
}
