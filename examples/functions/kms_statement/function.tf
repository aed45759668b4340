terraform {
  required_providers {
    srr = { source = "terraform-srr/srr" }
  }
}

# One statement among others, in a key policy that another tool writes.
locals {
  statement = provider::srr::kms_statement("acs:ram::1000000000000001:role/oss-srr-orders", [])
}

output "key_policy" {
  value = jsonencode({
    Version = "1"
    Statement = [
      {
        Sid       = "owner"
        Effect    = "Allow"
        Action    = ["kms:*"]
        Principal = { RAM = ["acs:ram::2000000000000002:*"] }
        Resource  = ["*"]
      },
      jsondecode(local.statement),
    ]
  })
}

output "statement" {
  value = local.statement
}

# statement = {"Sid":"srr-1000000000000001-oss-srr-orders","Effect":"Allow","Action":["kms:Decrypt","kms:GenerateDataKey","kms:DescribeKey"],"Principal":{"RAM":["acs:ram::1000000000000001:role/oss-srr-orders"]},"Resource":["*"]}
