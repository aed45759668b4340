// Package stress lets many Terraform processes grant on one bucket at once while somebody else, who knows nothing of
// our lock, keeps changing the same bucket policy. It shows that no statement of either side stays lost, and counts
// what no client of this API can avoid: OSS PutBucketPolicy replaces the whole document without a condition (its API
// page, 2026-03), so a write that lands between another's read and write is overwritten unseen.
package stress
