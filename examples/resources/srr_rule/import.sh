# The pair of buckets, or the id of the rule, with the role where OSS does not show it.
terraform import srr_rule.orders 'orders=>orders-backup'
terraform import srr_rule.orders orders,orders-to-backup
terraform import srr_rule.orders orders,orders-to-backup,oss-srr-orders
