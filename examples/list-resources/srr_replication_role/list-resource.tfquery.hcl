# Replication roles of this account whose names begin with "oss-srr-".
list "srr_replication_role" "all" {
  provider = srr.source
  limit    = 1000

  config {
    name_prefix = "oss-srr-"
  }
}
