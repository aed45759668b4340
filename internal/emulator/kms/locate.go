package kms

import (
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// splitARN reads acs:kms:<region>:<owner>:<resource>.
func splitARN(text string) (region, resource string, ok bool) {
	parts := strings.SplitN(text, ":", 5)
	if len(parts) != 5 || parts[0] != "acs" || parts[1] != "kms" {
		return "", "", false
	}
	return parts[2], parts[4], true
}

func arn(region, owner, resource string) string {
	return "acs:kms:" + region + ":" + owner + ":" + resource
}

// locate finds a key by id, alias or ARN. Ids and aliases are those of the
// caller's account; a key of another account is found by its ARN alone, and
// only through the endpoint of its region.
func (r *request) locate(name string) (*key, *cloud.Error) {
	full := arn(r.Region, r.Caller.AccountID, "key/"+name)
	switch region, resource, isARN := splitARN(name); {
	case isARN && region != r.Region:
		return nil, keyNotFound()
	case isARN && strings.HasPrefix(resource, "alias/"):
		return r.locateAlias(name)
	case isARN:
		full = name
	case strings.HasPrefix(name, "alias/"):
		return r.locateAlias(arn(r.Region, r.Caller.AccountID, name))
	}
	if k := r.keys[full]; k != nil {
		return k, nil
	}
	return nil, keyNotFound()
}

func (r *request) locateAlias(full string) (*key, *cloud.Error) {
	alias := r.aliases[full]
	if alias == nil {
		return nil, aliasNotFound()
	}
	return r.keys[arn(alias.Region, alias.Owner, "key/"+alias.KeyID)], nil
}

// managed finds the key of a call that changes it: such calls take an id or an
// ARN, no alias, and leave the keys of cloud services alone.
func (r *request) managed(name string) (*key, *cloud.Error) {
	if strings.Contains(name, "alias/") {
		return nil, keyNotFound()
	}
	k, err := r.permitted(name, r.action())
	if err == nil && k.Creator != k.Owner {
		return nil, cloud.Errorf(400, "Rejected.UnsupportedOperation", "The operation is not supported for a key that a cloud service manages.")
	}
	return k, err
}

func (r *request) action() string { return "kms:" + r.Operation }
