package kms

import (
	"slices"
	"strconv"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// settle lets pass what is due: keys whose waiting time is over disappear with
// their aliases, and units of accounts without grants become free.
func (s *Service) settle(now time.Time) {
	due := func(k *key) bool { return k.State == statePendingDeletion && !k.DeleteAt.After(now) }
	for _, k := range slices.Clone(s.order) {
		if due(k) {
			s.remove(k)
		}
	}
	for _, instance := range s.instances {
		instance.Released = slices.DeleteFunc(instance.Released, func(release Release) bool { return !release.FreeAt.After(now) })
	}
}

func (s *Service) remove(k *key) {
	delete(s.keys, k.arn())
	s.order = slices.DeleteFunc(s.order, func(other *key) bool { return other == k })
	for name, alias := range s.aliases {
		if alias.KeyID == k.ID && alias.Owner == k.Owner && alias.Region == k.Region {
			delete(s.aliases, name)
		}
	}
	if instance := s.instances[k.InstanceID]; instance != nil {
		others := s.sharedBy(instance, k)
		for _, account := range accountsIn(k.Policy, k.Owner) {
			instance.release(account, others, s.freeAt(k.DeleteAt))
		}
	}
}

func (r *request) enableKey() (answer, *cloud.Error) { return r.switchTo(stateEnabled) }

func (r *request) disableKey() (answer, *cloud.Error) { return r.switchTo(stateDisabled) }

// switchTo changes between Enabled and Disabled, which are the only states it
// starts from; repeating a change is no error.
func (r *request) switchTo(state string) (answer, *cloud.Error) {
	k, err := r.managed(r.Params["KeyId"])
	if err != nil {
		return nil, err
	}
	if k.State != stateEnabled && k.State != stateDisabled {
		return nil, notModifiable()
	}
	k.State = state
	return answer{}, nil
}

// scheduleKeyDeletion takes 7 to 366 days (KMS ScheduleKeyDeletion page). The page
// has no code for a protected key; this one is the closest of the common ones.
func (r *request) scheduleKeyDeletion() (answer, *cloud.Error) {
	k, err := r.managed(r.Params["KeyId"])
	if err != nil {
		return nil, err
	}
	days, syntax := strconv.Atoi(r.Params["PendingWindowInDays"])
	switch {
	case syntax != nil || days < 7 || days > 366:
		return nil, invalid("PendingWindowInDays")
	case k.DeletionProtection:
		return nil, cloud.Errorf(400, "Rejected.UnsupportedOperation", "The key is protected from deletion.")
	case k.State == statePendingDeletion:
		return nil, notModifiable()
	}
	k.State, k.DeleteAt = statePendingDeletion, r.now.AddDate(0, 0, days)
	return answer{}, nil
}

// cancelKeyDeletion makes the key enabled, whatever it was before (KMS
// CancelKeyDeletion page); a key without material waits for it again.
func (r *request) cancelKeyDeletion() (answer, *cloud.Error) {
	k, err := r.managed(r.Params["KeyId"])
	if err != nil {
		return nil, err
	}
	if k.State != statePendingDeletion {
		return nil, notModifiable()
	}
	k.State, k.DeleteAt = stateEnabled, time.Time{}
	if len(k.Material) == 0 {
		k.State = statePendingImport
	}
	return answer{}, nil
}

func (r *request) setDeletionProtection() (answer, *cloud.Error) {
	name, enable := r.Params["ProtectedResourceArn"], r.Params["EnableDeletionProtection"]
	if _, _, isARN := splitARN(name); !isARN {
		return nil, invalid("ProtectedResourceArn")
	}
	k, err := r.managed(name)
	switch {
	case err != nil:
		return nil, err
	case enable != "true" && enable != "false":
		return nil, invalid("EnableDeletionProtection")
	case k.State == statePendingDeletion:
		return nil, rejected(k.State)
	}
	k.DeletionProtection = enable == "true"
	k.DeletionProtectionDescription = ""
	if k.DeletionProtection {
		k.DeletionProtectionDescription = r.Params["DeletionProtectionDescription"]
	}
	return answer{}, nil
}
