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
