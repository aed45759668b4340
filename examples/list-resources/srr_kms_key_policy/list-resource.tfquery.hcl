# What one role may do with the KMS keys of this account.
list "srr_kms_key_policy" "orders" {
  provider = srr.backup
  limit    = 1000

  config {
    role_arn = "acs:ram::1000000000000001:role/oss-srr-orders"
  }
}
