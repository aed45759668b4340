# In the account that owns the destination bucket. Every other statement of the
# bucket policy stays as it is, byte for byte.
resource "srr_destination_grant" "orders" {
  provider = srr.backup
  bucket   = "orders-backup"
  role_arn = srr_replication_role.orders.arn
}
