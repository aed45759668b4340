// Package clients is a test suite only: clients that nobody here wrote, the
// vendor's SDKs of four generations, work against the emulator.
package clients
