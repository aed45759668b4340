terraform import srr_replication_role.orders oss-srr-orders
