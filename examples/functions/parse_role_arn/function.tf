terraform {
  required_providers {
    srr = { source = "terraform-srr/srr" }
  }
}

locals {
  role = provider::srr::parse_role_arn("acs:ram::1000000000000001:role/oss-srr-orders")
}

output "account" {
  value = local.role.account_id
}

output "name" {
  value = local.role.name
}

# account = 1000000000000001
# name = oss-srr-orders
