// Package kms is the Key Management Service of the emulated cloud (API
// 2016-01-20): keys, key policies, aliases, instances and real AES-GCM.
//
// Sources: the KMS pages of the operations (2024-11 to 2025-07), "Overview of key
// policies" (2026-09), "Impact of key states", "Common error codes" and "Use RAM
// to control access to KMS resources" (2026-03).
package kms
