terraform {
  required_version = ">= 1.9"

  required_providers {
    srr = {
      source                = "terraform-srr/srr"
      configuration_aliases = [srr.source, srr.backup]
    }
  }
}
