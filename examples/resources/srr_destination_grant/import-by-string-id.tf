# Bucket and role. The grant is found by its meaning in the bucket policy.
import {
  provider = srr.backup
  to       = srr_destination_grant.orders
  id       = "orders-backup,acs:ram::1000000000000001:role/oss-srr-orders"
}
