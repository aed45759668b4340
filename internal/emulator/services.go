package emulator

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/kms"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// services are the four services over one state.
type services struct {
	switches cloud.Switches
	instance *Instance
	identity *identity.Service
	kms      *kms.Service
	oss      *oss.Service
	// revision counts the calls that may have changed what RAM and KMS permit.
	revision atomic.Uint64
}

// newServices wires the services and fills them.
func newServices(w World, clock *cloud.Clock, now func() time.Time) (*services, error) {
	s := &services{switches: w.Switches, instance: w.Instance}
	s.identity = identity.New(identity.Options{Clock: clock, Now: now, Switches: w.Switches})
	s.kms = kms.New(kms.Options{Clock: clock, Switches: w.Switches, Identities: s.identity, Principal: identity.Principal})
	s.oss = oss.New(oss.Options{
		Clock: clock, Switches: w.Switches, Identities: s.identity, Roles: s.identity, Keys: s.kms, Principal: identity.Principal,
		Revision: s.revision.Load,
	})
	if err := s.identity.Load(w.Accounts); err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	if err := s.kms.Load(w.KMS); err != nil {
		return nil, fmt.Errorf("kms: %w", err)
	}
	if err := s.oss.Load(w.OSS); err != nil {
		return nil, fmt.Errorf("oss: %w", err)
	}
	return s, nil
}

// world is the state as of now.
func (s *services) world(clock *cloud.Clock) World {
	return World{
		Time: clock.Now(), Switches: s.switches, Accounts: s.identity.State(), KMS: s.kms.State(), OSS: s.oss.State(), Instance: s.instance,
	}
}
