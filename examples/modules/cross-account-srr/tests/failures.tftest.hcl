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

# A user of the source account who may not read bucket policies.
provider "srr" {
  alias      = "narrow"
  region     = "cn-hangzhou"
  access_key = "LTAIemulatorNarrow"
  secret_key = "emulator-narrow-secret"
}

run "refuses_a_bucket_to_itself" {
  command = plan

  variables {
    pairs = {
      orders = { source_bucket = "orders", destination_bucket = "orders", replicate_history = true }
    }
  }

  expect_failures = [var.pairs]
}

run "refuses_one_pair_twice" {
  command = plan

  variables {
    pairs = {
      a = { source_bucket = "orders", destination_bucket = "orders-backup", replicate_history = true }
      b = { source_bucket = "orders", destination_bucket = "orders-backup", replicate_history = true, prefixes = ["2026/"] }
    }
  }

  expect_failures = [var.pairs]
}

run "refuses_a_long_prefix" {
  command = plan

  variables {
    role_prefix = "a-prefix-that-leaves-no-room-"
    pairs       = {}
  }

  expect_failures = [var.role_prefix]
}

run "refuses_deletions_with_tags" {
  command = plan

  variables {
    pairs = {
      orders = {
        source_bucket      = "orders"
        destination_bucket = "orders-backup"
        replicate_history  = true
        replicate_deletes  = true
        tag_filter         = { match = "all", tags = [{ key = "keep", value = "yes" }] }
      }
    }
  }

  expect_failures = [var.pairs]
}

run "refuses_deletions_that_the_backup_forbids" {
  command = plan

  variables {
    pairs = {
      orders = { source_bucket = "orders", destination_bucket = "orders-backup", replicate_history = true, replicate_deletes = true, allow_deletes = false }
    }
  }

  expect_failures = [var.pairs]
}

run "refuses_half_of_the_keys" {
  command = plan

  variables {
    pairs = {
      invoices = {
        source_bucket      = "invoices"
        destination_bucket = "invoices-backup"
        replicate_history  = true
        source_kms_key_arn = "acs:kms:cn-hangzhou:1000000000000001:key/key-hzz0000000000000source"
      }
    }
  }

  expect_failures = [var.pairs]
}

run "refuses_names_that_no_role_can_have" {
  command = plan

  variables {
    pairs = {
      my_orders = { source_bucket = "orders", destination_bucket = "orders-backup", replicate_history = true }
    }
  }

  expect_failures = [var.pairs]
}

run "refuses_names_that_differ_only_in_case" {
  command = plan

  variables {
    pairs = {
      orders = { source_bucket = "orders", destination_bucket = "orders-backup", replicate_history = true }
      Orders = { source_bucket = "orders", destination_bucket = "letters-backup", replicate_history = true }
    }
  }

  expect_failures = [var.pairs]
}

# The bucket invoices encrypts with KMS, and the pair names no key.
run "sees_that_encrypted_objects_are_left_out" {
  variables {
    pairs = {
      letters = { source_bucket = "invoices", destination_bucket = "letters-backup", replicate_history = true }
    }
  }

  expect_failures = [check.objects_can_be_copied]
}

# The policy of denied-backup has an explicit Deny for everybody: the rule is
# made, and says doing, and nothing would arrive.
run "sees_a_silent_failure" {
  variables {
    pairs = {
      denied = { source_bucket = "orders", destination_bucket = "denied-backup", replicate_history = true }
    }
  }

  expect_failures = [check.objects_can_be_copied]
}

# Nobody saw whether the policy of the source denies the role anything.
run "says_what_nobody_saw" {
  providers = {
    srr.source = srr.narrow
    srr.backup = srr.backup
  }

  variables {
    pairs = {
      unseen = { source_bucket = "receipts", destination_bucket = "letters-backup", replicate_history = true }
    }
  }

  assert {
    condition     = output.ready && !output.complete
    error_message = jsonencode(output.verdicts)
  }

  assert {
    condition     = output.verdicts["unseen"].source_deny.advice == "Allow the provider's identity oss:GetBucketPolicy on bucket receipts."
    error_message = output.verdicts["unseen"].source_deny.advice
  }

  expect_failures = [check.everything_was_seen]
}
