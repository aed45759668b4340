terraform {
  required_providers {
    srr = { source = "terraform-srr/srr" }
  }
}

variable "replica_key_arn" {
  description = "ARN of the backup account's KMS key that encrypts the replicas."
  type        = string
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

# The source may be encrypted with any key of its account. Where all keys are known,
# kms_key_arns allows those alone.
resource "srr_replication_role" "orders" {
  provider               = srr.source
  name                   = "oss-srr-orders"
  source_buckets         = ["orders"]
  kms_crypto_user_access = true
}

resource "srr_destination_grant" "orders" {
  provider = srr.backup
  bucket   = "orders-backup"
  role_arn = srr_replication_role.orders.arn
}

resource "srr_kms_key_policy" "orders" {
  provider = srr.backup
  key_id   = var.replica_key_arn
  role_arn = srr_replication_role.orders.arn
}

resource "srr_rule" "orders" {
  provider           = srr.source
  source_bucket      = "orders"
  destination_bucket = srr_destination_grant.orders.bucket
  role               = srr_replication_role.orders.name
  replicate_history  = true
  replica_kms_key_id = srr_kms_key_policy.orders.key_arn
}
