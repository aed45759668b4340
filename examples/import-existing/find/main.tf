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

variable "roles" {
  type        = map(string)
  default     = {}
  description = "Roles of the rules for which OSS shows none, by source bucket, or by \"source bucket,rule id\" where rules of one bucket differ."
}

variable "role" {
  type        = string
  default     = null
  description = "Role of all other rules for which OSS shows none."
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

  # The role that OSS shows, or else the one that is given here; null where nobody says.
  roles = { for key, r in local.all : key => try(coalesce(
    r.role, lookup(var.roles, key, null), lookup(var.roles, r.source_bucket, null), var.role
  ), null) }

  # Keys of var.roles that name nothing: the rule that was meant would get var.role.
  unknown = setsubtract(keys(var.roles), flatten([for key, r in local.all : [key, r.source_bucket]]))

  # Why a rule cannot be taken over; "" where it can.
  obstacles = { for key, r in local.all : key => (
    r.obstacle != null ? r.obstacle :
    local.roles[key] == null ? "shows no role, and neither var.roles nor var.role has it." : ""
  ) }

  rules = { for key, r in local.all : "${r.source_bucket}=>${r.destination_bucket}" => {
    # The role is a part of the id only where OSS does not show it.
    id                 = join(",", compact([r.source_bucket, r.rule_id, r.role == null ? local.roles[key] : ""]))
    source_bucket      = r.source_bucket
    destination_bucket = r.destination_bucket
    role               = local.roles[key]
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

  precondition {
    condition     = length(local.unknown) == 0
    error_message = "No rule was found for these keys of var.roles: ${join("; ", local.unknown)}."
  }
}

output "roles_given" {
  value = { for key, r in local.all :
    key => local.roles[key] if r.role == null && local.obstacles[key] == ""
  }
  description = "Roles that OSS does not show, as given in var.roles or var.role. No plan can tell whether they are right: compare them with the console."
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
