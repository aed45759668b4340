package kms

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
)

// State is everything that the service knows.
type State struct {
	Instances []Instance `json:"instances,omitempty"`
	Keys      []Key      `json:"keys,omitempty"`
	Aliases   []Alias    `json:"aliases,omitempty"`
}

// Instance is a software key management instance.
type Instance struct {
	ID     string `json:"id"`
	Owner  string `json:"owner"`
	Region string `json:"region"`
	Name   string `json:"name,omitempty"`
	// Status is that of GetKmsInstance; "" means Connected.
	Status string `json:"status,omitempty"`
	// AccessManagementQuantity is how many VPCs and foreign accounts may use
	// the instance; 0 means 1, the smallest that is sold.
	AccessManagementQuantity int `json:"access_management_quantity,omitempty"`
	// KeyQuantity is how many keys fit in; 0 means 1000.
	KeyQuantity int `json:"key_quantity,omitempty"`
	// BoundVPCs are the VPCs beside the instance's own one.
	BoundVPCs []string  `json:"bound_vpcs,omitempty"`
	CreatedAt time.Time `json:"created_at,omitzero"`
	// Released are accounts whose last grant went and whose unit is not free
	// yet.
	Released []Release `json:"released,omitempty"`
}

// Release is a foreign account that keeps its unit until FreeAt, in service
// time.
type Release struct {
	Account string    `json:"account"`
	FreeAt  time.Time `json:"free_at"`
}

// Key is one key. Empty fields mean an enabled symmetric key.
type Key struct {
	ID     string `json:"id"`
	Owner  string `json:"owner"`
	Region string `json:"region"`
	// InstanceID is empty for default keys and keys of cloud services.
	InstanceID      string `json:"instance_id,omitempty"`
	State           string `json:"state,omitempty"`
	Spec            string `json:"spec,omitempty"`
	Usage           string `json:"usage,omitempty"`
	Origin          string `json:"origin,omitempty"`
	ProtectionLevel string `json:"protection_level,omitempty"`
	// Creator is the owner, or the name of the cloud service that made the key.
	Creator     string `json:"creator,omitempty"`
	Description string `json:"description,omitempty"`
	// Policy is the key policy as it was written; "" means the default policy.
	Policy                        string            `json:"policy,omitempty"`
	Tags                          map[string]string `json:"tags,omitempty"`
	DeletionProtection            bool              `json:"deletion_protection,omitempty"`
	DeletionProtectionDescription string            `json:"deletion_protection_description,omitempty"`
	// RotationInterval is in seconds with the suffix s; "" means no rotation.
	RotationInterval string    `json:"rotation_interval,omitempty"`
	CreatedAt        time.Time `json:"created_at,omitzero"`
	// DeleteAt is when a key in PendingDeletion disappears, in service time.
	DeleteAt  time.Time `json:"delete_at,omitzero"`
	VersionID string    `json:"version_id,omitempty"`
	Material  []byte    `json:"material,omitempty"`
}

// Alias is another name of a key of the same account and region.
type Alias struct {
	Name   string `json:"name"` // "alias/<name>"
	Owner  string `json:"owner"`
	Region string `json:"region"`
	KeyID  string `json:"key_id"`
}

// State returns a copy of everything.
func (s *Service) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(s.options.Clock.Now())
	var state State
	for _, id := range slices.Sorted(maps.Keys(s.instances)) {
		instance := *s.instances[id]
		instance.BoundVPCs, instance.Released = slices.Clone(instance.BoundVPCs), slices.Clone(instance.Released)
		state.Instances = append(state.Instances, instance)
	}
	for _, k := range s.order {
		copied := k.Key
		copied.Tags, copied.Material = maps.Clone(k.Tags), slices.Clone(k.Material)
		state.Keys = append(state.Keys, copied)
	}
	for _, name := range slices.Sorted(maps.Keys(s.aliases)) {
		state.Aliases = append(state.Aliases, *s.aliases[name])
	}
	return state
}

// Load replaces everything. After an error the service is as before.
func (s *Service) Load(state State) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := New(s.options)
	now := s.options.Clock.Now()
	for _, instance := range state.Instances {
		if err := next.loadInstance(instance, now); err != nil {
			return fmt.Errorf("KMS instance %q: %w", instance.ID, err)
		}
	}
	for _, k := range state.Keys {
		if err := next.loadKey(k, now); err != nil {
			return fmt.Errorf("key %q: %w", k.ID, err)
		}
	}
	for _, alias := range state.Aliases {
		if err := next.loadAlias(alias); err != nil {
			return fmt.Errorf("alias %q: %w", alias.Name, err)
		}
	}
	s.instances, s.keys, s.order, s.aliases = next.instances, next.keys, next.order, next.aliases
	return nil
}

func (s *Service) loadInstance(instance Instance, now time.Time) error {
	switch {
	case instance.ID == "" || instance.Owner == "" || instance.Region == "":
		return errors.New("id, owner and region are needed")
	case s.instances[instance.ID] != nil:
		return errors.New("the id is used twice")
	case instance.AccessManagementQuantity < 0 || instance.KeyQuantity < 0:
		return errors.New("quantities must not be negative")
	}
	fill(&instance.Status, "Connected")
	if instance.AccessManagementQuantity == 0 {
		instance.AccessManagementQuantity = 1
	}
	if instance.KeyQuantity == 0 {
		instance.KeyQuantity = 1000
	}
	if instance.CreatedAt.IsZero() {
		instance.CreatedAt = now
	}
	instance.BoundVPCs, instance.Released = slices.Clone(instance.BoundVPCs), slices.Clone(instance.Released)
	s.instances[instance.ID] = &instance
	return nil
}

func (s *Service) loadKey(k Key, now time.Time) error {
	k.Tags, k.Material = maps.Clone(k.Tags), slices.Clone(k.Material)
	record := &key{Key: k}
	record.fillDefaults(now)
	if err := s.checkKey(record); err != nil {
		return err
	}
	if record.InstanceID != "" {
		document, syntax := access.Parse(access.KeyPolicy, []byte(record.policy()))
		if syntax != nil {
			return fmt.Errorf("policy: %w", syntax)
		}
		record.document = document
	}
	if err := s.add(record); err != nil {
		return errors.New("no random bytes for its material")
	}
	return nil
}

// fillDefaults makes an enabled symmetric key of what is left open.
func (k *key) fillDefaults(now time.Time) {
	fill(&k.Origin, originKMS)
	if k.Origin == originOwn && len(k.Material) == 0 {
		fill(&k.State, statePendingImport)
	}
	fill(&k.State, stateEnabled)
	fill(&k.Spec, specDefault)
	if encrypts, _ := usages(k.Spec); encrypts {
		fill(&k.Usage, usageEncrypt)
	}
	fill(&k.Usage, usageSign)
	fill(&k.ProtectionLevel, "SOFTWARE")
	fill(&k.Creator, k.Owner)
	if k.CreatedAt.IsZero() {
		k.CreatedAt = now
	}
}

func (s *Service) checkKey(k *key) error {
	encrypts, signs := usages(k.Spec)
	instance := s.instances[k.InstanceID]
	switch {
	case k.ID == "" || k.Owner == "" || k.Region == "":
		return errors.New("id, owner and region are needed")
	case s.keys[k.arn()] != nil:
		return errors.New("it is there twice")
	case !slices.Contains([]string{stateEnabled, stateDisabled, statePendingDeletion, statePendingImport}, k.State):
		return fmt.Errorf("unknown state %q", k.State)
	case !encrypts && !signs:
		return fmt.Errorf("unknown spec %q", k.Spec)
	case k.Usage == usageEncrypt && !encrypts || k.Usage == usageSign && !signs || k.Usage != usageEncrypt && k.Usage != usageSign:
		return fmt.Errorf("usage %q does not fit spec %q", k.Usage, k.Spec)
	case (k.State == statePendingDeletion) != !k.DeleteAt.IsZero():
		return errors.New("delete_at belongs to the state PendingDeletion")
	case len(k.Material) != 0 && len(k.Material) != 32:
		return errors.New("material must have 32 bytes")
	case k.InstanceID == "" && k.Policy != "":
		return errors.New("only keys of an instance have a policy")
	case k.InstanceID != "" && (instance == nil || instance.Owner != k.Owner || instance.Region != k.Region):
		return fmt.Errorf("its owner has no instance %q in its region", k.InstanceID)
	}
	return nil
}

func (s *Service) loadAlias(alias Alias) error {
	full := arn(alias.Region, alias.Owner, alias.Name)
	switch {
	case !aliasForm(alias.Name):
		return errors.New("the name must be alias/<name>")
	case s.aliases[full] != nil:
		return errors.New("it is there twice")
	case s.keys[arn(alias.Region, alias.Owner, "key/"+alias.KeyID)] == nil:
		return fmt.Errorf("there is no key %q", alias.KeyID)
	}
	s.aliases[full] = &alias
	return nil
}

// fill sets an empty field.
func fill(field *string, value string) {
	if *field == "" {
		*field = value
	}
}
