# Step 2: take over what step 1 found. rules.json is the configuration from now
# on: review it, commit it, and change rules there.
#
#   terraform plan    # 300 to import, 0 to add, 0 to change, 0 to destroy
#   terraform apply

terraform {
  required_version = ">= 1.7" # for_each in import blocks
  required_providers {
    srr = { source = "terraform-srr/srr" }
  }
}

variable "region" {
  type        = string
  default     = "cn-hangzhou"
  description = "The region that step 1 looked at."
}

provider "srr" {
  region  = var.region
  profile = "prod"
}

locals {
  rules = jsondecode(file("${path.module}/rules.json"))
}

import {
  for_each = local.rules
  to       = srr_rule.this[each.key]
  id       = each.value.id
}

resource "srr_rule" "this" {
  for_each           = local.rules
  source_bucket      = each.value.source_bucket
  destination_bucket = each.value.destination_bucket
  role               = each.value.role
  replicate_history  = each.value.replicate_history
  replicate_deletes  = each.value.replicate_deletes
  prefixes           = each.value.prefixes
  tag_filter         = each.value.tag_filter
  replica_kms_key_id = each.value.replica_kms_key_id
}
