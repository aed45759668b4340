# Key, by id or ARN, and role. The grant is found by its meaning in the key policy.
terraform import srr_kms_key_policy.orders key-hzz000000000000replica,acs:ram::1000000000000001:role/oss-srr-orders
