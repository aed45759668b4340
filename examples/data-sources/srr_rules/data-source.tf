# All rules of the account in the region of the provider block.
data "srr_rules" "all" {
  provider = srr.source
}

output "targets" {
  value = [for r in data.srr_rules.all.rules : "${r.source_bucket} => ${r.destination_bucket}: ${r.status}"]
}

output "not_read" {
  value = data.srr_rules.all.unreadable
}
