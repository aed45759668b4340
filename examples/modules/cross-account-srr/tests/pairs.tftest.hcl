# Runs against the emulator: its endpoints come from the environment, and the
# keys below exist nowhere else. Newer CLIs run test files at the same time, so
# no two files name the same pair of buckets or the same role.
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
    sales = {
      source_bucket      = "orders"
      destination_bucket = "sales-backup"
      replicate_history  = true
    }
    invoices = {
      source_bucket       = "invoices"
      destination_bucket  = "invoices-backup"
      replicate_history   = false
      prefixes            = ["2026/"]
      wait_until_active   = true
      replica_kms_key_arn = "acs:kms:cn-hangzhou:2000000000000002:key/key-hzz000000000000replica"
      source_kms_key_arn  = "acs:kms:cn-hangzhou:1000000000000001:key/key-hzz0000000000000source"
    }
    # The role may use every key that the policies of the keys let it use.
    contracts = {
      source_bucket       = "invoices"
      destination_bucket  = "contracts-backup"
      replicate_history   = true
      replicate_deletes   = true
      replica_kms_key_arn = "acs:kms:cn-hangzhou:2000000000000002:key/key-hzz000000000000replica"
    }
    receipts = {
      source_bucket      = "receipts"
      destination_bucket = "receipts-backup"
      replicate_history  = true
      tag_filter         = { match = "any", tags = [{ key = "keep", value = "1 year" }, { key = "keep", value = "10 years" }] }
      allow_deletes      = false
      wait_until_active  = true
      timeouts           = { create = "10m" }
    }
  }
}

run "applies" {
  assert {
    condition     = output.role_arns["sales"] == "acs:ram::1000000000000001:role/oss-srr-sales"
    error_message = "The role has another ARN."
  }

  assert {
    condition     = length(output.rule_ids) == 4
    error_message = "There is not a rule for each pair."
  }

  assert {
    condition     = output.ready
    error_message = jsonencode(output.verdicts)
  }

  assert {
    condition     = output.complete
    error_message = jsonencode(output.verdicts)
  }

  assert {
    condition     = alltrue([for v in values(output.verdicts["invoices"]) : v.status == "ok"])
    error_message = "Two accounts together see everything: ${jsonencode(output.verdicts)}"
  }

  assert {
    condition     = strcontains(output.grants["sales"], "arn:sts::1000000000000001:assumed-role/oss-srr-sales/*")
    error_message = "The grant names somebody else."
  }

  assert {
    condition     = strcontains(output.grants["sales"], "oss:ReplicateDelete") && !strcontains(output.grants["receipts"], "oss:ReplicateDelete")
    error_message = "allow_deletes does not decide about deletions."
  }

  assert {
    condition     = output.verdicts["receipts"].rule_tags.seen == "only objects with any of keep=1 year, keep=10 years, as wanted"
    error_message = output.verdicts["receipts"].rule_tags.seen
  }

  assert {
    condition     = output.verdicts["receipts"].rule_status.status == "ok"
    error_message = "The apply did not wait: ${output.verdicts["receipts"].rule_status.seen}"
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
