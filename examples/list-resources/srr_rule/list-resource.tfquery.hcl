# Rules of the buckets whose names begin with "orders". terraform query shows them;
# with -generate-config-out it writes import blocks and configuration.
list "srr_rule" "orders" {
  provider = srr.source
  limit    = 1000

  config {
    source_bucket_prefix = "orders"
    destination_bucket   = "orders-backup"
  }
}
