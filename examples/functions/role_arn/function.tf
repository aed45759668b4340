terraform {
  required_providers {
    srr = { source = "terraform-srr/srr" }
  }
}

# Any spelling of the name; policies need the one in lower case.
output "arn" {
  value = provider::srr::role_arn("1000000000000001", "Oss-SRR-Orders")
}

# arn = acs:ram::1000000000000001:role/oss-srr-orders
