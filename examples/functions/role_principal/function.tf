terraform {
  required_providers {
    srr = { source = "terraform-srr/srr" }
  }
}

# For a bucket policy that another tool writes.
output "principal" {
  value = provider::srr::role_principal("acs:ram::1000000000000001:role/Oss-SRR-Orders")
}

# principal = arn:sts::1000000000000001:assumed-role/oss-srr-orders/*
