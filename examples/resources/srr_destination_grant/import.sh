# Bucket and role. The grant is found by its meaning in the bucket policy.
terraform import srr_destination_grant.orders orders-backup,acs:ram::1000000000000001:role/oss-srr-orders
