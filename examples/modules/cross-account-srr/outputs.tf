output "role_arns" {
  description = "ARN of each pair's role in the source account."
  value       = { for name, role in srr_replication_role.this : name => role.arn }
}

output "rule_ids" {
  description = "Id of each pair's rule."
  value       = { for name, rule in srr_rule.this : name => rule.rule_id }
}

output "grants" {
  description = "What each destination's bucket policy lets the role do, as JSON."
  value       = { for name, grant in srr_destination_grant.this : name => grant.statement }
}

output "verdicts" {
  description = "Verdicts on every cause that can stop a pair, by pair and cause, merged from both accounts."
  value       = local.verdicts
}

output "ready" {
  description = "Whether no verdict of any pair is `fail`."
  value       = length(local.failures) == 0
}

output "complete" {
  description = "Whether no verdict of any pair is `unknown`: neither account could see it, for example because a permission is missing."
  value       = length(local.unseen) == 0
}
