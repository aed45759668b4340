# The ARN says which account and region the key belongs to. Credentials of another
# account are an error before anything is read.
import {
  provider = srr.backup
  to       = srr_kms_key_policy.orders
  identity = {
    key_arn  = "acs:kms:cn-hangzhou:2000000000000002:key/key-hzz000000000000replica"
    role_arn = "acs:ram::1000000000000001:role/oss-srr-orders"
  }
}
