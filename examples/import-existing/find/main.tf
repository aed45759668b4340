# Step 1: look at what exists, and change nothing.
#
#   terraform apply
#   terraform output -json rules > ../manage/rules.json

terraform {
  required_providers {
    srr = { source = "terraform-srr/srr" }
  }
}

variable "region" {
  type    = string
  default = "cn-hangzhou"
}

variable "source_buckets" {
  type        = set(string)
  default     = null
  description = "Buckets to look at; null for every bucket of the account in the region."
}

variable "role" {
  type        = string
  default     = null
  description = "Role of the rules for which OSS shows none."
}

provider "srr" {
  region  = var.region
  profile = "prod"
}

data "srr_rules" "existing" {
  source_buckets = var.source_buckets
}

locals {
  # Why a rule cannot be taken over; "" where it can.
  obstacles = { for r in data.srr_rules.existing.rules : "${r.source_bucket}=>${r.destination_bucket}" => (
    r.status == "closing" ? "it is being deleted" :
    r.destination_location != "oss-${var.region}" ? "it goes to another region" :
    !contains(["", "disabled"], coalesce(r.rtc, "disabled")) ? "it uses replication time control" :
    r.transfer_type == "oss_acc" ? "it uses transfer acceleration" :
    r.role == null && var.role == null ? "OSS does not show its role, and var.role is not set" : ""
  )... }

  rules = { for r in data.srr_rules.existing.rules : "${r.source_bucket}=>${r.destination_bucket}" => {
    # The role is a part of the id only where OSS does not show it.
    id                 = join(",", compact([r.source_bucket, r.rule_id, r.role == null ? var.role : ""]))
    source_bucket      = r.source_bucket
    destination_bucket = r.destination_bucket
    role               = r.role == null ? var.role : r.role
    replicate_history  = r.replicate_history
    replicate_deletes  = r.replicate_deletes
    prefixes           = r.prefixes
    tag_filter         = r.tag_filter
    replica_kms_key_id = r.replica_kms_key_id
  } if join("", local.obstacles["${r.source_bucket}=>${r.destination_bucket}"]) == "" }
}

output "rules" {
  value       = local.rules
  description = "The rules to take over, by pair of buckets."
}

output "left_out" {
  value       = { for pair, why in local.obstacles : pair => join(", ", compact(why)) if join("", why) != "" }
  description = "Rules that stay as they are, and why."
}

output "not_read" {
  value       = { for b in data.srr_rules.existing.unreadable : b.bucket => b.reason }
  description = "Buckets whose rules could not be read, and why."
}
