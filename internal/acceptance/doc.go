// Package acceptance holds no code, only the tests that can run against two real
// accounts. The same tests always run against the emulator, so that they work
// when somebody has accounts.
package acceptance
