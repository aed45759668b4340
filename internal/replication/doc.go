// Package replication is the domain of cross-account same-region replication:
// names and ARNs, the service's limits, the rule model and the smallest
// policies that make replication work. It is pure: no I/O, no SDK, no Terraform.
package replication
