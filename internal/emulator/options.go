package emulator

import (
	"cmp"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/kms"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// Switches are the contested points of the service; see cloud.Switches.
type Switches = cloud.Switches

// Options say how a cloud starts. The zero value is a cloud with the default
// world whose service clock stands still until it is advanced.
type Options struct {
	// World is the state to start with; nil means DefaultWorld().
	World *World
	// Speed is how many service seconds pass in one wall second.
	Speed float64
	// Latency is added to every call.
	Latency time.Duration
	// RequestLog is how many requests are remembered; 0 means 100,000.
	RequestLog int
	// Limits bound what clients send.
	Limits Limits
}

// Limits are in bytes; 0 stands for the number that is named.
type Limits struct {
	// Object bounds an upload; 0 means 256 MiB. The service takes 5 GB; objects live in memory here.
	Object int64
	// World bounds a world that is put, and one that a program reads; 0 means 1 GiB.
	World int64
}

const (
	standardObject = 256 << 20
	standardWorld  = 1 << 30
	// maxAnonymous bounds the body of an OSS request without a signature: nobody has to identify himself to send it.
	maxAnonymous = 1 << 20
	// maxControl bounds what is posted to the control plane.
	maxControl = 1 << 20
)

func (l Limits) orStandard() Limits {
	return Limits{Object: cmp.Or(l.Object, standardObject), World: cmp.Or(l.World, standardWorld)}
}

// World is everything that a cloud holds, as JSON. Reading it back gives the same
// cloud; temporary keys are not part of it.
type World struct {
	// Time is the service clock; the wall time when zero.
	Time     time.Time          `json:"time,omitzero"`
	Switches Switches           `json:"switches"`
	Accounts []identity.Account `json:"accounts"`
	KMS      kms.State          `json:"kms"`
	OSS      oss.State          `json:"oss"`
	// Instance is what the metadata server speaks for; nil means no server.
	Instance *Instance `json:"instance,omitempty"`
}
