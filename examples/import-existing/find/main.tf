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
  # A pair has more than one rule while an old one closes, so each is looked at by its id.
  all = { for r in data.srr_rules.existing.rules : "${r.source_bucket},${r.rule_id}" => r }

  # Why a rule cannot be taken over; "" where it can.
  obstacles = { for key, r in local.all : key => (
    r.obstacle != null ? r.obstacle :
    r.role == null && var.role == null ? "shows no role, and var.role is not set." : ""
  ) }

  rules = { for key, r in local.all : "${r.source_bucket}=>${r.destination_bucket}" => {
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
  } if local.obstacles[key] == "" }
}

output "rules" {
  value       = local.rules
  description = "The rules to take over, by pair of buckets."
}

output "left_out" {
  value = { for key, why in local.obstacles :
    "${local.all[key].source_bucket}=>${local.all[key].destination_bucket} (${local.all[key].rule_id})" => why if why != ""
  }
  description = "Rules that stay as they are, and why."
}

output "not_read" {
  value       = { for b in data.srr_rules.existing.unreadable : b.bucket => b.reason }
  description = "Buckets whose rules could not be read, and why."
}
