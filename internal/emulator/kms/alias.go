package kms

import (
	"maps"
	"slices"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// aliasForm checks alias/<name>: letters, digits and _ - / only, at most 255
// characters with the prefix (KMS CreateAlias page).
func aliasForm(name string) bool {
	rest, found := strings.CutPrefix(name, "alias/")
	odd := func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("_-/", c))
	}
	return found && rest != "" && len(name) <= 255 && !strings.ContainsFunc(rest, odd)
}

// ownAlias checks the alias of a call that changes it; names that begin with
// alias/acs are for cloud services.
func (r *request) ownAlias() (full string, err *cloud.Error) {
	name := r.Params["AliasName"]
	if !aliasForm(name) || strings.HasPrefix(name, "alias/acs") {
		return "", invalid("AliasName")
	}
	return arn(r.Region, r.Caller.AccountID, name), r.permitOwn(name)
}

func (r *request) createAlias() (answer, *cloud.Error) {
	full, err := r.ownAlias()
	if err != nil {
		return nil, err
	}
	k, err := r.managed(r.Params["KeyId"])
	switch {
	case err != nil:
		return nil, err
	case r.aliases[full] != nil:
		return nil, cloud.Errorf(400, "AliasAlreadyExists", "The specified Alias already exists.")
	case k.State == statePendingDeletion:
		return nil, notModifiable()
	}
	r.aliases[full] = &Alias{Name: r.Params["AliasName"], Owner: k.Owner, Region: k.Region, KeyID: k.ID}
	return answer{}, nil
}

// updateAlias is decided by the state of the new key (KMS "Impact of key states"
// page).
func (r *request) updateAlias() (answer, *cloud.Error) {
	full, err := r.ownAlias()
	if err != nil {
		return nil, err
	}
	k, err := r.managed(r.Params["KeyId"])
	switch {
	case err != nil:
		return nil, err
	case r.aliases[full] == nil:
		return nil, aliasNotFound()
	case k.State == statePendingDeletion:
		return nil, rejected(k.State)
	}
	r.aliases[full].KeyID = k.ID
	return answer{}, nil
}

func (r *request) deleteAlias() (answer, *cloud.Error) {
	full, err := r.ownAlias()
	if err != nil {
		return nil, err
	}
	if r.aliases[full] == nil {
		return nil, aliasNotFound()
	}
	if _, err := r.managed(r.aliases[full].KeyID); err != nil {
		return nil, err
	}
	delete(r.aliases, full)
	return answer{}, nil
}

func (r *request) listAliases() (answer, *cloud.Error) {
	if err := r.permitOwn("alias"); err != nil {
		return nil, err
	}
	return r.aliasPage(func(a *Alias) bool { return a.Owner == r.Caller.AccountID && a.Region == r.Region })
}

func (r *request) listAliasesByKeyID() (answer, *cloud.Error) {
	k, err := r.permitted(r.Params["KeyId"], r.action())
	if err != nil {
		return nil, err
	}
	return r.aliasPage(func(a *Alias) bool { return a.Owner == k.Owner && a.Region == k.Region && a.KeyID == k.ID })
}

func (r *request) aliasPage(wanted func(*Alias) bool) (answer, *cloud.Error) {
	var rows []answer
	for _, full := range slices.Sorted(maps.Keys(r.aliases)) {
		if a := r.aliases[full]; wanted(a) {
			rows = append(rows, answer{"AliasName": a.Name, "AliasArn": full, "KeyId": a.KeyID})
		}
	}
	return r.page("Aliases", "Alias", rows)
}
