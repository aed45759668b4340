// Package alicloud holds thin typed clients of one Alibaba Cloud account: RAM, STS and KMS over the RPC gateway
// and OSS over its REST interface.
//
// It signs through the vendor SDKs and takes everything else from them: retries, time-outs, contexts, proxies,
// error mapping and logging are done here once, the same way for every service. Reads that many callers need at the
// same time are shared; a write of the same client ends the life of what was read before it.
//
// Nothing in this package knows Terraform.
package alicloud
