package identity

import (
	"encoding/json"
	"strings"
)

// ramOperation lists the RAM calls with what they are authorised on: roles and
// policies by name, role/* and policy/* to create and to list (RAM authorisation
// page).
func ramOperation(name string) (operation, bool) {
	op, known := map[string]operation{
		"CreateRole":              {onRoles, (*Service).createRole},
		"GetRole":                 {onRole, (*Service).getRole},
		"UpdateRole":              {onRole, (*Service).updateRole},
		"DeleteRole":              {onRole, (*Service).deleteRole},
		"ListRoles":               {onRoles, (*Service).listRoles},
		"CreatePolicy":            {onPolicies, (*Service).createPolicy},
		"GetPolicy":               {onPolicy, (*Service).getPolicy},
		"ListPolicies":            {onPolicies, (*Service).listPolicies},
		"UpdatePolicyDescription": {onCustom, (*Service).updatePolicyDescription},
		"DeletePolicy":            {onCustom, (*Service).deletePolicy},
		"CreatePolicyVersion":     {onCustom, (*Service).createPolicyVersion},
		"GetPolicyVersion":        {onPolicy, (*Service).getPolicyVersion},
		"ListPolicyVersions":      {onPolicy, (*Service).listPolicyVersions},
		"DeletePolicyVersion":     {onCustom, (*Service).deletePolicyVersion},
		"SetDefaultPolicyVersion": {onCustom, (*Service).setDefaultPolicyVersion},
		"AttachPolicyToRole":      {onBoth, (*Service).attachPolicyToRole},
		"DetachPolicyFromRole":    {onBoth, (*Service).detachPolicyFromRole},
		"ListPoliciesForRole":     {onRole, (*Service).listPoliciesForRole},
		"ListEntitiesForPolicy":   {onPolicy, (*Service).listEntitiesForPolicy},
		"TagResources":            {onNamed, (*Service).tagResources},
		"UntagResources":          {onNamed, (*Service).untagResources},
		"ListTagResources":        {onNamed, (*Service).listTagResources},
	}[name]
	return op, known
}

func stsOperation(name string) (operation, bool) {
	op, known := map[string]operation{
		"GetCallerIdentity":  {nil, (*Service).getCallerIdentity},
		"AssumeRole":         {nil, (*Service).assumeRole},
		"AssumeRoleWithOIDC": {nil, (*Service).assumeRoleWithOIDC},
	}[name]
	return op, known
}

// Unsigned reports whether a call needs no signature: it carries another proof
// of who asks (STS AssumeRoleWithOIDC page, 2026-09).
func Unsigned(service, operation string) bool {
	return service == "sts" && operation == "AssumeRoleWithOIDC"
}

// ownAccount stands for the caller's account in a resource; inAccount fills it in.
const ownAccount = "{account}"

func onRoles(map[string]string) []string { return []string{"acs:ram:*:" + ownAccount + ":role/*"} }

func onPolicies(map[string]string) []string { return []string{"acs:ram:*:" + ownAccount + ":policy/*"} }

func onRole(p map[string]string) []string {
	return []string{"acs:ram:*:" + ownAccount + ":role/" + orAll(p["RoleName"])}
}

// onCustom is for calls that only custom policies have; a PolicyType that somebody
// adds must not move the question to the system's policies.
func onCustom(p map[string]string) []string {
	return []string{"acs:ram:*:" + ownAccount + ":policy/" + orAll(p["PolicyName"])}
}

func onPolicy(p map[string]string) []string {
	owner := ownAccount
	if p["PolicyType"] == system && p["PolicyName"] != "" {
		owner = "system"
	}
	return []string{"acs:ram:*:" + owner + ":policy/" + orAll(p["PolicyName"])}
}

func onBoth(p map[string]string) []string { return append(onRole(p), onPolicy(p)...) }

func onNamed(p map[string]string) []string {
	prefix := "acs:ram:*:" + ownAccount + ":" + orAll(p["ResourceType"]) + "/"
	var names, resources []string
	if json.Unmarshal([]byte(p["ResourceNames"]), &names) != nil || len(names) == 0 {
		return []string{prefix + "*"}
	}
	for _, name := range names {
		resources = append(resources, prefix+name)
	}
	return resources
}

func orAll(name string) string {
	if name == "" {
		return "*"
	}
	return name
}

func inAccount(resource, account string) string {
	return strings.Replace(resource, ownAccount, account, 1)
}
