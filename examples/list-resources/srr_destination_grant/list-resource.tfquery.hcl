# Every grant for a replication role in the bucket policies of this account.
list "srr_destination_grant" "all" {
  provider = srr.backup
  limit    = 1000

  config {
    bucket_prefix = "orders"
  }
}
