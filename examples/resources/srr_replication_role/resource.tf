# In the account that owns the source buckets.
resource "srr_replication_role" "orders" {
  provider       = srr.source
  name           = "oss-srr-orders"
  source_buckets = ["orders", "invoices"]
}
