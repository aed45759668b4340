package provider_test

import (
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

// trustOf is a trust policy with one statement for each pair of effect and service.
func trustOf(pairs ...string) string {
	var statements []string
	for i := 0; i < len(pairs); i += 2 {
		statements = append(statements, `{"Effect": "`+pairs[i]+`", "Action": "sts:AssumeRole", "Principal": {"Service": ["`+pairs[i+1]+`"]}}`)
	}
	return `{"Version": "1", "Statement": [` + strings.Join(statements, ", ") + `]}`
}

func roleWith(name, trust string, attached ...identity.Attachment) func(*emulator.World) {
	return func(w *emulator.World) {
		w.Accounts[0].Roles = append(w.Accounts[0].Roles, identity.Role{Name: name, TrustPolicy: trust, Attached: attached})
	}
}

// customPolicy adds a policy that is attached to nothing yet.
func customPolicy(name, effect, actions, resource string) func(*emulator.World) {
	return func(w *emulator.World) {
		document := `{"Version": "1", "Statement": [{"Effect": "` + effect + `", "Action": ` + actions + `, "Resource": "` + resource + `"}]}`
		w.Accounts[0].Policies = append(w.Accounts[0].Policies, identity.Policy{Name: name, Versions: []identity.Version{{Number: 1, Document: document}}})
	}
}

func TestRule_trustIsReadByItsMeaning(t *testing.T) {
	all := identity.Attachment{Type: "System", Policy: "AliyunOSSFullAccess"}
	const oss = "oss.aliyuncs.com"
	d := ruleTest(t,
		roleWith("denied", trustOf("Allow", oss, "Deny", oss), all),
		roleWith("only-denied", trustOf("Deny", oss), all),
		roleWith("lookalike", trustOf("Allow", "oss.aliyuncs.com.example"), all),
		roleWith("two", trustOf("Allow", "ecs.aliyuncs.com", "Allow", oss, "Deny", "fc.aliyuncs.com"), all))
	for _, role := range []string{"denied", "only-denied", "lookalike"} {
		d.write(ruleBlock("a", arguments{"role": `"` + role + `"`})).plan().warns("OSS cannot assume the role", role)
	}
	d.write(ruleBlock("a", arguments{"role": `"two"`})).plan().ok()
}

func TestRule_roleThatMayNotReadTheSourceIsAWarning(t *testing.T) {
	const both = `["oss:ReplicateGet", "oss:ReplicateList"]`
	own := func(names ...string) (attached []identity.Attachment) {
		for _, name := range names {
			attached = append(attached, identity.Attachment{Type: "Custom", Policy: name})
		}
		return attached
	}
	trust := trustOf("Allow", "oss.aliyuncs.com")
	world := []func(*emulator.World){
		customPolicy("exact", "Allow", both, "acs:oss:*:*:orders*"),
		customPolicy("wildcard", "Allow", `"oss:Replicate*"`, "acs:oss:*:1000000000000001:*"),
		customPolicy("half", "Allow", `"oss:ReplicateGet"`, "*"),
		customPolicy("elsewhere", "Allow", both, "acs:oss:*:*:other*"),
		customPolicy("no", "Deny", `"oss:ReplicateList"`, "*"),
		roleWith("r-exact", trust, own("exact")...), roleWith("r-wildcard", trust, own("elsewhere", "wildcard")...),
		roleWith("r-full", trust, identity.Attachment{Type: "System", Policy: "AliyunOSSFullAccess"}),
		roleWith("r-none", trust), roleWith("r-half", trust, own("half")...), roleWith("r-elsewhere", trust, own("elsewhere")...),
		roleWith("r-denied", trust, own("exact", "no")...),
		roleWith("r-readonly", trust, identity.Attachment{Type: "System", Policy: "AliyunOSSReadOnlyAccess"}),
	}
	d := ruleTest(t, world...)
	for _, role := range []string{"r-none", "r-half", "r-elsewhere", "r-readonly"} {
		d.write(ruleBlock("a", arguments{"role": `"` + role + `"`})).plan().plans("a create").
			warns("The role may not read the source bucket", role, "oss:ReplicateGet and oss:ReplicateList on bucket orders")
	}
	d.write(ruleBlock("a", arguments{"role": `"r-denied"`})).plan().plans("a create").
		warns("The role is denied what replication needs", "r-denied", "role_deny: a policy of the role denies oss:ReplicateList", "Detach the policy")
	for _, role := range []string{"r-exact", "r-wildcard", "r-full"} {
		d.write(ruleBlock("a", arguments{"role": `"` + role + `"`})).plan().ok()
	}
	d.inject(emulator.Fault{Kind: emulator.FaultError, Operation: "ListPoliciesForRole", Status: 403, Code: "NoPermission"})
	d.write(ruleBlock("a", arguments{"role": `"r-none"`})).plan().ok()
}
