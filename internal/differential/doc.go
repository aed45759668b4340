// Package differential is a test suite only: the provider and the emulator each
// read policies with a parser and an evaluator of their own, and here their
// decisions are compared.
package differential
