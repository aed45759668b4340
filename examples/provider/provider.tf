terraform {
  required_providers {
    srr = { source = "terraform-srr/srr" }
  }
}

# One provider block speaks for one account.
provider "srr" {
  alias               = "source"
  region              = "cn-hangzhou"
  profile             = "prod"
  allowed_account_ids = ["1000000000000001"]
}

provider "srr" {
  alias               = "backup"
  region              = "cn-hangzhou"
  profile             = "backup"
  allowed_account_ids = ["2000000000000002"]
}
