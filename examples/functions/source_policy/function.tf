terraform {
  required_providers {
    srr = { source = "terraform-srr/srr" }
  }
}

# For a role that another tool makes; srr_replication_role makes both.
output "policy" {
  value = provider::srr::source_policy(["orders"], [])
}

# policy = {"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:ReplicateList","oss:ReplicateGet"],"Resource":["acs:oss:*:*:orders","acs:oss:*:*:orders/*"]}]}
