package kms

import (
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// permitted finds a key and checks that the caller may do the action with it.
func (r *request) permitted(name, action string) (*key, *cloud.Error) {
	k, err := r.locate(name)
	if err != nil {
		return nil, err
	}
	return k, r.permitKey(k, action)
}

// permitKey asks the caller's policies and the key policy. The tags of the key are
// condition keys (KMS "Use RAM to control access to KMS resources" page).
func (r *request) permitKey(k *key, action string) *cloud.Error {
	context := map[string][]string{}
	for name, value := range k.Tags {
		context["kms:tag/"+name] = []string{value}
	}
	return r.permit(k.document, action, k.arn(), k.Owner, context)
}

// permitOwn asks for something of the caller's account that has no policy of its
// own, for example "alias/x" or the container "key".
func (r *request) permitOwn(resource string) *cloud.Error {
	owner := r.Caller.AccountID
	return r.permit(nil, r.action(), arn(r.Region, owner, resource), owner, nil)
}

func (r *request) permit(policy *access.Document, action, resource, owner string, context map[string][]string) *cloud.Error {
	all := r.Caller.Conditions()
	for name, values := range context {
		all[name] = values
	}
	decision := access.Key(r.identities, policy, access.Request{
		Principal: r.options.Principal(r.Caller), Action: action, Resource: resource, Owner: owner, Context: all, Now: time.Now(),
	})
	if decision.Effect == access.Allow {
		return nil
	}
	denied := cloud.Errorf(403, "Forbidden.NoPermission", "This operation is forbidden by permission system.")
	denied.Denied = detail(r.Caller, action, decision)
	return denied
}

// detail explains a denial to a RAM identity (RAM "AccessDeniedDetail" page). No
// public page has a PolicyType for key policies: it stays empty.
func detail(caller cloud.Caller, action string, decision access.Decision) *cloud.AccessDenied {
	d := &cloud.AccessDenied{
		AuthAction: action, AuthPrincipalOwnerID: caller.AccountID,
		PolicyType: "AccountLevelIdentityBasedPolicy", NoPermissionType: "ImplicitDeny",
	}
	switch caller.Kind {
	case cloud.User:
		d.AuthPrincipalType, d.AuthPrincipalDisplayName = "SubUser", caller.UserID
	case cloud.RoleSession:
		d.AuthPrincipalType, d.AuthPrincipalDisplayName = "AssumedRoleUser", caller.RoleName+":"+caller.SessionName
	case cloud.Root, cloud.Anonymous:
		return nil
	}
	switch decision.Source {
	case "session policy":
		d.PolicyType = "SessionPolicy"
	case "key policy":
		d.PolicyType = ""
	}
	if decision.Effect == access.ExplicitDeny {
		d.NoPermissionType = "ExplicitDeny"
	}
	return d
}
