package identity

import "strings"

// ramOperation lists the RAM calls with what they are authorised on: roles and
// policies by name, role/* and policy/* for lists (RAM authorisation page).
func ramOperation(name string) (operation, bool) {
	op, known := map[string]operation{
		"CreateRole":              {onRole, (*Service).createRole},
		"GetRole":                 {onRole, (*Service).getRole},
		"UpdateRole":              {onRole, (*Service).updateRole},
		"DeleteRole":              {onRole, (*Service).deleteRole},
		"ListRoles":               {onRole, (*Service).listRoles},
		"CreatePolicy":            {onPolicy, (*Service).createPolicy},
		"GetPolicy":               {onPolicy, (*Service).getPolicy},
		"ListPolicies":            {onPolicy, (*Service).listPolicies},
		"UpdatePolicyDescription": {onPolicy, (*Service).updatePolicyDescription},
		"DeletePolicy":            {onPolicy, (*Service).deletePolicy},
		"CreatePolicyVersion":     {onPolicy, (*Service).createPolicyVersion},
		"GetPolicyVersion":        {onPolicy, (*Service).getPolicyVersion},
		"ListPolicyVersions":      {onPolicy, (*Service).listPolicyVersions},
		"DeletePolicyVersion":     {onPolicy, (*Service).deletePolicyVersion},
		"SetDefaultPolicyVersion": {onPolicy, (*Service).setDefaultPolicyVersion},
		"AttachPolicyToRole":      {onBoth, (*Service).attachPolicyToRole},
		"DetachPolicyFromRole":    {onBoth, (*Service).detachPolicyFromRole},
		"ListPoliciesForRole":     {onRole, (*Service).listPoliciesForRole},
		"ListEntitiesForPolicy":   {onPolicy, (*Service).listEntitiesForPolicy},
		"TagResources":            {onAny, (*Service).tagResources},
		"UntagResources":          {onAny, (*Service).untagResources},
		"ListTagResources":        {onAny, (*Service).listTagResources},
	}[name]
	return op, known
}

func stsOperation(name string) (operation, bool) {
	op, known := map[string]operation{
		"GetCallerIdentity": {nil, (*Service).getCallerIdentity},
		"AssumeRole":        {nil, (*Service).assumeRole},
	}[name]
	return op, known
}

// ownAccount stands for the caller's account in a resource; inAccount fills it in.
const ownAccount = "{account}"

func onRole(p map[string]string) []string {
	return []string{"acs:ram:*:" + ownAccount + ":role/" + orAll(p["RoleName"])}
}

func onPolicy(p map[string]string) []string {
	owner := ownAccount
	if p["PolicyType"] == system && p["PolicyName"] != "" {
		owner = "system"
	}
	return []string{"acs:ram:*:" + owner + ":policy/" + orAll(p["PolicyName"])}
}

func onBoth(p map[string]string) []string { return append(onRole(p), onPolicy(p)...) }

func onAny(p map[string]string) []string {
	return []string{"acs:ram:*:" + ownAccount + ":" + orAll(p["ResourceType"]) + "/*"}
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
