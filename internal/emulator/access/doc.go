// Package access parses the policies of the emulated cloud and decides what they
// permit. It is the emulator's own reading of the public pages and shares no
// code with the provider.
//
// Sources: RAM "Policy structure and syntax", "Policy elements" and "Policy
// evaluation process" (2026-03), OSS "Bucket policy" and 0003-* error pages
// (2026), KMS "Overview of key policies" (2026-09).
package access
