# Replication roles of this account whose names begin with "oss-srr-".
list "srr_replication_role" "all" {
  provider = srr.source

  config {
    name_prefix = "oss-srr-"
  }
}
