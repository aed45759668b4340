variable "pairs" {
  description = "Buckets to replicate, by a name of your choice; the fields of a pair are below."
  type = map(object({
    # Bucket of the source account.
    source_bucket = string
    # Bucket of the backup account, in the same region.
    destination_bucket = string
    # Whether objects from before the rule are copied. No default: a rule cannot be changed later.
    replicate_history = bool
    # Whether deletions are repeated in the backup.
    replicate_deletes = optional(bool, false)
    # Key prefixes to copy; none for the whole bucket.
    prefixes = optional(set(string))
    # Tags of the objects to copy.
    tag_filter = optional(object({ match = string, tags = set(object({ key = string, value = string })) }))
    # Key of the backup account; with it objects encrypted with KMS are copied as well.
    replica_kms_key_arn = optional(string)
    # Key of the source; with it the role may use these two keys and no others.
    source_kms_key_arn = optional(string)
    # Whether the backup lets the role delete, whatever the rule says.
    allow_deletes = optional(bool, true)
    # Whether an equal rule that exists already is taken over.
    adopt_existing = optional(bool, false)
    # Whether the apply waits until OSS copies, usually 3 to 5 minutes.
    wait_until_active = optional(bool, false)
    # Limits for making and deleting the rule.
    timeouts = optional(object({ create = optional(string), delete = optional(string) }))
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
    condition     = length(distinct([for name in keys(var.pairs) : lower(name)])) == length(var.pairs)
    error_message = "Two names of pairs differ only in case; RAM takes the names of their roles for the same."
  }

  validation {
    condition     = alltrue([for p in var.pairs : p.source_kms_key_arn == null || p.replica_kms_key_arn != null])
    error_message = "source_kms_key_arn needs replica_kms_key_arn."
  }

  validation {
    condition     = alltrue([for p in var.pairs : p.tag_filter == null || !p.replicate_deletes])
    error_message = "A rule with a tag_filter cannot repeat deletions: a deletion carries no tags."
  }

  validation {
    condition     = alltrue([for p in var.pairs : p.allow_deletes || !p.replicate_deletes])
    error_message = "replicate_deletes needs allow_deletes."
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
