// Package identity is RAM (2015-05-01) and STS (2015-04-01) of the emulated
// cloud: accounts with access keys, users, roles, policies with versions and
// attachments, and the temporary keys that AssumeRole issues. It answers who a
// key belongs to and which policies an identity has.
//
// Sources: RAM API reference, "RAM error codes" and "Limits" pages (2025-12), STS
// AssumeRole and GetCallerIdentity pages (2026-03).
package identity
