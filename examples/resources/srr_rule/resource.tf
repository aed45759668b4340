# In the account that owns the source bucket.
resource "srr_rule" "orders" {
  provider           = srr.source
  source_bucket      = "orders"
  destination_bucket = srr_destination_grant.orders.bucket
  role               = srr_replication_role.orders.name
  replicate_history  = true
  prefixes           = ["2026/", "archive/"]

  tag_filter = {
    match = "any"
    tags  = [{ key = "backup", value = "yes" }]
  }
}
