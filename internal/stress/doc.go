// Package stress lets many Terraform processes grant in one document at once, a bucket policy or a key policy, while
// somebody else, who knows nothing of our lock, keeps changing the same document. It shows that no statement of either
// side stays lost, and counts what no client of these APIs can avoid: OSS PutBucketPolicy and KMS SetKeyPolicy replace
// the whole document without a condition (their API pages, 2026-03), so a write that lands between another's read and
// write is overwritten unseen.
package stress
