// Package demo runs the provider's main job on the emulator: it builds both
// programs, drives a real Terraform or OpenTofu CLI with an unchanged example,
// and checks every step from the outside, with signed requests of its own.
package demo
