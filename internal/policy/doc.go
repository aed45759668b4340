// Package policy reads, compares and edits policy documents: RAM trust and role
// policies, OSS bucket policies and KMS key policies. It is pure: bytes in,
// bytes out.
package policy
