// Package torture runs the provider under a real CLI against an emulated cloud in which every call fails once, in
// every way a network and a service can fail, and in which the provider dies before and after every call. After each
// of these runs the next apply must reach exactly the world of an undisturbed one, and destroying must leave exactly
// the world from before: nothing lost, nothing left, nothing that others wrote changed.
package torture
