# account_id may be left out; with it, credentials of another account are an error
# before anything is read.
import {
  provider = srr.source
  to       = srr_replication_role.orders
  identity = {
    account_id = "1000000000000001"
    name       = "oss-srr-orders"
  }
}
