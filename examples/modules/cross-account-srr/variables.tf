variable "pairs" {
  description = "Buckets to replicate, by a name of your choice. `replicate_history` has no default because a rule cannot be changed later. With `replica_kms_key_arn`, a key of the backup account, objects encrypted with KMS are copied as well."
  type = map(object({
    source_bucket       = string
    destination_bucket  = string
    replicate_history   = bool
    replicate_deletes   = optional(bool, false)
    prefixes            = optional(set(string))
    replica_kms_key_arn = optional(string)
    source_kms_key_arn  = optional(string)
  }))
  nullable = false

  validation {
    condition     = alltrue([for p in var.pairs : p.source_bucket != p.destination_bucket])
    error_message = "A bucket cannot replicate to itself."
  }

  validation {
    condition     = length(distinct([for p in var.pairs : "${p.source_bucket} ${p.destination_bucket}"])) == length(var.pairs)
    error_message = "Two pairs have the same buckets; OSS allows one rule for a pair. Put several prefixes into one pair."
  }

  validation {
    condition     = alltrue([for p in var.pairs : p.source_kms_key_arn == null || p.replica_kms_key_arn != null])
    error_message = "source_kms_key_arn needs replica_kms_key_arn."
  }

  validation {
    condition     = alltrue([for name in keys(var.pairs) : can(regex("^[A-Za-z0-9.-]{1,40}$", name))])
    error_message = "Names of pairs become part of role names: 1 to 40 letters, digits, dots and hyphens."
  }
}

variable "role_prefix" {
  description = "Beginning of the names of the roles; the name of the pair follows."
  type        = string
  default     = "oss-srr-"

  validation {
    condition     = can(regex("^[A-Za-z0-9.-]{0,24}$", var.role_prefix))
    error_message = "Use at most 24 letters, digits, dots and hyphens."
  }
}

variable "prevent_replacement" {
  description = "Refuse plans that would replace a rule, which stops replication for some minutes."
  type        = bool
  default     = true
}
