package kms

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// defaultUnitDelay is how long a foreign account keeps its unit after its last
// grant went: about 5 minutes (KMS page on using one instance from several
// accounts). A switch sets another length.
const defaultUnitDelay = 5 * time.Minute

// freeAt is when a unit is free that is given back at a time.
func (s *Service) freeAt(released time.Time) time.Time {
	if delay := s.options.Switches.KeyUnitDelay; delay != 0 {
		return released.Add(delay)
	}
	return released.Add(defaultUnitDelay)
}

// accountsIn lists the accounts other than the owner that a policy names.
func accountsIn(policy, owner string) []string {
	var document struct {
		Statement []struct{ Principal map[string]json.RawMessage }
	}
	if json.Unmarshal([]byte(policy), &document) != nil {
		return nil
	}
	var accounts []string
	for _, statement := range document.Statement {
		for _, principal := range texts(statement.Principal["RAM"]) {
			rest, found := strings.CutPrefix(principal, "acs:ram::")
			account, _, _ := strings.Cut(rest, ":")
			if found && account != owner && !slices.Contains(accounts, account) {
				accounts = append(accounts, account)
			}
		}
	}
	return accounts
}

func texts(raw json.RawMessage) []string {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}
	}
	var many []string
	if json.Unmarshal(raw, &many) != nil {
		return nil
	}
	return many
}

// sharedBy lists the foreign accounts that the keys of an instance name, one key
// left out.
func (s *Service) sharedBy(instance *Instance, without *key) []string {
	var accounts []string
	for _, k := range s.order {
		if k == without || k.InstanceID != instance.ID {
			continue
		}
		for _, account := range accountsIn(k.Policy, k.Owner) {
			if !slices.Contains(accounts, account) {
				accounts = append(accounts, account)
			}
		}
	}
	return accounts
}

// share lets a key name exactly these foreign accounts, if the instance has
// units for them. Units are taken by VPCs, the instance's own included, and by
// distinct foreign accounts.
func (r *request) share(instance *Instance, k *key, accounts []string) *cloud.Error {
	others := r.sharedBy(instance, k)
	used := r.unitsUsed(instance)
	for _, account := range accounts {
		held := slices.Contains(others, account) || slices.Contains(accountsIn(k.Policy, k.Owner), account) || instance.keeps(account)
		if !held {
			used++
		}
		if !held && used > instance.AccessManagementQuantity {
			return limitExceeded()
		}
	}
	instance.Released = slices.DeleteFunc(instance.Released, func(release Release) bool { return slices.Contains(accounts, release.Account) })
	for _, gone := range accountsIn(k.Policy, k.Owner) {
		if !slices.Contains(accounts, gone) {
			instance.release(gone, others, r.freeAt(r.now))
		}
	}
	return nil
}

// release keeps the unit of an account for a while unless another key names it.
func (i *Instance) release(account string, others []string, freeAt time.Time) {
	if !slices.Contains(others, account) && !i.keeps(account) {
		i.Released = append(i.Released, Release{Account: account, FreeAt: freeAt})
	}
}

func (i *Instance) keeps(account string) bool {
	return slices.ContainsFunc(i.Released, func(release Release) bool { return release.Account == account })
}

// unitsUsed counts the taken units of the access management quantity.
func (s *Service) unitsUsed(instance *Instance) int {
	accounts := s.sharedBy(instance, nil)
	for _, release := range instance.Released {
		if !slices.Contains(accounts, release.Account) {
			accounts = append(accounts, release.Account)
		}
	}
	return 1 + len(instance.BoundVPCs) + len(accounts)
}

func (s *Service) keysIn(instance *Instance) int {
	count := 0
	for _, k := range s.order {
		if k.InstanceID == instance.ID {
			count++
		}
	}
	return count
}
