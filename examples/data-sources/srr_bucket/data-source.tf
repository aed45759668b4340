data "srr_bucket" "orders" {
  provider = srr.source
  bucket   = "orders"
}

data "srr_bucket" "backup" {
  provider = srr.backup
  bucket   = "orders-backup"
}

# Neither account can compare the two by itself.
check "versioning_is_equal" {
  assert {
    condition     = data.srr_bucket.orders.versioning == data.srr_bucket.backup.versioning
    error_message = "Enable versioning on both buckets, or on none; OSS refuses the rule otherwise."
  }
}
