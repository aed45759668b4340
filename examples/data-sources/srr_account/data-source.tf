data "srr_account" "source" {
  provider = srr.source
}

output "source_account" {
  value = data.srr_account.source.account_id
}
