package provider_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// kinds are the resources of this provider.
func kinds() []string {
	return []string{"srr_replication_role", "srr_destination_grant", "srr_kms_key_policy", "srr_rule"}
}

// byHand is the world that the examples of the documentation describe, made by
// hand before Terraform knew of it.
func byHand(w *emulator.World) {
	silent(w)
	document := strings.Replace(readOrders, `["acs:oss`, `["acs:oss:*:*:invoices","acs:oss:*:*:invoices/*","acs:oss`, 1)
	w.Accounts[0].Policies = []identity.Policy{{Name: "oss-srr-orders", Versions: []identity.Version{{Number: 1, Document: document}}}}
	roleWith("oss-srr-orders", trustOfOSS, identity.Attachment{Type: "Custom", Policy: "oss-srr-orders"})(w)
	bucketNamed("invoices", emulator.SourceAccount)(w)
	withPolicy(documentOf(foreign, ours()))(w)
	withKeyPolicy(documentOf(keyOwner, keyOurs()))(w)
	existing(oss.Rule{
		ID: "orders-to-backup", ReplicateHistory: true, Prefixes: []string{"2026/", "archive/"},
		TagFilter: &oss.TagFilter{Match: "OR", Tags: []oss.Tag{{Key: "backup", Value: "yes"}}},
	})(w)
}

// examples are those of all resources in files of one name.
func examples(t *testing.T, file string) string {
	t.Helper()
	var all strings.Builder
	for _, kind := range kinds() {
		all.WriteString(example(t, "resources/"+kind+"/"+file))
	}
	return all.String()
}

// importExamples imports what the examples of all resources describe.
func importExamples(t *testing.T, cloud testCloud, d terraformDir, imports string) {
	t.Helper()
	d.write(examples(t, "resource.tf")).put("imports.tf", imports)
	cloud.ClearRequests()
	if plan := d.plan().ok(); len(plan.changes) > 0 {
		for address, action := range plan.changes {
			if action != "no-op" && action != "import" {
				t.Errorf("%s: %s", address, action)
			}
		}
	}
	d.apply().ok()
	d.drop("imports.tf").plan().empty()
	cloud.onlyReads()
}

func TestImport_examplesByString(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, byHand)
	importExamples(t, cloud, cloud.terraform(), examples(t, "import-by-string-id.tf"))
}

func TestImport_examplesByIdentity(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, byHand)
	importExamples(t, cloud, cloud.terraform().atLeast(1, 12, "import by identity", true), examples(t, "import-by-identity.tf"))
}

// The account is that of the provider block.
func TestImport_byIdentityWithoutTheAccount(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, byHand)
	imports := regexp.MustCompile(`(?m)^ +account_id += .*\n`).ReplaceAllString(examples(t, "import-by-identity.tf"), "")
	importExamples(t, cloud, cloud.terraform().atLeast(1, 12, "import by identity", true), imports)
}

func TestImport_byIdentityOfAnotherAccount(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, byHand)
	d := cloud.terraform().atLeast(1, 12, "import by identity", true)
	for _, kind := range kinds() {
		swapped := strings.NewReplacer("srralt", "srr", "= srr\n", "= srralt\n")
		block := "resource \"" + kind + "\" \"orders\" {\n"
		_, body, _ := strings.Cut(example(t, "resources/"+kind+"/resource.tf"), block)
		body = block + body
		if kind != "srr_replication_role" {
			body = strings.NewReplacer("srr_replication_role.orders.arn", `"`+roleOfSource+`"`, "srr_replication_role.orders.name", `"oss-srr-orders"`,
				"srr_destination_grant.orders.bucket", `"orders-backup"`).Replace(body)
		}
		d.write(swapped.Replace(body)).put("imports.tf", swapped.Replace(example(t, "resources/"+kind+"/import-by-identity.tf")))
		cloud.ClearRequests()
		d.plan().fails("Import from another account")
		for _, r := range cloud.Requests(0) {
			if r.Operation != "GetCallerIdentity" {
				t.Errorf("%s: %s was called", kind, r.Operation)
			}
		}
	}
}

// What the CLI writes for an import without a resource is planned without a
// change, also for a role without a description.
func TestImport_generatedConfigurationPlansClean(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, byHand)
	d := cloud.terraform().write("")
	for _, kind := range kinds() {
		d.put(kind+".tf", example(t, "resources/"+kind+"/import-by-string-id.tf"))
	}
	cloud.ClearRequests()
	planned := d.run("plan", "-json", "-generate-config-out=generated.tf", "-out=saved")
	if planned.exit != 0 {
		t.Fatal(planned.said())
	}
	planned.plans("orders import", "srr_destination_grant.orders import", "srr_kms_key_policy.orders import", "srr_replication_role.orders import")
	d.text("apply", "saved")
	for _, kind := range kinds() {
		d.drop(kind + ".tf")
	}
	d.plan().empty()
	cloud.onlyReads()
}

// RAM cannot clear a description, so an empty one asks for nothing.
func TestRole_emptyDescriptionIsNone(t *testing.T) {
	t.Parallel()
	cloud := newRoleCloud(t)
	d := cloud.terraform()
	d.write(roleConfig(`description = ""`)).apply().ok()
	d.plan().empty()
	d.write(roleConfig(`description = "by hand"`)).apply().ok()
	d.write(roleConfig(`description = ""`)).plan().empty()
	if got := cloud.account().Roles[0].Description; got != "by hand" {
		t.Errorf("the description is %q", got)
	}
}
