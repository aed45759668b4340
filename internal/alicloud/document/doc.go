// Package document changes one shared document of the cloud, such as the policy of a bucket or of a key, without
// losing what others write into it.
//
// The services replace such a document as a whole and give it no version: OSS PutBucketPolicy and KMS PutKeyPolicy
// know neither an ETag nor a condition (their API pages, 2026-03). So a change is made under a lock: read, change,
// write, read back, and the lock is held until a read has returned what was written. The lock excludes callers in this
// process and, through a locked file, other processes of the same user on the same machine that use the same lock
// directory. Changes that wait for the same lock go into one write.
//
// Writers elsewhere cannot be locked out. Whatever of theirs any read shows is kept, and the change is made again on
// top of it. What they write between the last read and the write that follows it, one round trip, is overwritten
// unseen; no client of these services can prevent that.
package document
