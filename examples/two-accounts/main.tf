terraform {
  required_providers {
    srr = { source = "terraform-srr/srr" }
  }
}

provider "srr" {
  alias   = "source"
  region  = "cn-hangzhou"
  profile = "prod"
}

provider "srr" {
  alias   = "backup"
  region  = "cn-hangzhou"
  profile = "backup"
}

resource "srr_replication_role" "orders" {
  provider       = srr.source
  name           = "oss-srr-orders"
  source_buckets = ["orders"]
}

resource "srr_destination_grant" "orders" {
  provider = srr.backup
  bucket   = "orders-backup"
  role_arn = srr_replication_role.orders.arn
}

resource "srr_rule" "orders" {
  provider           = srr.source
  source_bucket      = "orders"
  destination_bucket = srr_destination_grant.orders.bucket
  role               = srr_replication_role.orders.name
  replicate_history  = true
}
