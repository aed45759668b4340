// Package endtoend holds no code, only tests of the built programs: the provider
// under a real CLI with the unchanged examples, and the demo.
package endtoend
