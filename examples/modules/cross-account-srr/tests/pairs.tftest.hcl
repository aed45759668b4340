# Runs against the emulator: its endpoints come from the environment, and the
# keys below exist nowhere else.
provider "srr" {
  alias      = "source"
  region     = "cn-hangzhou"
  access_key = "LTAIemulatorSource"
  secret_key = "emulator-source-secret"
}

provider "srr" {
  alias      = "backup"
  region     = "cn-hangzhou"
  access_key = "LTAIemulatorDestination"
  secret_key = "emulator-destination-secret"
}

variables {
  pairs = {
    orders = {
      source_bucket      = "orders"
      destination_bucket = "orders-backup"
      replicate_history  = true
    }
    invoices = {
      source_bucket       = "invoices"
      destination_bucket  = "invoices-backup"
      replicate_history   = false
      prefixes            = ["2026/"]
      replica_kms_key_arn = "acs:kms:cn-hangzhou:2000000000000002:key/key-hzz000000000000replica"
      source_kms_key_arn  = "acs:kms:cn-hangzhou:1000000000000001:key/key-hzz0000000000000source"
    }
  }
}

run "applies" {
  assert {
    condition     = output.role_arns["orders"] == "acs:ram::1000000000000001:role/oss-srr-orders"
    error_message = "The role has another ARN."
  }

  assert {
    condition     = length(output.rule_ids) == 2
    error_message = "There is not a rule for each pair."
  }

  assert {
    condition     = output.ready
    error_message = jsonencode(output.verdicts)
  }

  assert {
    condition     = alltrue([for v in values(output.verdicts["invoices"]) : v.status != "unknown"])
    error_message = "Two accounts together see everything: ${jsonencode(output.verdicts)}"
  }

  assert {
    condition     = strcontains(output.grants["orders"], "arn:sts::1000000000000001:assumed-role/oss-srr-orders/*")
    error_message = "The grant names somebody else."
  }
}

run "changes_nothing_the_second_time" {
  command = plan

  # The id of a rule that would be replaced is not known, which fails the run.
  assert {
    condition     = join(",", values(output.rule_ids)) != ""
    error_message = "A rule would be replaced."
  }
}
