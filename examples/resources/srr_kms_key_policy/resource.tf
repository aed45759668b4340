# In the account that owns the key for the replicas.
resource "srr_kms_key_policy" "orders" {
  provider = srr.backup
  key_id   = "acs:kms:cn-hangzhou:2000000000000002:key/key-hzz000000000000replica"
  role_arn = srr_replication_role.orders.arn
}
