terraform {
  required_providers {
    srr = { source = "terraform-srr/srr" }
  }
}

# What the owner of the destination bucket writes where srr_destination_grant is not used.
output "policy" {
  value = provider::srr::destination_policy(
    "2000000000000002", "orders-backup", "acs:ram::1000000000000001:role/oss-srr-orders", true,
  )
}

# policy = {"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:ReplicateList","oss:ReplicateGet","oss:ReplicatePut","oss:ReplicateDelete"],"Principal":["arn:sts::1000000000000001:assumed-role/oss-srr-orders/*"],"Resource":["acs:oss:*:2000000000000002:orders-backup","acs:oss:*:2000000000000002:orders-backup/*"]}]}
