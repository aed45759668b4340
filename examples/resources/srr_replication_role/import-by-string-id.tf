# Name or ARN of the role, either with ",policy_name" where the role has several
# policies of its own account.
import {
  provider = srr.source
  to       = srr_replication_role.orders
  id       = "oss-srr-orders"
}
