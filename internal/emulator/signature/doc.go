// Package signature reads and checks the authentication of requests to the
// emulated services: OSS signatures V1 and V4, as header or presigned query,
// and the two RPC forms, V1 (HMAC-SHA1) and V3 (ACS3-HMAC-SHA256).
//
// It knows no accounts, keys or clocks. Reading a request yields a Claim: who
// the caller says it is, and everything needed to check that once the caller of
// this package has looked up the secret. A claim proves nothing before Verify
// and CheckTime have both returned nil.
//
// Signature V1 of OSS is ambiguous by design: the key "k?acl" and the key "k"
// with the sub-resource acl share one string to sign. The service has the same
// property; V4 does not.
package signature
