// Package emulator is a small cloud for tests and demonstrations: two or more
// accounts with OSS, RAM, STS and KMS on one loopback listener. It shares no
// code with the provider, so that a misunderstanding on one side cannot cancel
// out on the other.
package emulator
