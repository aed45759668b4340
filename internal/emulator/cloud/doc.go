// Package cloud holds the vocabulary that the emulated services share: who is
// calling, what time it is, how an error looks, and which contested behaviours
// are switched on. It contains no service of its own.
package cloud
